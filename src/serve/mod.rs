//! Serves the site while people write it: builds in memory, watches the files it is made from, and reloads the browser.
//!
//! ```text
//! file changes ─► watch ─► builder (a thread) ─► Live ─┬─► answers to requests
//!                                                      └─► events to the open pages
//! ```
//!
//! `Live` is all that the two sides share: the last good site, the error since, and a version that changes
//! when a reader would see something else. A build that fails changes nothing but the error, which is shown on top of
//! every page. Nothing is written to disk.

mod answer;
mod builder;
mod content_type;
mod events;
mod live;
mod overlay;
mod watch;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use tokio::runtime;

use crate::publish::OutputFile;
use live::Live;
use watch::Watch;

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where to listen.
    pub address: SocketAddr,
    /// The files and folders that the site is made from. Those that don't exist yet are noticed when they come.
    pub watch: Vec<PathBuf>,
    /// How long nothing must change before a build starts, so that one save is one build.
    pub debounce: Duration,
}

impl Default for ServeOptions {
    /// Port 8000 of this machine alone, nothing watched, 30 ms.
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)),
            watch: Vec::new(),
            debounce: Duration::from_millis(30),
        }
    }
}

/// Why the site can't be served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Somebody else listens there.
    #[error(
        "port {} of {} is taken by another program. Stop it, or choose another port, such as --port {}",
        address.port(), address.ip(), address.port().saturating_add(1)
    )]
    PortTaken {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system doesn't let us listen there.
    #[error("can't listen on {address}: {source}. Try another port with --port, such as --port 8000")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The system doesn't let us watch a folder.
    #[error(
        "can't watch {}: {source}. Expected a folder that you may read; on Linux the number of watched \
         folders is limited by fs.inotify.max_user_watches", path.display()
    )]
    Watch {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: notify::Error,
    },
    /// The server itself doesn't run.
    #[error("the server stopped: {0}")]
    Run(#[from] io::Error),
}

/// Builds and serves the site until Ctrl-C. `build` makes all files of the site, or says what is wrong in plain text; it is
/// called again after each change. What happens is told on `terminal`.
///
/// # Errors
/// When the port is taken, or the files can't be watched. What is wrong with the site is not an error here.
pub fn serve(
    options: &ServeOptions,
    build: impl FnMut() -> Result<Vec<OutputFile>, String> + Send + 'static,
    terminal: impl Write + Send + 'static,
) -> Result<(), ServeError> {
    Server::bind(options)?.run(build, terminal, async {
        // Without a handler for Ctrl-C the system's own ends the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// A server that has its port and watches its files, but doesn't answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    watch: Watch,
    debounce: Duration,
}

impl Server {
    /// Takes the port and starts watching.
    ///
    /// # Errors
    /// As [`serve`].
    pub fn bind(options: &ServeOptions) -> Result<Self, ServeError> {
        let address = options.address;
        let listener = TcpListener::bind(address).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortTaken { address },
            _ => ServeError::Listen { address, source },
        })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, watch: Watch::start(&options.watch)?, debounce: options.debounce })
    }

    /// Where it listens: what was asked for, with the port that the system chose if that was 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Builds and serves until `end` is there.
    ///
    /// # Errors
    /// When the system ends it.
    pub fn run(
        self,
        build: impl FnMut() -> Result<Vec<OutputFile>, String> + Send + 'static,
        mut terminal: impl Write + Send + 'static,
        end: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        // Nobody to tell when the terminal is gone.
        let _ = writeln!(terminal, "Serving http://{}/ until Ctrl-C", self.address);
        let (sender, receiver) = tokio::sync::watch::channel(Live::new());
        let (watch, debounce) = (self.watch, self.debounce);
        // Not joined: at the end, a build that still runs has nobody to build for.
        std::thread::Builder::new()
            .name("builder".to_owned())
            .spawn(move || builder::keep_building(build, watch, debounce, &sender, terminal))?;
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let served: io::Result<()> = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            tokio::select! {
                served = axum::serve(listener, answer::router(receiver)) => served,
                () = end => Ok(()),
            }
        });
        runtime.shutdown_background();
        Ok(served?)
    }
}
