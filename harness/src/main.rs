//! The `inferencemax` command.

fn main() -> std::process::ExitCode {
    harness::run()
}
