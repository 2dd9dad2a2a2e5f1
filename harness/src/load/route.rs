//! How to reach a server, and how patient to be with it.

use super::Timeouts;
use std::{net::SocketAddr, sync::Arc, time::Duration};

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

/// What is no request of a measurement, such as the list of models, is given up after this.
const ASIDE: Duration = Duration::from_secs(10);

impl Route {
    /// The same for questions beside the measurement: with less patience.
    pub(crate) fn aside(&self) -> Self {
        let Timeouts { connect, first_token, token_gap, total } = self.timeouts;
        let timeouts = Timeouts {
            connect,
            first_token: first_token.min(ASIDE),
            token_gap: token_gap.min(ASIDE),
            total: total.min(ASIDE),
        };
        Self { timeouts, retries: 0, ..self.clone() }
    }
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
