//! Counting by the server's own `/tokenize`, before anything is measured.

use crate::{
    clock::Clock,
    load::{Engine, Job, Route},
    protocol::RequestShape,
    workload::Prepared,
};
use serde::Deserialize;
use serde_json::json;
use std::sync::{Arc, atomic::AtomicBool};

/// Where a server counts tokens.
const PATH: &str = "/tokenize";

/// Which form of `/tokenize` a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `prompt` in, `count` out: vLLM, SGLang.
    Prompt,
    /// `content` in, `tokens` out: llama.cpp.
    Content,
}

#[derive(Deserialize)]
struct Counted {
    count: Option<u32>,
    tokens: Option<Vec<serde::de::IgnoredAny>>,
}

/// Asks a server for counts, on a connection of its own.
pub(crate) struct ServerCounter {
    shape: RequestShape,
    route: Route,
    stop: Arc<AtomicBool>,
    form: Form,
    engine: Option<Engine>,
}

impl Clone for ServerCounter {
    /// The copy makes a connection of its own when it first needs one.
    fn clone(&self) -> Self {
        Self {
            shape: self.shape.clone(),
            route: self.route.clone(),
            stop: self.stop.clone(),
            form: self.form,
            engine: None,
        }
    }
}

impl ServerCounter {
    /// A counter, where the server has one in a form that is known.
    pub(crate) fn find(shape: &RequestShape, route: &Route, stop: &Arc<AtomicBool>) -> Option<Self> {
        let mut counter = Self {
            shape: shape.clone(),
            route: route.clone(),
            stop: stop.clone(),
            form: Form::Prompt,
            engine: None,
        };
        [Form::Prompt, Form::Content].into_iter().find_map(|form| {
            counter.form = form;
            // Whoever counts no tokens in words, or as many in one as in three, doesn't count.
            let (one, three) = (counter.count("water")?, counter.count("water people words")?);
            (one > 0 && three > one).then(|| counter.clone())
        })
    }

    /// Tokens of `text` alone; none when the server doesn't say.
    pub(crate) fn count(&mut self, text: &str) -> Option<u32> {
        let body = match self.form {
            Form::Prompt => json!({"model": self.shape.model, "prompt": text, "add_special_tokens": false}),
            Form::Content => json!({"content": text, "add_special": false}),
        };
        let request = self.shape.post(PATH, "application/json", body.to_string().as_bytes());
        let engine = match &mut self.engine {
            Some(engine) => engine,
            empty => empty.insert(Engine::new(&self.route, Clock::start()).ok()?),
        };
        engine.plain.clear();
        let job = Job { scheduled: engine.clock().now(), prepared: Prepared::whole(request) };
        let exchange = engine.exchange(job, &self.stop).ok()?;
        if exchange.failure.is_some() {
            return None;
        }
        let counted: Counted = serde_json::from_slice(&engine.plain).ok()?;
        counted.count.or_else(|| u32::try_from(counted.tokens?.len()).ok())
    }

    /// As the record has it.
    pub(crate) fn origin(&self) -> record::Tokenizer {
        record::Tokenizer { source: "server".into(), name: Some(PATH.into()), hash: None }
    }
}
