//! What one request asks, and its body in the form of each interface.

use super::Interface;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Whoever set the model up.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) role: Role,
    pub(crate) text: String,
    /// Images, as data URLs.
    pub(crate) images: Vec<String>,
}

impl Message {
    /// A message of text alone.
    pub(crate) fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), images: Vec::new() }
    }
}

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) description: String,
    /// A JSON schema.
    pub(crate) parameters: Value,
}

/// What one request asks. What all requests of a workload share is behind an `Arc`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Prompt {
    pub(crate) messages: Vec<Message>,
    pub(crate) tools: Arc<Vec<Tool>>,
    /// A JSON schema for the answer.
    pub(crate) schema: Option<Arc<Value>>,
}

impl Prompt {
    /// A prompt that is one text of the user's.
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self { messages: vec![Message::new(Role::User, text)], ..Self::default() }
    }

    /// All its text, as `/v1/completions` gets it.
    pub(crate) fn text(&self) -> String {
        self.messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n\n")
    }

    /// Whether the answer may well end before the tokens that were asked for: a JSON document and a call have an end of
    /// their own, and a model that must go on would only spoil them.
    pub(crate) fn ends_itself(&self) -> bool {
        self.schema.is_some() || !self.tools.is_empty()
    }

    /// The body of a request for `output_tokens` tokens of `model`, as JSON.
    pub(crate) fn body(&self, interface: Interface, model: &str, output_tokens: u32) -> Vec<u8> {
        let body = match interface {
            Interface::Completions => self.completion(output_tokens),
            Interface::Chat => self.chat(output_tokens),
            Interface::Responses => self.response(output_tokens),
        };
        let common =
            Common { model, stream: true, temperature: 0.0, ignore_eos: !self.ends_itself(), body: &body };
        // Strings, numbers and booleans always have a JSON form.
        serde_json::to_vec(&common).unwrap_or_default()
    }

    fn completion(&self, output_tokens: u32) -> Value {
        let mut body = json!({
            "prompt": self.text(),
            "max_tokens": output_tokens,
            "stream_options": {"include_usage": true},
        });
        if let Some(schema) = &self.schema {
            body["response_format"] = named(schema);
        }
        body
    }

    fn chat(&self, output_tokens: u32) -> Value {
        let messages: Vec<Value> = self.messages.iter().map(chat_message).collect();
        let mut body = json!({
            "messages": messages,
            "max_tokens": output_tokens,
            "stream_options": {"include_usage": true},
        });
        if let Some(schema) = &self.schema {
            body["response_format"] = named(schema);
        }
        if !self.tools.is_empty() {
            let tools = self.tools.iter().map(|tool| json!({"type": "function", "function": tool.json()}));
            body["tools"] = tools.collect();
        }
        body
    }

    fn response(&self, output_tokens: u32) -> Value {
        let input: Vec<Value> = self.messages.iter().map(response_message).collect();
        let mut body = json!({"input": input, "max_output_tokens": output_tokens});
        if let Some(schema) = &self.schema {
            body["text"] = json!({"format": {
                "type": "json_schema", "name": SCHEMA_NAME, "strict": true, "schema": schema.as_ref(),
            }});
        }
        if !self.tools.is_empty() {
            let tools = self.tools.iter().map(|tool| {
                let mut tool = tool.json();
                tool["type"] = "function".into();
                tool
            });
            body["tools"] = tools.collect();
        }
        body
    }
}

/// What a schema is called in requests.
const SCHEMA_NAME: &str = "answer";

#[derive(Serialize)]
struct Common<'a> {
    model: &'a str,
    stream: bool,
    temperature: f32,
    /// Asks for exactly the tokens that are the most; vLLM, SGLang and llama.cpp know it, others ignore it.
    ignore_eos: bool,
    #[serde(flatten)]
    body: &'a Value,
}

impl Tool {
    fn json(&self) -> Value {
        json!({"name": self.name, "description": self.description, "parameters": self.parameters})
    }
}

