//! The server as a browser sees it, with a site that is made of the files of one folder.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should panic")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use site::publish::OutputFile;
use site::serve::{ServeError, ServeOptions, Server};

/// Far longer than anything here takes; a test that gets here has failed.
const TOO_LONG: Duration = Duration::from_secs(20);

/// Publishes each file of `content` as it is. A file that says "broken" breaks the build, "panic" the builder.
fn build(content: &Path) -> Result<Vec<OutputFile>, String> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(content).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.file_type().is_file() {
            let bytes = fs::read(entry.path()).map_err(|error| error.to_string())?;
            let path = entry.path().strip_prefix(content).unwrap().to_str().unwrap().to_owned();
            match bytes.as_slice() {
                b"broken" => return Err(format!("{path}:1: <b>broken</b> & bad")),
                b"panic" => panic!("no way to build {path}"),
                _ => files.push(OutputFile::new(path, bytes)),
            }
        }
    }
    Ok(files)
}

/// What the server says to its user, for a test to read.
#[derive(Clone, Default)]
struct Terminal(Arc<Mutex<String>>);

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push_str(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Site {
    dir: tempfile::TempDir,
    address: SocketAddr,
    terminal: Terminal,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    running: Option<JoinHandle<Result<(), ServeError>>>,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let find =
            |line: &'_ str| line.split_once(": ").is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head
            .lines()
            .find(|line| find(line))
            .and_then(|line| line.split_once(": "))
            .map(|(_, value)| value)
    }

    /// The version that the page says it shows.
    fn version(&self) -> String {
        self.body.split_once("data-version=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    }
}

impl Site {
    fn serve(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        fs::create_dir(&content).unwrap();
        for (path, text) in files {
            write(&content.join(path), text);
        }
        let options = ServeOptions {
            address: "127.0.0.1:0".parse().unwrap(),
            watch: vec![content.clone(), dir.path().join("site.toml")],
            ..ServeOptions::default()
        };
        let server = Server::bind(&options).unwrap();
        let (address, terminal) = (server.address(), Terminal::default());
        let (end, ended) = tokio::sync::oneshot::channel();
        let heard = terminal.clone();
        let running = std::thread::spawn(move || {
            server.run(move || build(&content), heard, async { drop(ended.await) })
        });
        Self { dir, address, terminal, end: Some(end), running: Some(running) }
    }

    fn content(&self, path: &str) -> PathBuf {
        self.dir.path().join("content").join(path)
    }

    fn get(&self, path: &str) -> Answer {
        self.request("GET", path)
    }

    fn request(&self, method: &str, path: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(TOO_LONG)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Waits until the site is no longer what `seen` shows, as the page's script does.
    fn wait_for_change(&self, seen: &Answer) {
        let event = self.get(&format!("/_site/events?version={}", seen.version()));
        assert_eq!(event.header("content-type"), Some("text/event-stream"));
        assert!(event.body.contains("data: reload\n\n"), "{}", event.body);
    }

    fn said(&self) -> String {
        self.terminal.0.lock().unwrap().clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.running.take().unwrap().join();
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

/// Writes a file in one step, so that no build sees half of it however slow the machine is.
fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.persist(path).unwrap();
}

const HOME: (&str, &str) = ("index.html", "<html><body>home</body></html>");

#[test]
fn pages_and_files_are_served_with_their_types() {
    let site = Site::serve(&[
        HOME,
        ("docs/index.html", "docs"),
        ("docs/a b ü.html", "odd name"),
        ("a.css", "a{}"),
        ("a.js", "1"),
        ("a.json", "{}"),
        ("a.svg", "<svg/>"),
        ("feed.xml", "<feed/>"),
        ("data.parquet", "PAR1"),
        ("CNAME", "x"),
    ]);
    for (path, kind, text) in [
        ("/", "text/html; charset=utf-8", "home"),
        ("/index.html", "text/html; charset=utf-8", "home"),
        ("/docs/", "text/html; charset=utf-8", "docs"),
        ("/docs/?q=1", "text/html; charset=utf-8", "docs"),
        ("/docs/a%20b%20%C3%BC.html", "text/html; charset=utf-8", "odd name"),
        ("/a.css", "text/css; charset=utf-8", "a{}"),
        ("/a.js?v=1", "text/javascript; charset=utf-8", "1"),
        ("/a.json", "application/json", "{}"),
        ("/a.svg", "image/svg+xml", "<svg/>"),
        ("/feed.xml", "application/xml; charset=utf-8", "<feed/>"),
        ("/data.parquet", "application/vnd.apache.parquet", "PAR1"),
        ("/CNAME", "application/octet-stream", "x"),
    ] {
        let answer = site.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.body.contains(text), "{path}: {}", answer.body);
        assert_eq!(answer.body.contains("/_site/reload.js"), kind.starts_with("text/html"), "{path}");
    }
    assert!(site.get("/_site/reload.js").body.contains("EventSource"));
    assert!(site.get("/_site/error.css").head.contains("text/css"));
}

#[test]
fn an_address_of_a_folder_gets_its_slash() {
    let site = Site::serve(&[HOME, ("docs/x/index.html", "x")]);
    let answer = site.get("/docs/x?y=%20");
    assert_eq!((answer.status, answer.header("location")), (307, Some("/docs/x/?y=%20")));
    assert_eq!(site.get("/docs").status, 404, "a folder without a page of its own");
    assert_eq!(site.get("//docs/x").status, 404, "never to another host");
}

#[test]
fn what_is_not_there_is_answered_with_the_sites_own_page() {
    let site = Site::serve(&[HOME]);
    let plain = site.get("/missing");
    assert_eq!(plain.status, 404);
    assert!(plain.body.contains("no such page") && plain.body.contains("reload.js"));
    write(&site.content("404.html"), "<body>lost</body>");
    site.wait_for_change(&plain);
    let own = site.get("/missing/page.html");
    assert_eq!(own.status, 404);
    assert!(own.body.contains("lost"));
}

#[test]
fn no_path_leads_out_of_the_site() {
    let site = Site::serve(&[HOME]);
    fs::write(site.dir.path().join("secret"), "secret").unwrap();
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/..%5csecret",
        "/x/../../secret",
        "/%00",
        "/index.html%00.css",
        "/%ff",
        "/%",
        "//etc/hostname",
        "/%2fetc/hostname",
    ] {
        let answer = site.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("secret"), "{path}");
    }
}

#[test]
fn other_methods_do_nothing() {
    let site = Site::serve(&[HOME]);
    let head = site.request("HEAD", "/");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length").unwrap(), site.get("/").body.len().to_string());
    let post = site.request("POST", "/");
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
}

#[test]
fn a_change_is_built_and_told_to_the_browser() {
    let site = Site::serve(&[HOME]);
    let before = site.get("/");
    write(&site.content("index.html"), "<body>new home</body>");
    site.wait_for_change(&before);
    let after = site.get("/");
    assert!(after.body.contains("new home"));

    // A new folder, and a file that an editor moves into place.
    write(&site.content("deep/down/index.html"), "deep");
    site.wait_for_change(&after);
    let deep = site.get("/deep/down/");
    write(&site.content(".index.html.tmp"), "moved");
    fs::rename(site.content(".index.html.tmp"), site.content("deep/down/index.html")).unwrap();
    site.wait_for_change(&deep);
    assert!(site.get("/deep/down/").body.contains("moved"));
    assert!(
        site.said().contains("Changed: ") && site.said().contains("Built 2 files in "),
        "{}",
        site.said()
    );
}

#[test]
fn an_event_is_not_missed_while_the_page_loads() {
    let site = Site::serve(&[HOME]);
    let shown = site.get("/");
    write(&site.content("index.html"), "<body>1</body>");
    site.wait_for_change(&shown);
    // Asked again with the old version, as a page does that was loading meanwhile.
    site.wait_for_change(&shown);
}

#[test]
fn an_error_is_shown_on_the_last_good_site_until_it_is_mended() {
    let site = Site::serve(&[HOME, ("a.css", "a{}")]);
    let good = site.get("/");
    write(&site.content("bad.html"), "broken");
    site.wait_for_change(&good);
    let bad = site.get("/");
    assert_eq!(bad.status, 200);
    assert!(bad.body.contains("home"), "the last good page");
    assert!(bad.body.contains("bad.html:1: &lt;b&gt;broken&lt;/b&gt; &amp; bad"), "{}", bad.body);
    assert_eq!(site.get("/a.css").body, "a{}", "files stay as they are");
    assert!(site.said().contains("Error: bad.html:1: <b>broken</b>"), "{}", site.said());

    write(&site.content("bad.html"), "mended");
    site.wait_for_change(&bad);
    assert!(!site.get("/").body.contains("site-error"));
    assert!(site.get("/bad.html").body.contains("mended"));
}

#[test]
fn a_first_build_that_fails_is_shown_until_it_is_mended() {
    let site = Site::serve(&[("index.html", "broken")]);
    let bad = site.get("/anything/");
    assert_eq!(bad.status, 500);
    assert!(bad.body.contains("&lt;b&gt;broken") && bad.body.contains("reload.js"), "{}", bad.body);
    write(&site.content("index.html"), "mended");
    site.wait_for_change(&bad);
    assert_eq!(site.get("/").status, 200);
}

#[test]
fn a_builder_that_panics_is_an_error_like_others() {
    let site = Site::serve(&[HOME]);
    let good = site.get("/");
    write(&site.content("x"), "panic");
    site.wait_for_change(&good);
    let bad = site.get("/");
    assert!(bad.body.contains("home") && bad.body.contains("no way to build x"), "{}", bad.body);
}

#[test]
fn a_folder_that_is_replaced_stays_watched() {
    let site = Site::serve(&[HOME]);
    let before = site.get("/");
    fs::rename(site.content(""), site.dir.path().join("old")).unwrap();
    write(&site.content("index.html"), "<body>second</body>");
    site.wait_for_change(&before);
    let mut shown = site.get("/");
    while !shown.body.contains("second") {
        // The moment in which there was no folder was seen too.
        site.wait_for_change(&shown);
        shown = site.get("/");
    }
    write(&site.content("index.html"), "<body>third</body>");
    site.wait_for_change(&shown);
    assert!(site.get("/").body.contains("third"));
}

#[test]
fn a_taken_port_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = Server::bind(&ServeOptions { address, ..ServeOptions::default() }).err().unwrap().to_string();
    assert!(error.contains(&address.port().to_string()) && error.contains("--port"), "{error}");
}

