//! The `inferencemax` command.

fn main() {}