fn named(schema: &Value) -> Value {
    json!({
        "type": "json_schema",
        "json_schema": {"name": SCHEMA_NAME, "strict": true, "schema": schema},
    })
}

fn chat_message(message: &Message) -> Value {
    if message.images.is_empty() {
        return json!({"role": message.role, "content": message.text});
    }
    let images = message.images.iter().map(|url| json!({"type": "image_url", "image_url": {"url": url}}));
    let content: Vec<Value> =
        images.chain(std::iter::once(json!({"type": "text", "text": message.text}))).collect();
    json!({"role": message.role, "content": content})
}

fn response_message(message: &Message) -> Value {
    if message.images.is_empty() {
        return json!({"role": message.role, "content": message.text});
    }
    let images = message.images.iter().map(|url| json!({"type": "input_image", "image_url": url}));
    let content: Vec<Value> =
        images.chain(std::iter::once(json!({"type": "input_text", "text": message.text}))).collect();
    json!({"role": message.role, "content": content})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(prompt: &Prompt, interface: Interface) -> Value {
        serde_json::from_slice(&prompt.body(interface, "m\"x", 5)).unwrap()
    }

    #[test]
    fn each_interface_has_the_prompt_in_its_own_form() {
        let mut prompt = Prompt::of("héllo \"you\"");
        prompt.messages.insert(0, Message::new(Role::System, "be brief"));
        let found = body(&prompt, Interface::Completions);
        assert_eq!(
            (&found["prompt"], &found["max_tokens"]),
            (&"be brief\n\nhéllo \"you\"".into(), &5.into())
        );
        assert_eq!((&found["model"], &found["ignore_eos"]), (&"m\"x".into(), &true.into()));
        let found = body(&prompt, Interface::Chat);
        assert_eq!(found["messages"][1], json!({"role": "user", "content": "héllo \"you\""}));
        assert_eq!(found["stream_options"]["include_usage"], true);
        let found = body(&prompt, Interface::Responses);
        assert_eq!(found["input"][0], json!({"role": "system", "content": "be brief"}));
        assert_eq!((&found["max_output_tokens"], &found["stream"]), (&5.into(), &true.into()));
        assert!(found.get("stream_options").is_none() && found.get("max_tokens").is_none());
    }

    #[test]
    fn schemas_tools_and_images_are_where_each_interface_wants_them() {
        let mut prompt = Prompt::of("a");
        prompt.schema = Some(Arc::new(json!({"type": "object"})));
        let format = &body(&prompt, Interface::Chat)["response_format"];
        assert_eq!(format["json_schema"]["schema"]["type"], "object");
        assert_eq!(body(&prompt, Interface::Completions)["response_format"]["type"], "json_schema");
        let found = body(&prompt, Interface::Responses);
        assert_eq!(found["text"]["format"]["schema"]["type"], "object");
        // A document ends where it ends.
        assert_eq!(found["ignore_eos"], false);

        let mut prompt = Prompt::of("a");
        let tool = Tool { name: "f".into(), description: "d".into(), parameters: json!({}) };
        prompt.tools = Arc::new(vec![tool]);
        assert_eq!(body(&prompt, Interface::Chat)["tools"][0]["function"]["name"], "f");
        assert_eq!(body(&prompt, Interface::Responses)["tools"][0]["name"], "f");
        assert!(body(&prompt, Interface::Completions).get("tools").is_none());

        let mut prompt = Prompt::of("a");
        prompt.messages[0].images.push("data:x".into());
        let found = body(&prompt, Interface::Chat);
        assert_eq!(found["messages"][0]["content"][0]["image_url"]["url"], "data:x");
        assert_eq!(found["messages"][0]["content"][1]["text"], "a");
        let found = body(&prompt, Interface::Responses);
        assert_eq!(found["input"][0]["content"][0]["image_url"], "data:x");
    }
}