#[test]
fn child_serves_until_it_is_interrupted() {
    let Some(dir) = std::env::var_os("SERVE_IN").map(PathBuf::from) else { return };
    let options = ServeOptions { address: "127.0.0.1:0".parse().unwrap(), ..ServeOptions::default() };
    site::serve::serve(&options, move || build(&dir), std::io::stdout()).unwrap();
}

#[test]
fn ctrl_c_ends_it_well_even_with_pages_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_serves_until_it_is_interrupted", "--nocapture"])
        .env("SERVE_IN", dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.find_map(|line| line.split_once("Serving http://").map(|(_, rest)| rest.to_owned()));
    let address = address.unwrap().split_once('/').unwrap().0.to_owned();
    assert!(lines.any(|line| line.starts_with("Built 0 files")));
    // A page that waits for events: it shows the current version, which it learns from the event for another.
    let mut page = TcpStream::connect(&address).unwrap();
    write!(page, "GET /_site/events?version=old HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let event =
        BufReader::new(&page).lines().map(Result::unwrap).find(|line| line.starts_with("id: ")).unwrap();
    write!(page, "GET /_site/events?version={} HTTP/1.1\r\nHost: localhost\r\n\r\n", &event[4..]).unwrap();

    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(lines.any(|line| line.contains("1 passed")), "it returned without an error");
    assert!(child.wait().unwrap().success());
}
