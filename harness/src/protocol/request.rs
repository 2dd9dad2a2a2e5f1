//! How a request is written.

use super::{Prompt, Target};
use std::fmt;

/// Which of the server's interfaces is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Interface {
    /// `/v1/completions`: the prompt as it stands
    Completions,
    /// `/v1/chat/completions`: the server applies the model's chat template
    Chat,
    /// `/v1/responses`: as chat, with events that have types
    Responses,
}

impl Interface {
    /// The path below the server's base.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Completions => "/v1/completions",
            Self::Chat => "/v1/chat/completions",
            Self::Responses => "/v1/responses",
        }
    }

    /// Whether the server makes one prompt of several messages.
    pub(crate) fn has_messages(self) -> bool {
        self != Self::Completions
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

impl RequestShape {
    /// `words` without the key: a server may echo what it was sent.
    pub(crate) fn without_key(&self, words: &str) -> String {
        match self.api_key.as_deref().filter(|key| !key.is_empty()) {
            Some(key) => words.replace(key, "***"),
            None => words.to_owned(),
        }
    }

    /// The bytes of a request for `output_tokens` tokens after `prompt`.
    pub(crate) fn completion(&self, prompt: &Prompt, output_tokens: u32) -> Vec<u8> {
        let body = prompt.body(self.interface, &self.model, output_tokens);
        self.post(self.interface.path(), "text/event-stream", &body)
    }

    /// The bytes of a request that sends `body`, which is JSON, and wants `accept`.
    pub(crate) fn post(&self, path: &str, accept: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = self.head("POST", path);
        bytes.extend_from_slice(
            format!(
                "Content-Type: application/json\r\nAccept: {accept}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
            .as_bytes(),
        );
        bytes.extend_from_slice(body);
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
        let bytes = shape(Interface::Chat, None).completion(&Prompt::of("héllo \"you\""), 5);
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
            String::from_utf8(shape(Interface::Completions, Some("sekret")).completion(&Prompt::of("a"), 1))
                .unwrap();
        assert!(text.contains("\r\nAuthorization: Bearer sekret\r\n"));
        assert_eq!(text.matches("sekret").count(), 1);
    }
}
