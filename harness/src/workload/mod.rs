//! What is asked of the model: kinds of work, lengths, and requests made ahead of their time.

mod catalogue;
mod file;
mod fit;
mod inspect;
mod kind;
mod lengths;
mod picture;
mod prepare;
mod recorded;
mod ruler;
mod server_counter;
mod talk;
mod text;
mod tokenizer;

pub(crate) use file::{FilePrompt, read_prompts};
pub(crate) use fit::TokenFit;
pub(crate) use inspect::Inspector;
pub(crate) use kind::{Kind, Prefixes, Size, Turns};
pub(crate) use lengths::Lengths;
pub(crate) use prepare::{Prepared, Requests, Turn, Workload};
pub(crate) use ruler::{Counter, Ruler};
pub(crate) use server_counter::ServerCounter;
pub(crate) use talk::{Answered, Next, Talk};
pub(crate) use tokenizer::Local;
