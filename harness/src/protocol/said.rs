//! What an answer said, read from its events after it has ended. While it comes, only its timing matters.

use super::Interface;
use serde_json::Value;

/// What an answer said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Its text, without reasoning.
    pub(crate) text: String,
    /// The functions that it called.
    pub(crate) calls: Vec<Call>,
}

/// A call of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// Its arguments, as JSON by the model's hand.
    pub(crate) arguments: String,
}

impl Said {
    /// Reads `events`, each the data of one event on a line of its own.
    pub(crate) fn read(events: &[u8], interface: Interface) -> Self {
        let mut said = Self::default();
        let values = events.split(|byte| *byte == b'\n').filter_map(|data| serde_json::from_slice(data).ok());
        for event in values {
            match interface {
                Interface::Responses => said.response(&event),
                Interface::Completions | Interface::Chat => said.chunk(&event),
            }
        }
        said
    }

    fn chunk(&mut self, event: &Value) {
        let choice = &event["choices"][0];
        for text in [&choice["text"], &choice["delta"]["content"]] {
            self.text.push_str(text.as_str().unwrap_or_default());
        }
        for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let function = &call["function"];
            let index = call["index"].as_u64().unwrap_or(self.calls.len() as u64);
            let call = self.call(index);
            call.name.push_str(function["name"].as_str().unwrap_or_default());
            call.arguments.push_str(function["arguments"].as_str().unwrap_or_default());
        }
    }

    fn response(&mut self, event: &Value) {
        let delta = event["delta"].as_str().unwrap_or_default();
        match event["type"].as_str().unwrap_or_default() {
            "response.output_text.delta" => self.text.push_str(delta),
            "response.output_item.added" if event["item"]["type"] == "function_call" => {
                let name = event["item"]["name"].as_str().unwrap_or_default().to_owned();
                self.calls.push(Call { name, arguments: String::new() });
            }
            "response.function_call_arguments.delta" => {
                if let Some(call) = self.calls.last_mut() {
                    call.arguments.push_str(delta);
                }
            }
            _ => {}
        }
    }

    /// The call of that number; a number out of order is the last one.
    fn call(&mut self, index: u64) -> &mut Call {
        let index = usize::try_from(index).unwrap_or(usize::MAX).min(self.calls.len());
        if index == self.calls.len() {
            self.calls.push(Call::default());
        }
        &mut self.calls[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_calls_are_put_together_from_their_pieces() {
        let events = br#"{"choices":[{"delta":{"role":"assistant","content":""}}]}
{"choices":[{"delta":{"reasoning_content":"hm"}}]}
{"choices":[{"delta":{"content":"a "}}]}
{"choices":[{"delta":{"content":"b"}}]}
{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":""}}]}}]}
{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}
{"choices":[{"delta":{"tool_calls":[{"index":9,"function":{"name":"g","arguments":"{"}}]}}]}
{"choices":[]}
[DONE]"#;
        let said = Said::read(events, Interface::Chat);
        assert_eq!(said.text, "a b");
        let calls: Vec<_> =
            said.calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
        assert_eq!(calls, [("f", "{}"), ("g", "{")]);
        assert_eq!(Said::read(br#"{"choices":[{"text":"c"}]}"#, Interface::Completions).text, "c");
    }

    #[test]
    fn the_same_from_typed_events() {
        let events = br#"{"type":"response.output_text.delta","delta":"a"}
{"type":"response.output_text.done","text":"a"}
{"type":"response.output_item.added","item":{"type":"function_call","name":"f"}}
{"type":"response.function_call_arguments.delta","delta":"{}"}"#;
        let said = Said::read(events, Interface::Responses);
        assert_eq!((said.text.as_str(), said.calls.len()), ("a", 1));
        assert_eq!(said.calls[0], Call { name: "f".into(), arguments: "{}".into() });
    }
}
