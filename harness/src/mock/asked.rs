//! What a request asks of the mock.

use crate::protocol::Interface;
use serde::Deserialize;
use serde_json::{Value, json};

/// Tokens of a picture, and of a tool in a prompt.
const PICTURE: u64 = 64;
const TOOL: u64 = 20;

/// Letters of a document's token.
const LETTERS: usize = 4;

/// A completion request, as far as the mock understands it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) model: String,
    prompt: Option<Value>,
    messages: Option<Value>,
    input: Option<Value>,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    max_output_tokens: Option<u32>,
    pub(crate) stream: bool,
    stream_options: Option<StreamOptions>,
    tools: Vec<Value>,
    response_format: Value,
    text: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StreamOptions {
    include_usage: bool,
    continuous_usage_stats: bool,
}

impl Asked {
    /// Tokens of the prompt: one for each word, or the numbers where it is a list of tokens.
    pub(crate) fn input_tokens(&self) -> u64 {
        let said: u64 = [&self.prompt, &self.messages, &self.input].into_iter().flatten().map(words).sum();
        said + self.tools.len() as u64 * TOOL
    }

    /// Tokens to generate.
    pub(crate) fn output_tokens(&self) -> u32 {
        let most = self.max_output_tokens.or(self.max_completion_tokens).or(self.max_tokens);
        most.unwrap_or(16).clamp(1, 1 << 20)
    }

    /// Whether the end should state the usage.
    pub(super) fn wants_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage)
    }

    /// Whether each chunk should.
    pub(super) fn wants_running_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.continuous_usage_stats)
    }

    /// The document or the call that answers it, where it asks for one; `off` is one that doesn't fit.
    pub(super) fn document(&self, interface: Interface, off: bool) -> Option<Document> {
        let tool = |tool: &Value| {
            let function = if interface == Interface::Chat { &tool["function"] } else { tool };
            let name = function["name"].as_str()?.to_owned();
            Some(Document::new(&instance(&function["parameters"]), Some(name)))
        };
        let schema = match interface {
            Interface::Responses => &self.text["format"]["schema"],
            Interface::Completions | Interface::Chat => &self.response_format["json_schema"]["schema"],
        };
        match (schema.is_object(), self.tools.first()) {
            (true, _) if off => Some(Document::new(&json!({"unexpected": true}), None)),
            (true, _) => Some(Document::new(&instance(schema), None)),
            // Whoever doesn't fit calls nothing.
            (false, Some(first)) if !off => tool(first),
            _ => None,
        }
    }
}

/// Tokens of a text, of messages or of their parts.
fn words(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.split_ascii_whitespace().count() as u64,
        Value::Number(_) => 1,
        Value::Array(items) => items.iter().map(words).sum(),
        Value::Object(part) => {
            let is_picture =
                part.get("type").and_then(Value::as_str).is_some_and(|kind| kind.contains("image"));
            let said = part.get("text").or_else(|| part.get("content")).map_or(0, words);
            said + if is_picture { PICTURE } else { 0 }
        }
        _ => 0,
    }
}

/// A JSON document, cut into tokens.
#[derive(Debug)]
pub(super) struct Document {
    /// Each as it stands inside of a JSON string.
    pieces: Vec<String>,
    /// The function whose arguments it is.
    pub(super) call: Option<String>,
}

impl Document {
    fn new(value: &Value, call: Option<String>) -> Self {
        let letters: Vec<char> = value.to_string().chars().collect();
        let escaped = |piece: &[char]| {
            let quoted = Value::from(piece.iter().collect::<String>()).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        };
        Self { pieces: letters.chunks(LETTERS).map(escaped).collect(), call }
    }

    /// How many tokens it has.
    pub(super) fn tokens(&self) -> u32 {
        u32::try_from(self.pieces.len()).unwrap_or(u32::MAX)
    }

    /// `count` tokens after the first `sent` ones.
    pub(super) fn pieces(&self, sent: u32, count: u32) -> String {
        self.pieces.iter().skip(sent as usize).take(count as usize).map(String::as_str).collect()
    }
}

/// A value that conforms to `schema`, as far as the usual schemas go.
fn instance(schema: &Value) -> Value {
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    match schema["type"].as_str().unwrap_or("object") {
        "string" => json!("token"),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "array" => json!([instance(&schema["items"])]),
        "null" => Value::Null,
        _ => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            properties.map(|(name, schema)| (name.clone(), instance(schema))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Asked {
        serde_json::from_str(body).unwrap()
    }

    #[test]
    fn prompts_are_counted_in_every_form() {
        for (body, tokens) in [
            (r#"{"prompt":"one two  three"}"#, 3),
            (r#"{"prompt":[5,6,7,8]}"#, 4),
            (
                r#"{"messages":[{"role":"user","content":"one two"},{"content":[{"type":"text","text":"three"}]}]}"#,
                3,
            ),
            (r#"{"input":"one two"}"#, 2),
            (
                r#"{"input":[{"role":"user","content":[{"type":"input_image","image_url":"x"},{"type":"input_text","text":"one"}]}]}"#,
                65,
            ),
            (r#"{"messages":[{"content":"one"}],"tools":[{},{}]}"#, 41),
            ("{}", 0),
        ] {
            assert_eq!(asked(body).input_tokens(), tokens, "{body}");
        }
    }

    #[test]
    fn a_document_fits_its_schema_and_is_cut_into_tokens() {
        let schema = json!({"type": "object", "properties": {
            "a": {"enum": ["x", "y"]}, "b": {"type": "array", "items": {"type": "integer"}},
            "c": {"type": "object", "properties": {"d": {"type": "boolean"}}},
        }});
        let document = Document::new(&instance(&schema), None);
        let whole = document.pieces(0, document.tokens());
        let text: String = serde_json::from_str(&format!("\"{whole}\"")).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            json!({"a": "x", "b": [1], "c": {"d": true}})
        );
        assert_eq!(document.pieces(0, 2) + &document.pieces(2, document.tokens()), whole);
    }
}
