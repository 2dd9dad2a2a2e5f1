//! How to reach a server, and how patient to be with it.

use super::Timeouts;
use std::{net::SocketAddr, sync::Arc};

/// The protocol below the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Protocol {
    /// HTTP/1.1
    #[value(name = "1.1")]
    Http1,
    /// HTTP/2: agreed on in the TLS handshake; without TLS, as if the server were known to speak it
    #[value(name = "2")]
    Http2,
}

impl Protocol {
    /// Its name in the record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// TLS for new connections.
#[derive(Clone)]
pub(crate) struct Security {
    pub(crate) config: Arc<rustls::ClientConfig>,
    pub(crate) name: rustls::pki_types::ServerName<'static>,
}

/// How to reach a server.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) address: SocketAddr,
    pub(crate) security: Option<Security>,
    pub(crate) protocol: Protocol,
    pub(crate) timeouts: Timeouts,
    /// How often a request that failed before any output is sent again.
    pub(crate) retries: u32,
}
