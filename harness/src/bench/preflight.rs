//! What the server says before anything is measured: whether it answers at all, what it is, how it counts tokens.

use super::{
    Settings,
    engine_info::{self, EngineInfo},
};
use crate::{
    cli::Failed,
    clock::Clock,
    load::{Engine, Job, Security},
    measure::{Exchange, Failure},
    protocol::{Fault, Target},
    workload::{Lengths, TokenFit, prompt},
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// How often a probe is sent before the server is given up.
const PROBE_TRIES: u32 = 3;

/// The server, as far as it is known.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) security: Option<Security>,
    /// How it counts tokens; [`TokenFit::UNKNOWN`] when it doesn't tell.
    pub(crate) fit: TokenFit,
    /// Whether it states the usage.
    pub(crate) counts: bool,
    /// Who the model list says owns the model, and the `Server` field.
    pub(crate) owner: Option<String>,
    pub(crate) software: Option<String>,
    /// What the engine says about itself.
    pub(crate) engine: EngineInfo,
    /// Completion requests that asking took.
    pub(crate) probes: u32,
}

/// Finds the server and asks it.
pub(crate) fn ask(settings: &Settings, stop: &AtomicBool) -> Result<Server, Failed> {
    let target = &settings.shape.target;
    let address = target.resolve().map_err(Failed::server)?;
    let security = if target.secure { Some(security(target)?) } else { None };
    let here = |error: std::io::Error| Failed::here(error.to_string());
    let mut engine =
        Engine::new(address, security.clone(), settings.timeouts, Clock::start()).map_err(here)?;
    let models = exchange(&mut engine, settings.shape.models(), 0, stop).map_err(here)?;
    if let Some(
        failure @ (Failure::ConnectionRefused
        | Failure::Connecting(_)
        | Failure::ConnectTimeout
        | Failure::Tls(_)),
    ) = &models.failure
    {
        return Err(refused(settings, failure));
    }
    let models = engine.plain.clone();
    let owner = owner(&models, &settings.shape.model);
    let nominal = match &settings.lengths {
        Lengths::Nominal { input, .. } => *input,
        Lengths::Trace(_) => 256,
    };
    // Far enough apart for a slope, and never long.
    let words = [nominal.clamp(2, 256) / 2, nominal.clamp(2, 256)];
    let mut counted = Vec::new();
    for (index, words) in words.into_iter().enumerate() {
        let text = prompt(words, settings.seed ^ 0x70_726f_6265, index as u64);
        let request = settings.shape.completion(&text, 2);
        let mut probe = exchange(&mut engine, request.clone(), 2, stop).map_err(here)?;
        // A server that fails now and then is measured with its failures counted; one that always fails is not.
        for _ in 1..PROBE_TRIES {
            if probe.failure.as_ref().is_some_and(may_pass) {
                probe = exchange(&mut engine, request.clone(), 2, stop).map_err(here)?;
            }
        }
        if let Some(failure) = &probe.failure {
            return Err(refused(settings, failure));
        }
        counted.extend(probe.input_tokens.map(|tokens| (words, tokens)));
    }
    let fit = match counted[..] {
        [first, second] => TokenFit::through(first, second),
        _ => None,
    };
    let software = engine.server.clone();
    let info = engine_info::ask(&mut engine, &settings.shape, &models, stop).map_err(here)?;
    Ok(Server {
        address,
        security,
        fit: fit.unwrap_or(TokenFit::UNKNOWN),
        counts: fit.is_some(),
        owner,
        software,
        engine: info,
        probes: 2,
    })
}

/// Whether the same request may succeed when it is sent again.
fn may_pass(failure: &Failure) -> bool {
    match failure {
        Failure::Fault(Fault::Status(status, _)) => *status == 429 || *status >= 500,
        Failure::Reset | Failure::Fault(_) => true,
        _ => false,
    }
}

/// Sends one request and waits for its end.
pub(crate) fn exchange(
    engine: &mut Engine,
    request: Vec<u8>,
    output_tokens: u32,
    stop: &AtomicBool,
) -> std::io::Result<Exchange> {
    let scheduled = engine.clock().now();
    engine.start(Job { index: 0, scheduled, input_tokens: 0, output_tokens, request })?;
    loop {
        if let Some(exchange) = engine.ended.pop() {
            return Ok(exchange);
        }
        if stop.load(Ordering::Relaxed) {
            engine.cancel()?;
        } else {
            engine.turn(None)?;
        }
    }
}

/// The message for a server that doesn't do what it is asked, with what to try.
fn refused(settings: &Settings, failure: &Failure) -> Failed {
    let target = &settings.shape.target;
    let advice = match failure {
        Failure::ConnectionRefused | Failure::Connecting(_) | Failure::ConnectTimeout => {
            "Is the server running, and is --url its address?"
        }
        Failure::Tls(_) => "Does the server speak TLS at this port? If not, write http://",
        Failure::Fault(Fault::Status(401 | 403, _)) => {
            "Set INFERENCEMAX_API_KEY, or name a file with --api-key-file"
        }
        Failure::Fault(Fault::Status(404, _)) => {
            "Check --model, the path in --url, and --endpoint (completions or chat)"
        }
        Failure::Fault(Fault::NotHttp) => "Does the server speak TLS? Then write https://",
        Failure::FirstTokenTimeout => "It accepted the request and sent no token; see --first-token-timeout",
        Failure::Cancelled => {
            return Failed { code: 130, message: "stopped before anything was measured".into() };
        }
        _ => "Nothing was measured",
    };
    Failed::server(format!("{target}{}: {}. {advice}", settings.shape.interface, failure.explain()))
}

/// Who owns `model` by the server's list of models.
fn owner(body: &[u8], model: &str) -> Option<String> {
    let list: serde_json::Value = serde_json::from_slice(body).ok()?;
    let models = list.get("data")?.as_array()?;
    let entry = models.iter().find(|entry| entry["id"] == model).or_else(|| models.first())?;
    entry.get("owned_by")?.as_str().map(str::to_owned)
}

/// TLS with the system's certificates, or those of SSL_CERT_FILE.
fn security(target: &Target) -> Result<Security, Failed> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Failed::here(
            "no trusted certificates were found: install ca-certificates, or set SSL_CERT_FILE",
        ));
    }
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Failed::here(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
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
