//! What answers said, where that is part of the workload: do they conform to the schema, do they call functions. On a
//! thread of its own, after each answer has ended.

use super::Kind;
use crate::{
    measure::Exchange,
    protocol::{Interface, Said},
};
use serde_json::Value;
use std::{
    io,
    sync::mpsc::{Sender, channel},
    thread::JoinHandle,
};

/// Looks into each exchange and passes it on.
pub(crate) struct Inspector {
    sender: Sender<Exchange>,
    thread: JoinHandle<()>,
}

impl Inspector {
    /// An inspector, where answers of `kind` are to be looked into; it passes them on to `note`. Else `note` comes back.
    pub(crate) fn of<Note>(kind: &Kind, interface: Interface, note: Note) -> io::Result<Result<Self, Note>>
    where
        Note: Fn(Exchange) + Send + 'static,
    {
        if !matches!(kind, Kind::Json(_) | Kind::Tools(_)) {
            return Ok(Err(note));
        }
        let validator = kind.schema().map(jsonschema::validator_for).transpose().map_err(io::Error::other)?;
        let (sender, receiver) = channel::<Exchange>();
        let thread = std::thread::Builder::new().name("answers".into()).spawn(move || {
            for mut exchange in receiver {
                let events = std::mem::take(&mut exchange.events);
                if exchange.is_complete() {
                    let said = Said::read(&events, interface);
                    match &validator {
                        Some(validator) => exchange.conforms = Some(conforms(&said.text, validator)),
                        None => exchange.calls = u32::try_from(said.calls.len()).ok(),
                    }
                }
                note(exchange);
            }
        })?;
        Ok(Ok(Self { sender, thread }))
    }

    /// Takes an exchange that has ended.
    pub(crate) fn take(&self, exchange: Exchange) {
        // The thread ends only when this end is gone.
        let _ = self.sender.send(exchange);
    }

    /// Waits until every exchange was passed on.
    pub(crate) fn finish(self) {
        drop(self.sender);
        let _ = self.thread.join();
    }
}

fn conforms(text: &str, validator: &jsonschema::Validator) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|document| validator.is_valid(&document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_document_of_the_schema_conforms() {
        let kind = Kind::json();
        let validator = jsonschema::validator_for(kind.schema().unwrap()).unwrap();
        let good =
            r#"{"customer":"a","priority":"low","paid":true,"lines":[{"item":"b","count":1,"price":2.5}]}"#;
        assert!(conforms(good, &validator));
        for bad in [
            "",
            "Sure! {}",
            &good[..good.len() - 1],
            &good.replace("low", "soon"),
            &good.replace("true", "\"yes\""),
            &format!("```json\n{good}\n```"),
        ] {
            assert!(!conforms(bad, &validator), "{bad}");
        }
    }
}
