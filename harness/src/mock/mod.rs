//! A server whose latencies are known, to measure clients against.
//!
//! It speaks the streaming part of the OpenAI interface, generates nothing, and notes for each request when its bytes
//! really arrived (by the kernel's stamp) and when each chunk really left. One thread serves everything.

mod asked;
mod client;
mod http2;
mod responses;
mod script;
mod served;
mod server;
mod settings;
mod tokenize;

pub use served::Served;
pub use server::{Mock, Running};
pub use settings::{Fault, FaultRate, Settings, Spread};
