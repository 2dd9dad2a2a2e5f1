//! Publishing to a real file system: what is written, what is left alone, and what interrupts it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should panic")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use site::publish::{Contents, OutputFile, PublishError, Published, check_target, publish};

/// A site of `pages` pages in folders, all of whose texts name its version.
fn version(text: &str, pages: usize) -> Vec<OutputFile> {
    (0..pages)
        .map(|page| {
            OutputFile::new(format!("part{}/page{page}/index.html", page % 3), format!("{text} {page}"))
        })
        .chain([OutputFile::new("index.html", text), OutputFile::new("feeds/all.xml", text)])
        .collect()
}

/// Everything in a folder: for each file its bytes and its mode.
fn read_tree(root: &Path) -> BTreeMap<String, (Vec<u8>, u32)> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let bytes = if entry.path_is_symlink() { Vec::new() } else { fs::read(entry.path()).unwrap() };
            (path, (bytes, entry.metadata().unwrap().permissions().mode() & 0o777))
        })
        .collect()
}

fn assert_holds(out: &Path, site: &[OutputFile]) {
    let mut tree = read_tree(out);
    tree.remove(".site-output").expect("the folder is marked as ours");
    let expected: BTreeMap<_, _> =
        site.iter().map(|file| (file.path.clone(), (file.bytes().into_owned(), 0o644))).collect();
    assert_eq!(tree, expected);
}

fn assert_alone(out: &Path) {
    let parent = out.parent().unwrap();
    let names: Vec<_> = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, [out.file_name().unwrap()], "something is left in {}", parent.display());
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

#[test]
fn two_builds_of_one_site_are_equal_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let mut shuffled = version("one", 40);
    shuffled.reverse();
    publish(version("one", 40), &a).unwrap();
    publish(version("zero", 50), &b).unwrap();
    publish(shuffled, &b).unwrap();
    assert_eq!(read_tree(&a), read_tree(&b));
}

#[test]
fn a_page_that_has_not_changed_is_not_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    publish(version("one", 9), &out).unwrap();
    let (root, page) = (inode(&out), inode(&out.join("part0/page0/index.html")));

    let again = publish(version("one", 9), &out).unwrap();
    assert_eq!((again.written, again.unchanged, again.removed), (0, 11, 0));
    assert_eq!(inode(&out), root, "an equal site is not even swapped");

    let mut changed = version("one", 9);
    changed[4].contents = Contents::plain(b"new".to_vec());
    let one = publish(changed.clone(), &out).unwrap();
    assert_eq!((one.written, one.unchanged, one.removed), (1, 10, 0));
    assert_eq!(inode(&out), root, "one file is replaced in place");
    assert_holds(&out, &changed);

    changed[9].contents = Contents::plain(b"new home".to_vec());
    changed[5].contents = Contents::plain(b"newer".to_vec());
    changed.remove(8);
    let many = publish(changed.clone(), &out).unwrap();
    assert_eq!((many.written, many.unchanged, many.removed), (2, 8, 1));
    assert_ne!(inode(&out), root, "changes all over swap the whole");
    assert_eq!(inode(&out.join("part0/page0/index.html")), page);
    assert_holds(&out, &changed);
    assert_alone(&out);
}

#[test]
fn what_somebody_did_to_the_output_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let site = version("one", 9);
    publish(site.clone(), &out).unwrap();
    // An edit of the same length, with the old time.
    let index = out.join("index.html");
    let time = fs::metadata(&index).unwrap().modified().unwrap();
    fs::write(&index, "ONE").unwrap();
    fs::File::options().write(true).open(&index).unwrap().set_modified(time).unwrap();
    fs::remove_file(out.join("feeds/all.xml")).unwrap();
    fs::write(out.join("part1/extra"), "").unwrap();
    fs::create_dir(out.join("empty")).unwrap();
    let published = publish(site.clone(), &out).unwrap();
    assert_eq!((published.written, published.removed), (2, 1));
    assert_holds(&out, &site);
    assert!(!out.join("empty").exists());
}

