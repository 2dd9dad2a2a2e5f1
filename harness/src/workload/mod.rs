//! What is asked of the model.

mod fit;
mod random;

pub(crate) use fit::TokenFit;
pub(crate) use random::{Lengths, Prepared, prepare, prompt};
