//! What the server says before anything is measured: whether it answers at all, what it is, how it counts tokens.

use super::{
    Settings, TokenizerChoice,
    awaited::Awaited,
    engine_info::{self, EngineInfo},
    ruler, server_counts,
};
use crate::{
    cli::Failed,
    clock::Clock,
    duration::show,
    load::{Engine, Job, Protocol, Route, Security},
    measure::{Exchange, Failure},
    protocol::{Fault, Target},
    workload::{Prepared, Ruler, Workload},
};
use std::{
    io,
    sync::{Arc, atomic::AtomicBool},
};

/// How often a probe is sent before the server is given up.
const PROBE_TRIES: u32 = 3;

/// The server, as far as it is known.
pub(crate) struct Server {
    pub(crate) route: Route,
    /// The same for questions beside the measurement.
    pub(crate) aside: Route,
    /// How long prompts are in its tokens.
    pub(crate) ruler: Ruler,
    /// By what that is known; none where no prompt is made to a length.
    pub(crate) tokenizer: Option<record::Tokenizer>,
    /// Whether it states the usage.
    pub(crate) counts: bool,
    /// What is odd about its counts.
    pub(crate) notes: Vec<String>,
    /// Who the model list says owns the model, and the `Server` field.
    pub(crate) owner: Option<String>,
    pub(crate) software: Option<String>,
    /// What the engine says about itself.
    pub(crate) engine: EngineInfo,
    /// Whether it has counters of itself that we know.
    pub(crate) has_counters: bool,
    /// Completion requests that asking took.
    pub(crate) probes: u32,
}

impl Server {
    /// What the requests of `settings` are made from, with `seed`.
    pub(crate) fn workload(&self, settings: &Settings, seed: u64) -> Workload {
        Workload {
            shape: settings.shape.clone(),
            kind: settings.kind.clone(),
            lengths: settings.lengths.clone(),
            ruler: self.ruler.clone(),
            seed,
        }
    }
}

/// Finds the server and asks it.
pub(crate) fn ask(settings: &Settings, stop: &Arc<AtomicBool>) -> Result<Server, Failed> {
    // A tokenizer that can't be had is told before anybody is asked anything.
    let local = match &settings.tokenizer {
        TokenizerChoice::Named(name) => {
            Some(crate::workload::Local::open(name).map_err(|error| Failed::usage(error.to_string()))?)
        }
        _ => None,
    };
    let route = route(settings)?;
    let here = |error: io::Error| Failed::here(error.to_string());
    let aside = route.aside();
    let mut asking = Engine::new(&aside, Clock::start()).map_err(here)?;
    let awaited = Awaited::new(format!(
        "the list of models of {}, for {} at most",
        settings.shape.target,
        show(aside.timeouts.total.as_secs_f64())
    ));
    let models = Prepared::whole(settings.shape.models());
    let scheduled = asking.clock().now();
    let models = asking.exchange(Job { scheduled, prepared: models }, stop).map_err(here)?;
    drop(awaited);
    if let Some(
        failure @ (Failure::ConnectionRefused
        | Failure::Connecting(_)
        | Failure::ConnectTimeout
        | Failure::Tls(_)),
    ) = &models.failure
    {
        return Err(refused(settings, failure));
    }
    let models = asking.plain.clone();
    let mut engine = Engine::new(&route, Clock::start()).map_err(here)?;
    let found =
        ruler::find(settings, local, &aside, stop, |prepared| probe(settings, &mut engine, prepared, stop))?;
    let software = engine.server.clone();
    let awaited = Awaited::new(format!("what {} says about itself", settings.shape.target));
    let info = engine_info::ask(&mut asking, &settings.shape, &models, stop).map_err(here)?;
    let counters = server_counts::Reader { route: &aside, shape: &settings.shape, stop };
    let has_counters = !counters.read().map_err(here)?.is_empty();
    drop(awaited);
    Ok(Server {
        route,
        aside,
        ruler: found.ruler,
        tokenizer: found.tokenizer,
        counts: found.counts,
        notes: found.notes,
        owner: owner(&models, &settings.shape.model),
        software,
        engine: info,
        has_counters,
        probes: found.probes,
    })
}

fn route(settings: &Settings) -> Result<Route, Failed> {
    let target = &settings.shape.target;
    Ok(Route {
        address: target.resolve().map_err(Failed::server)?,
        security: if target.secure { Some(security(target, settings.protocol)?) } else { None },
        protocol: settings.protocol,
        timeouts: settings.timeouts,
        retries: settings.retries,
    })
}

