//! When each text last changed, as the repository that holds it says.

use jiff::civil::Date;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// The day of the newest commit that touched each Markdown file of the content, by the file relative to `root`. Empty
/// without git, outside of a repository, and in a shallow copy, whose oldest commit would claim every file. One call
/// for all files: git walks the whole history either way.
pub(super) fn last_changes(root: &Path) -> BTreeMap<PathBuf, Date> {
    let shallow = git(root, &["rev-parse", "--is-shallow-repository"]);
    if shallow.as_deref().map(str::trim) != Some("false") {
        return BTreeMap::new();
    }
    let log =
        ["log", "--format=%x01%cs", "--name-only", "--no-renames", "-z", "--relative", "--", "content/*.md"];
    git(root, &log).map(|log| parse(&log)).unwrap_or_default()
}

/// What git answers; nothing when it isn't there or refuses. Settings that would run other programs are off.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(["-c", "log.showSignature=false", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .current_dir(root)
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Commits, newest first, each a day after `\x01` and then its files, all ended by a zero.
fn parse(log: &str) -> BTreeMap<PathBuf, Date> {
    let mut changes = BTreeMap::new();
    for commit in log.split('\x01') {
        let mut parts = commit.split('\0');
        let Some(day) = parts.next().and_then(|day| day.trim().parse::<Date>().ok()) else { continue };
        for file in parts.map(|file| file.trim_start_matches('\n')).filter(|file| !file.is_empty()) {
            changes.entry(PathBuf::from(file)).or_insert(day);
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn the_newest_commit_of_a_file_counts() {
        let log = "\x012026-05-02\0\ncontent/a.md\0content/b c.md\0\0\x012026-05-01\0\ncontent/a.md\0content/é.md\0";
        let changes = parse(log);
        assert_eq!(changes[Path::new("content/a.md")], day("2026-05-02"));
        assert_eq!(changes[Path::new("content/b c.md")], day("2026-05-02"));
        assert_eq!(changes[Path::new("content/é.md")], day("2026-05-01"));
        assert_eq!(parse("").len(), 0);
    }

    #[test]
    fn a_repository_knows_its_files_and_a_shallow_copy_or_none_knows_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("site");
        std::fs::create_dir_all(root.join("content/docs")).expect("a folder");
        std::fs::write(root.join("content/docs/a.md"), "x").expect("a file");
        assert_eq!(last_changes(&root).len(), 0);
        let run = |folder: &Path, arguments: &[&str]| {
            let identity =
                ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgSign=false"];
            let days =
                [("GIT_AUTHOR_DATE", "2026-05-01T12:00:00Z"), ("GIT_COMMITTER_DATE", "2026-05-02T12:00:00Z")];
            let mut command = Command::new("git");
            command.current_dir(folder).args(identity).args(arguments).envs(days);
            assert!(command.output().expect("git").status.success(), "{arguments:?}");
        };
        run(&root, &["init", "-q"]);
        run(&root, &["add", "."]);
        run(&root, &["commit", "-qm", "x"]);
        let expected = [(PathBuf::from("content/docs/a.md"), day("2026-05-02"))];
        assert_eq!(last_changes(&root), BTreeMap::from(expected.clone()));
        run(
            folder.path(),
            &["clone", "-q", "--depth", "1", &format!("file://{}", root.display()), "shallow"],
        );
        assert_eq!(last_changes(&folder.path().join("shallow")).len(), 0);
    }
}
