//! `site serve`: the site in a browser while people write it.

use super::{Failure, print};
use crate::{
    cli::Common,
    config::Config,
    serve::{ServeError, ServeOptions, serve},
    site::{self, BuildOptions},
};
use clap::Args;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
};

/// Build in memory, serve, rebuild what changes and reload the browser
#[derive(Clone, Debug, Args)]
pub struct ServeArguments {
    /// The address to listen on; 0.0.0.0 lets others on the network look
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_name = "ADDRESS")]
    pub host: IpAddr,
    /// The port to listen on
    #[arg(long, default_value_t = 8000)]
    pub port: u16,
    /// Build drafts too
    #[arg(long)]
    pub drafts: bool,
}

/// What the site is made from.
const INPUTS: [&str; 5] = ["content", "community", "templates", "static", "site.toml"];

pub(crate) fn run(common: &Common, arguments: &ServeArguments) -> Result<ExitCode, Failure> {
    // Without the settings nothing can be built, however long one waits.
    Config::load(&common.root)?;
    let address = SocketAddr::new(arguments.host, arguments.port);
    let options = ServeOptions {
        address,
        watch: INPUTS.iter().map(|input| common.root.join(input)).collect(),
        ..ServeOptions::default()
    };
    let build = BuildOptions {
        root: common.root.clone(),
        // The address that canonical links name while serving; it has no path, as the server has none.
        base_url: Some(format!("http://{address}")),
        drafts: arguments.drafts,
        // What only other sites show is not worth the wait after each change.
        images: false,
    };
    if !common.quiet {
        print(&format!("Serving {} at http://{address}/ (Ctrl-C ends it)", common.root.display()));
    }
    let built = move || {
        site::build(&build, &|_, _| {}).map(|built| built.files).map_err(|findings| findings.to_string())
    };
    serve(&options, built, std::io::stderr()).map_err(|error| match error {
        ServeError::PortTaken { .. } | ServeError::Listen { .. } => Failure::Refused(error.to_string()),
        other => Failure::Internal(other.to_string()),
    })?;
    Ok(ExitCode::SUCCESS)
}
