//! What the serving engine says about itself: its version and its arguments.
//!
//! Each engine says it elsewhere: vLLM at `/version`, in the labels of `/metrics` and in its list of models; SGLang at
//! `/get_server_info`, which has every server argument; llama.cpp at `/props`. What isn't there is not known.

use crate::{
    load::{Engine, Job},
    protocol::RequestShape,
    workload::Prepared,
};
use serde_json::Value;
use std::{io, sync::atomic::AtomicBool};

/// An engine, as far as it says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct EngineInfo {
    /// Its key on the site.
    pub(crate) framework: Option<&'static str>,
    /// Its version.
    pub(crate) version: Option<String>,
    /// Its arguments, `name=value`, without secrets.
    pub(crate) arguments: Vec<String>,
}

/// Asks the server at each place. `models` is its list of models.
pub(crate) fn ask(
    engine: &mut Engine,
    shape: &RequestShape,
    models: &[u8],
    stop: &AtomicBool,
) -> io::Result<EngineInfo> {
    let mut get = |path: &str| body(engine, shape, path, stop);
    let json = |body: Vec<u8>| serde_json::from_slice::<Value>(&body).ok();
    let mut info = match json(get("/get_server_info")?).and_then(|info| sglang(&info)) {
        Some(info) => info,
        None => match json(get("/props")?).and_then(|props| llama_cpp(&props)) {
            Some(info) => info,
            None => vllm(json(get("/version")?).as_ref(), &String::from_utf8_lossy(&get("/metrics")?)),
        },
    };
    info.arguments.extend(longest_context(models, &shape.model));
    let key = shape.api_key.as_deref().unwrap_or_default();
    info.arguments.retain(|argument| key.is_empty() || !argument.contains(key));
    Ok(info)
}

/// What the server answers at `path`; nothing where it doesn't.
pub(crate) fn body(
    engine: &mut Engine,
    shape: &RequestShape,
    path: &str,
    stop: &AtomicBool,
) -> io::Result<Vec<u8>> {
    engine.plain.clear();
    let job = Job { scheduled: engine.clock().now(), prepared: Prepared::whole(shape.get(path)) };
    let answered = engine.exchange(job, stop)?.failure.is_none();
    Ok(if answered { std::mem::take(&mut engine.plain) } else { Vec::new() })
}

/// SGLang's server arguments stand beside the version in one object.
fn sglang(info: &Value) -> Option<EngineInfo> {
    let fields = info.as_object().filter(|fields| fields.contains_key("tp_size"))?;
    let version = fields.get("version").and_then(Value::as_str).map(str::to_owned);
    let arguments = fields.iter().filter(|(name, _)| *name != "version").filter_map(argument).collect();
    Some(EngineInfo { framework: Some("sglang"), version, arguments })
}

fn llama_cpp(props: &Value) -> Option<EngineInfo> {
    let version = props.get("build_info")?.as_str()?.to_owned();
    let context = props.pointer("/default_generation_settings/n_ctx");
    let named = [
        ("model_path", props.get("model_path")),
        ("n_ctx_slot", context),
        ("total_slots", props.get("total_slots")),
    ];
    let arguments =
        named.iter().filter_map(|(name, value)| argument((&(*name).to_owned(), (*value)?))).collect();
    Some(EngineInfo { framework: Some("llamacpp"), version: Some(version), arguments })
}

/// vLLM tells its version, and how its cache is set up in the labels of a metric that is always 1.
fn vllm(version: Option<&Value>, metrics: &str) -> EngineInfo {
    let is_vllm = metrics.lines().any(|line| line.starts_with("vllm:"));
    let labels =
        metrics.lines().find_map(|line| line.strip_prefix("vllm:cache_config_info{")?.split_once('}'));
    let arguments = labels.map_or_else(Vec::new, |(labels, _)| {
        // A label's value may have commas, but never its quote unescaped.
        let pairs = labels.split("\",").filter_map(|pair| pair.split_once("=\""));
        pairs
            .map(|(name, value)| (name, value.trim_end_matches('"')))
            .filter(|(name, value)| *value != "None" && !is_secret(name))
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    });
    let version = version.and_then(|version| version.get("version")?.as_str()).map(str::to_owned);
    EngineInfo { framework: is_vllm.then_some("vllm"), version, arguments }
}

/// How long prompt and answer may be together, by the list of models.
fn longest_context(models: &[u8], model: &str) -> Option<String> {
    let list: Value = serde_json::from_slice(models).ok()?;
    let entry = list.get("data")?.as_array()?.iter().find(|entry| entry["id"] == model)?;
    Some(format!("max_model_len={}", entry.get("max_model_len")?.as_u64()?))
}

