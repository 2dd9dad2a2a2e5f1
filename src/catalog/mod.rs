//! What the site knows, read once and validated.

mod names;

pub use names::{KnownFramework, Names};
