//! The command as its users meet it, while its commands are not built.

use std::process::{Command, Output};

fn inferencemax(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inferencemax")).args(arguments).output().expect("the command starts")
}

#[test]
fn help_and_version_work_and_say_what_is_missing() {
    let help = inferencemax(&["--help"]);
    assert!(help.status.success());
    let text = String::from_utf8_lossy(&help.stdout);
    assert!(
        text.contains("Measures LLM serving engines") && text.matches("Not built yet").count() == 4,
        "{text}"
    );
    let version = inferencemax(&["--version"]);
    assert_eq!(
        String::from_utf8_lossy(&version.stdout).trim(),
        concat!("inferencemax ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_command_that_is_not_built_fails_and_says_so() {
    for arguments in [
        &["bench", "--url", "http://localhost:1"][..],
        &["mock"],
        &["show", "--help"],
        &["compare", "a", "b"],
    ] {
        let output = inferencemax(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("is not built yet; nothing was done"), "{text}");
    }
}
