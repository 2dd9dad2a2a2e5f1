//! What goes over the wire: where to, how a request is written, and how an answer is read as its bytes come.

mod chunk;
mod prompt;
mod request;
mod response;
mod responses;
mod said;
mod sse;
mod stream;
mod target;

pub(crate) use chunk::Usage;
pub(crate) use prompt::{Message, Prompt, Role, Tool};
pub(crate) use request::{Interface, RequestShape};
pub(crate) use response::{Decoder, Head};
pub(crate) use said::Said;
pub(crate) use stream::{Answer, Fault, Output, Reading};
pub(crate) use target::Target;