/// `name=value` for what is set, is one value, and is no secret.
fn argument((name, value): (&String, &Value)) -> Option<String> {
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    (!is_secret(name)).then(|| format!("{name}={value}"))
}

/// Whether an argument of this name holds a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts = ["password", "secret", "credential", "api_key", "apikey"];
    parts.iter().any(|part| name.contains(part)) || name.ends_with("_token") || name.ends_with("_key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        load::{Protocol, Route, Timeouts},
        protocol::{Interface, Target},
    };
    use serde_json::json;
    use std::{
        io::{Read, Write},
        net::TcpListener,
        time::Duration,
    };

    #[test]
    fn sglangs_arguments_are_all_but_the_secrets() {
        let found = sglang(&json!({
            "version": "0.5.4", "tp_size": 8, "model_path": "meta-llama/Llama-3.1-8B", "api_key": "hush",
            "hf_token": "hush", "max_total_tokens": 1000, "disable_radix_cache": false, "dtype": null,
            "internal_states": [{"last_gen_throughput": 1.0}],
        }))
        .unwrap();
        assert_eq!((found.framework, found.version.as_deref()), (Some("sglang"), Some("0.5.4")));
        let mut arguments = found.arguments;
        arguments.sort();
        assert_eq!(
            arguments,
            [
                "disable_radix_cache=false",
                "max_total_tokens=1000",
                "model_path=meta-llama/Llama-3.1-8B",
                "tp_size=8"
            ]
        );
        assert_eq!(sglang(&json!({"version": "1"})), None);
    }

    #[test]
    fn llama_cpps_properties_are_read() {
        let found = llama_cpp(&json!({
            "default_generation_settings": {"n_ctx": 1024}, "total_slots": 8, "model_path": "/m.gguf",
            "chat_template": "long", "build_info": "b6500-abcdef0",
        }))
        .unwrap();
        assert_eq!(found.version.as_deref(), Some("b6500-abcdef0"));
        assert_eq!(found.arguments, ["model_path=/m.gguf", "n_ctx_slot=1024", "total_slots=8"]);
    }

    #[test]
    fn vllms_version_and_cache_are_read() {
        let metrics = "# TYPE vllm:cache_config_info gauge\nvllm:cache_config_info{block_size=\"16\",cache_dtype=\"auto\",num_gpu_blocks_override=\"None\"} 1.0\n";
        let found = vllm(Some(&json!({"version": "0.11.0"})), metrics);
        assert_eq!((found.framework, found.version.as_deref()), (Some("vllm"), Some("0.11.0")));
        assert_eq!(found.arguments, ["block_size=16", "cache_dtype=auto"]);
        assert_eq!(vllm(None, "nothing"), EngineInfo::default());
        let models = br#"{"data":[{"id":"a","max_model_len":4096}]}"#;
        assert_eq!(longest_context(models, "a").as_deref(), Some("max_model_len=4096"));
        assert_eq!(longest_context(b"{}", "a"), None);
    }

    #[test]
    fn a_server_is_asked_until_it_answers_and_404_is_no_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            loop {
                let mut buffer = [0; 4096];
                let length = stream.read(&mut buffer).unwrap();
                if length == 0 {
                    return asked;
                }
                let head = String::from_utf8_lossy(&buffer[..length]).into_owned();
                let path = head.split(' ').nth(1).unwrap().to_owned();
                let (status, body) = match path.as_str() {
                    "/props" => {
                        ("200 OK", r#"{"build_info":"b1","model_path":"the-key.gguf","total_slots":2}"#)
                    }
                    _ => ("404 Not Found", r#"{"error":{"message":"no"}}"#),
                };
                asked.push(path);
                let length = body.len();
                write!(stream, "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
                    .unwrap();
            }
        });
        let limit = Duration::from_secs(20);
        let timeouts = Timeouts { connect: limit, first_token: limit, token_gap: limit, total: limit };
        let route = Route { address, security: None, protocol: Protocol::Http1, timeouts, retries: 0 };
        let mut engine = Engine::new(&route, Clock::start()).unwrap();
        let target =
            Target { secure: false, host: "127.0.0.1".into(), port: address.port(), base: String::new() };
        let interface = Interface::Completions;
        let shape = RequestShape { target, interface, model: "m".into(), api_key: Some("the-key".into()) };
        let found = ask(&mut engine, &shape, b"", &AtomicBool::new(false)).unwrap();
        drop(engine);
        assert_eq!(server.join().unwrap(), ["/get_server_info", "/props"]);
        // A path that happens to hold the key is a secret too.
        assert_eq!(
            (found.version.as_deref(), found.arguments),
            (Some("b1"), vec!["total_slots=2".to_owned()])
        );
    }
}
