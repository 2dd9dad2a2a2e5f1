//! How a request is written.

use super::Target;
use serde::Serialize;
use std::fmt;

/// Which of the server's interfaces is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Interface {
    /// `/v1/completions`: the prompt as it stands
    Completions,
    /// `/v1/chat/completions`: the server applies the model's chat template
    Chat,
}

impl Interface {
    /// The path below the server's base.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Completions => "/v1/completions",
            Self::Chat => "/v1/chat/completions",
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.path())
    }
}

/// What all requests of a run have in common.
#[derive(Clone)]
pub(crate) struct RequestShape {
    pub(crate) target: Target,
    pub(crate) interface: Interface,
    pub(crate) model: String,
    /// Goes into the `Authorization` header and nowhere else.
    pub(crate) api_key: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<[Message<'a>; 1]>,
    max_tokens: u32,
    /// Asks for exactly `max_tokens`; vLLM, SGLang and llama.cpp know it, others ignore it.
    ignore_eos: bool,
    temperature: f32,
    stream: bool,
    stream_options: StreamOptions,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl RequestShape {
    /// The bytes of a request for `output_tokens` tokens after `prompt`.
    pub(crate) fn completion(&self, prompt: &str, output_tokens: u32) -> Vec<u8> {
        let chat = self.interface == Interface::Chat;
        let body = Body {
            model: &self.model,
            prompt: (!chat).then_some(prompt),
            messages: chat.then_some([Message { role: "user", content: prompt }]),
            max_tokens: output_tokens,
            ignore_eos: true,
            temperature: 0.0,
            stream: true,
            stream_options: StreamOptions { include_usage: true },
        };
        // Strings, numbers and booleans always have a JSON form.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut bytes = self.head("POST", self.interface.path());
        bytes.extend_from_slice(b"Content-Type: application/json\r\nAccept: text/event-stream\r\n");
        bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// The bytes of a request for the list of models.
    pub(crate) fn models(&self) -> Vec<u8> {
        self.get("/v1/models")
    }

    /// The bytes of a request for what is at `path`.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let mut bytes = self.head("GET", path);
        bytes.extend_from_slice(b"Accept: application/json, text/plain\r\n\r\n");
        bytes
    }

    fn head(&self, method: &str, path: &str) -> Vec<u8> {
        let mut head = format!(
            "{method} {}{path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: inferencemax/{}\r\n",
            self.target.base,
            self.target.authority(),
            env!("CARGO_PKG_VERSION")
        );
        if let Some(key) = &self.api_key {
            head.push_str("Authorization: Bearer ");
            head.push_str(key);
            head.push_str("\r\n");
        }
        head.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(interface: Interface, api_key: Option<&str>) -> RequestShape {
        let target = Target::parse("http://localhost:1/base").unwrap();
        RequestShape { target, interface, model: "m\"x".into(), api_key: api_key.map(str::to_owned) }
    }

    #[test]
    fn a_request_has_its_path_its_length_and_its_body() {
        let bytes = shape(Interface::Chat, None).completion("héllo \"you\"", 5);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("POST /base/v1/chat/completions HTTP/1.1\r\nHost: localhost:1\r\n"),
            "{head}"
        );
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
        assert!(!head.contains("Authorization"));
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["messages"][0]["content"], "héllo \"you\"");
        assert_eq!((&body["max_tokens"], &body["model"]), (&5.into(), &"m\"x".into()));
    }

    #[test]
    fn the_key_is_in_the_header_and_nowhere_else() {
        let text =
            String::from_utf8(shape(Interface::Completions, Some("sekret")).completion("a", 1)).unwrap();
        assert!(text.contains("\r\nAuthorization: Bearer sekret\r\n"));
        assert_eq!(text.matches("sekret").count(), 1);
    }
}