/// Sends a request whose answer is like those that will be measured.
fn probe(
    settings: &Settings,
    engine: &mut Engine,
    make: &dyn Fn() -> Prepared,
    stop: &AtomicBool,
) -> Result<Exchange, Failed> {
    let here = |error: io::Error| Failed::here(error.to_string());
    let _awaited = Awaited::new(format!(
        "the first answer of {}, for {} at most (--first-token-timeout)",
        settings.shape.target,
        show(settings.timeouts.first_token.as_secs_f64())
    ));
    // A server that fails now and then is measured with its failures counted; one that always fails is not.
    let mut tries = 1;
    loop {
        let scheduled = engine.clock().now();
        let exchange = engine.exchange(Job { scheduled, prepared: make() }, stop).map_err(here)?;
        match &exchange.failure {
            None => return Ok(exchange),
            // Tokens that make no whole character yet are held back by some servers. The counts are what is wanted here.
            Some(Failure::Fault(Fault::NoOutput)) if exchange.input_tokens.is_some() => return Ok(exchange),
            Some(failure) if tries < PROBE_TRIES && may_pass(failure) => tries += 1,
            Some(failure) => return Err(refused(settings, failure)),
        }
    }
}

/// Whether another try is worth it: not where nobody listens, which is to be told at once.
fn may_pass(failure: &Failure) -> bool {
    failure.may_pass() && matches!(failure, Failure::Reset | Failure::Http2(_) | Failure::Fault(_))
}

/// The message for a server that doesn't do what it is asked, with what to try.
fn refused(settings: &Settings, failure: &Failure) -> Failed {
    let target = &settings.shape.target;
    let advice = match failure {
        Failure::ConnectionRefused | Failure::Connecting(_) | Failure::ConnectTimeout => {
            "Is the server running, and is --url its address?"
        }
        Failure::Tls(_) if settings.protocol == Protocol::Http2 => {
            "Does the server speak TLS and HTTP/2 at this port? If not, write http://, or leave out --http 2"
        }
        Failure::Tls(_) => "Does the server speak TLS at this port? If not, write http://",
        Failure::Fault(Fault::Status(401 | 403, _)) => {
            "Set INFERENCEMAX_API_KEY, or name a file with --api-key-file"
        }
        Failure::Fault(Fault::Status(404, _)) => {
            "Check --model, the path in --url, and --endpoint (completions, chat or responses)"
        }
        Failure::Fault(Fault::NotHttp) | Failure::Http2(_) | Failure::Reset
            if settings.protocol == Protocol::Http2 =>
        {
            "Does the server speak HTTP/2? If not, leave out --http 2"
        }
        Failure::Fault(Fault::NotHttp) => "Does the server speak TLS? Then write https://",
        Failure::FirstTokenTimeout => "It accepted the request and sent no token; see --first-token-timeout",
        Failure::Cancelled => {
            return Failed { code: 130, message: "stopped before anything was measured".into() };
        }
        _ => "Nothing was measured",
    };
    let words = settings.shape.without_key(&failure.explain());
    Failed::server(format!("{target}{}: {words}. {advice}", settings.shape.interface))
}

/// Who owns `model` by the server's list of models.
fn owner(body: &[u8], model: &str) -> Option<String> {
    let list: serde_json::Value = serde_json::from_slice(body).ok()?;
    let models = list.get("data")?.as_array()?;
    let entry = models.iter().find(|entry| entry["id"] == model).or_else(|| models.first())?;
    entry.get("owned_by")?.as_str().map(str::to_owned)
}

/// TLS with the system's certificates, or those of SSL_CERT_FILE.
fn security(target: &Target, protocol: Protocol) -> Result<Security, Failed> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Failed::here(
            "no trusted certificates were found: install ca-certificates, or set SSL_CERT_FILE",
        ));
    }
    let mut config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Failed::here(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
    if protocol == Protocol::Http2 {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    let name = rustls::pki_types::ServerName::try_from(target.host.clone())
        .map_err(|_| Failed::usage(format!("`{}` can't be the name on a certificate", target.host)))?;
    Ok(Security { config: Arc::new(config), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_the_models_or_the_first_ones() {
        let list = br#"{"data":[{"id":"a","owned_by":"vllm"},{"id":"b","owned_by":"sglang"}]}"#;
        assert_eq!(owner(list, "b").as_deref(), Some("sglang"));
        assert_eq!(owner(list, "c").as_deref(), Some("vllm"));
        assert_eq!(owner(b"nonsense", "c"), None);
    }
}
