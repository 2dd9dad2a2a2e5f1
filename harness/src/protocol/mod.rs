//! What goes over the wire: where to, how a request is written, and how an answer is read as its bytes come.

mod chunk;
mod request;
mod response;
mod sse;
mod stream;
mod target;

pub(crate) use request::{Interface, RequestShape};
pub(crate) use stream::{Answer, Fault, Output};
pub(crate) use target::Target;