#[test]
fn a_link_in_the_old_output_is_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (dir.path().join("out/public"), dir.path().join("elsewhere"));
    let site = version("one", 9);
    publish(site.clone(), &out).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("all.xml"), "one").unwrap();
    fs::write(elsewhere.join("precious"), "precious").unwrap();
    fs::remove_dir_all(out.join("feeds")).unwrap();
    symlink(&elsewhere, out.join("feeds")).unwrap();
    fs::remove_file(out.join("index.html")).unwrap();
    symlink(elsewhere.join("precious"), out.join("index.html")).unwrap();

    publish(site.clone(), &out).unwrap();
    assert_holds(&out, &site);
    assert!(!out.join("feeds").is_symlink());
    assert_eq!(fs::read_to_string(elsewhere.join("precious")).unwrap(), "precious");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 2);
    assert_ne!(inode(&out.join("feeds/all.xml")), inode(&elsewhere.join("all.xml")));
    assert_alone(&out);
}

#[test]
fn a_folder_that_is_not_ours_is_refused_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("thesis.tex"), "years").unwrap();
    let error = publish(version("one", 1), dir.path()).unwrap_err();
    assert!(matches!(error, PublishError::Refused { .. }), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    check_target(&dir.path().join("new"), &[]).unwrap();
}

#[test]
fn a_place_that_cannot_be_a_folder_is_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = publish(version("one", 1), &file.join("public")).unwrap_err().to_string();
    assert!(error.contains("file") && error.contains("--out"), "{error}");
    let error = publish(version("one", 1), Path::new("/proc/public")).unwrap_err().to_string();
    assert!(error.contains("/proc") && error.contains("--out"), "{error}");
    assert_eq!(fs::read_to_string(file).unwrap(), "");
}

#[test]
fn a_bad_path_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let mut site = version("one", 3);
    site.push(OutputFile::new("../outside", "x"));
    publish(site, &out).unwrap_err();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_reader_sees_one_version_and_never_a_mixture() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    publish(version("a", 30), &out).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for round in 0..60 {
                publish(version(if round % 2 == 0 { "b" } else { "a" }, 30), &out).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            // A reader that stays in the folder it opened, as one request or one upload does.
            let Ok(folder) = fs::File::open(&out) else { panic!("the site was gone for a moment") };
            let read = |path: &str| {
                use rustix::fs::{Mode, OFlags, openat};
                let file = openat(&folder, path, OFlags::RDONLY, Mode::empty()).ok()?;
                std::io::read_to_string(fs::File::from(file)).ok()
            };
            if let (Some(home), Some(feed), Some(page)) =
                (read("index.html"), read("feeds/all.xml"), read("part1/page1/index.html"))
            {
                assert_eq!(home, feed);
                assert_eq!(format!("{home} 1"), page);
            }
        }
    });
    assert_alone(&out);
}

#[test]
fn two_builds_at_once_leave_the_whole_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    std::thread::scope(|threads| {
        for name in ["a", "b"] {
            let out = &out;
            threads.spawn(move || {
                (0..20).for_each(|_| assert_eq!(publish(version(name, 20), out).unwrap().files, 22));
            });
        }
    });
    let winner = fs::read_to_string(out.join("index.html")).unwrap();
    assert_holds(&out, &version(&winner, 20));
    assert_alone(&out);
}

/// Starts this test program again, for one test that does nothing unless it is started so.
fn child(test: &str, wrapper: &[&str], dir: &Path) -> Child {
    let program = std::env::current_exe().unwrap();
    let (first, rest) =
        wrapper.split_first().map_or((program.as_os_str(), &[][..]), |(f, r)| (f.as_ref(), r));
    let mut command = Command::new(first);
    command.args(rest);
    if !wrapper.is_empty() {
        command.arg(&program);
    }
    command.args(["--exact", test, "--nocapture"]).env("PUBLISH_IN", dir);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The folder to work in, when this is such a child.
fn as_child() -> Option<std::path::PathBuf> {
    std::env::var_os("PUBLISH_IN").map(Into::into)
}

#[test]
fn child_publishes_until_it_is_killed() {
    let Some(dir) = as_child() else { return };
    for name in ["a", "b"].iter().cycle() {
        publish(version(name, 60), &dir.join("public")).unwrap();
    }
}

#[test]
fn a_killed_build_leaves_the_old_site_and_the_next_one_tidies_up() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    publish(version("a", 60), &out).unwrap();
    let mut left = 0;
    for round in 0..25_u64 {
        let mut build = child("child_publishes_until_it_is_killed", &[], dir.path());
        // Starting takes a few milliseconds, a build about as long; any moment in it will do.
        std::thread::sleep(Duration::from_micros(12_000 + round * 731));
        build.kill().unwrap();
        build.wait().unwrap();
        let text = fs::read_to_string(out.join("index.html")).unwrap();
        assert_holds(&out, &version(&text, 60));
        left += fs::read_dir(dir.path()).unwrap().count() - 1;
    }
    publish(version("c", 60), &out).unwrap();
    assert_holds(&out, &version("c", 60));
    assert_alone(&out);
    eprintln!("{left} of 25 kills left something to tidy up");
}

