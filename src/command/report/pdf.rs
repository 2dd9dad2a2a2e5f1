//! A page of the site as a PDF, printed by headless Chromium from a server of our own on this machine.

use super::Failure;
use crate::{
    serve::{ServeOptions, Server},
    site::{self, BuildOptions},
};
use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// What Chromium may be called.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell"];

/// No page takes longer to print.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds the site and prints its page at `path` into `file`.
pub(super) fn print(root: &Path, path: &str, file: &Path) -> Result<(), Failure> {
    let browser = browser()?;
    let options =
        ServeOptions { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..ServeOptions::default() };
    let server = Server::bind(&options).map_err(|error| Failure::Refused(error.to_string()))?;
    let base = format!("http://{}", server.address());
    let build =
        BuildOptions { root: root.to_owned(), base_url: Some(base.clone()), drafts: false, images: false };
    let mut files = Some(site::build(&build, &|_, _| {})?.files);
    let (done, end) = tokio::sync::oneshot::channel();
    let (url, file) = (format!("{base}{path}"), file.to_owned());
    let printer = std::thread::spawn(move || {
        let printed = with_browser(&browser, &url, &file);
        // Nobody to tell when the server is gone already.
        let _ = done.send(());
        printed
    });
    let built = move || files.take().ok_or_else(|| "is built once".to_owned());
    let served = server.run(built, std::io::sink(), async {
        let _ = end.await;
    });
    let printed = printer.join().map_err(|_| Failure::Internal("the printing panicked".to_owned()))?;
    served.map_err(|error| Failure::Internal(error.to_string()))?;
    printed
}

/// The browser that `CHROMIUM` names, or the first that the system has.
fn browser() -> Result<PathBuf, Failure> {
    find(std::env::var_os("CHROMIUM"), std::env::var_os("PATH"))
}

fn find(named: Option<OsString>, path: Option<OsString>) -> Result<PathBuf, Failure> {
    let remedy = "Install it (apt-get install chromium), or name one in the variable CHROMIUM.";
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        let missing =
            || Failure::Refused(format!("CHROMIUM names {}, which is not there. {remedy}", named.display()));
        return if named.is_file() { Ok(named) } else { Err(missing()) };
    }
    let path = path.unwrap_or_default();
    let places = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let found = places.into_iter().find(|place| place.is_file());
    found.ok_or_else(|| Failure::Refused(format!("there is no Chromium to print with. {remedy}")))
}

/// Prints `url` beside `file` first, so that a half-written PDF never stands under its name.
fn with_browser(browser: &Path, url: &str, file: &Path) -> Result<(), Failure> {
    let failed = |what: &str| Failure::Internal(format!("{}: {what}", file.display()));
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let work = tempfile::tempdir_in(folder).map_err(|error| failed(&format!("can't be written: {error}")))?;
    let printed = work.path().join("page.pdf");
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", work.path().join("profile").display()))
        .arg(format!("--print-to-pdf={}", printed.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Chromium's sandbox refuses to run as root, as in most containers; the only page it sees is ours.
    if std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        command.arg("--no-sandbox");
    }
    let mut child = command.arg(url).spawn().map_err(|error| {
        Failure::Refused(format!(
            "{} doesn't start: {error}. Name another browser in the variable CHROMIUM.",
            browser.display()
        ))
    })?;
    let start = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| failed(&error.to_string()))? {
            Some(status) => break status,
            None if start.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed("the browser didn't print it within a minute"));
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    if !status.success() || !printed.is_file() {
        let what = format!("{} ended with {status} and printed nothing", browser.display());
        return Err(failed(&what));
    }
    std::fs::rename(&printed, file).map_err(|error| failed(&format!("can't be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(named: Option<&str>, path: &str) -> Result<PathBuf, String> {
        find(named.map(OsString::from), Some(path.into())).map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn the_named_browser_comes_first_and_what_is_missing_is_told_with_the_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("text");
        let none = told(None, path).expect_err("nothing there");
        assert!(none.contains("no Chromium") && none.contains("apt-get install chromium"), "{none}");
        let chromium = folder.path().join("google-chrome");
        std::fs::write(&chromium, "").expect("a file");
        assert_eq!(told(None, path), Ok(chromium.clone()));
        assert_eq!(told(Some(""), path), Ok(chromium));
        let other = folder.path().join("mine");
        let missing = told(other.to_str(), path).expect_err("not there");
        assert!(missing.contains("mine, which is not there"), "{missing}");
        std::fs::write(&other, "").expect("a file");
        assert_eq!(told(other.to_str(), path), Ok(other));
    }
}