#[test]
fn child_publishes_under_a_strict_umask() {
    let Some(dir) = as_child() else { return };
    publish(version("one", 9), &dir.join("public")).unwrap();
    let mut changed = version("one", 9);
    changed[0].contents = Contents::plain(b"new".to_vec());
    publish(changed, &dir.join("public")).unwrap();
}

#[test]
fn everybody_may_read_the_site_whatever_the_umask() {
    let dir = tempfile::tempdir().unwrap();
    let wrapper = ["sh", "-c", "umask 077; exec \"$0\" \"$@\""];
    let done =
        child("child_publishes_under_a_strict_umask", &wrapper, dir.path()).wait_with_output().unwrap();
    assert_passed(&done);
    for entry in walkdir::WalkDir::new(dir.path().join("public")) {
        let entry = entry.unwrap();
        let expected = if entry.file_type().is_dir() { 0o755 } else { 0o644 };
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, expected, "{} has mode {mode:o}", entry.path().display());
    }
}

/// Runs a child with a file system of its own, which is gone with it. Gives up where the system doesn't let us.
fn child_with_mount(test: &str, options: &str) {
    let dir = tempfile::tempdir().unwrap();
    let probe = Command::new("unshare").args(["--map-root-user", "--mount", "true"]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        eprintln!("left out: this system doesn't let us mount");
        return;
    }
    let script = format!("mount -t tmpfs -o {options} tmpfs \"$PUBLISH_IN\" && exec \"$0\" \"$@\"");
    let wrapper = ["unshare", "--map-root-user", "--mount", "sh", "-c", &script];
    let done = child(test, &wrapper, dir.path()).wait_with_output().unwrap();
    assert_passed(&done);
}

fn assert_passed(done: &Output) {
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && text.contains("1 passed"), "{done:?}");
}

#[test]
fn child_fills_the_disk() {
    let Some(dir) = as_child() else { return };
    let out = dir.join("public");
    let small = version("one", 9);
    publish(small.clone(), &out).unwrap();
    let mut large = small.clone();
    large.extend((0..40).map(|i| OutputFile::new(format!("data/{i}.bin"), vec![7; 50_000])));
    let error = publish(large, &out).unwrap_err().to_string();
    assert!(error.contains("space") && error.contains("old site is untouched"), "{error}");
    assert_holds(&out, &small);
    assert_alone(&out);
    publish(version("two", 9), &out).unwrap();
}

#[test]
fn a_full_disk_is_a_clear_error_and_leaves_the_old_site() {
    child_with_mount("child_fills_the_disk", "size=1m");
}

#[test]
fn child_publishes_to_a_read_only_disk() {
    let Some(dir) = as_child() else { return };
    let out = dir.join("public");
    publish(version("one", 9), &out).unwrap();
    let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(&dir).status().unwrap();
    assert!(remount.success());
    let error = publish(version("two", 9), &out).unwrap_err().to_string();
    assert!(error.contains("may write") && error.contains("--out"), "{error}");
    assert_holds(&out, &version("one", 9));
    let unchanged = publish(version("one", 9), &out).unwrap();
    assert_eq!(unchanged, Published { written: 0, ..unchanged });
}

#[test]
fn a_disk_that_cannot_be_written_is_a_clear_error() {
    child_with_mount("child_publishes_to_a_read_only_disk", "size=1m");
}

#[test]
fn child_publishes_to_a_mount() {
    let Some(dir) = as_child() else { return };
    let error = publish(version("one", 9), &dir).unwrap_err().to_string();
    assert!(error.contains("mount") && error.contains("--out"), "{error}");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    publish(version("one", 9), &dir.join("site")).unwrap();
}

#[test]
fn a_folder_that_is_a_mount_is_a_clear_error() {
    child_with_mount("child_publishes_to_a_mount", "size=1m");
}
