//! Conversations: when an answer has ended, what the user says next, with all that was said before.

use super::{Prepared, Turn, Workload, text};
use crate::{
    clock::{Nanos, nanos},
    protocol::{Message, Prompt, Role, Said},
};
use std::{
    collections::BTreeMap,
    sync::mpsc::{Receiver, Sender, channel},
};

/// A conversation, as far as it is known before the model has said anything.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(super) number: u32,
    /// What was asked so far.
    pub(super) prompt: Prompt,
    /// What the user will say.
    pub(super) later: Vec<String>,
    /// Output tokens of each answer.
    pub(super) output_tokens: u32,
}

/// An answer of a conversation.
pub(crate) struct Answered {
    pub(crate) turn: Turn,
    /// The answer's events.
    pub(crate) events: Vec<u8>,
    /// Whether it is all there.
    pub(crate) complete: bool,
    /// When it ended.
    pub(crate) at: Nanos,
}

/// How a conversation goes on.
pub(crate) enum Next {
    /// With this request at this time.
    Request(Nanos, Prepared),
    /// Not at all.
    Over,
}

/// The other end of conversations, on a thread of its own: reading answers and writing requests takes time that the
/// event loop doesn't have.
pub(crate) struct Talk {
    answers: Sender<Answered>,
    next: Receiver<Next>,
}

impl Talk {
    /// Begins to go on with `conversations`; `wake` is called when there is something to fetch.
    pub(crate) fn spawn(
        workload: Workload,
        conversations: Receiver<Conversation>,
        wake: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (answers, answered) = channel::<Answered>();
        let (sender, next) = channel();
        std::thread::Builder::new().name("conversations".into()).spawn(move || {
            let mut open = BTreeMap::new();
            for answer in answered {
                // Each begins before its first request is sent.
                open.extend(conversations.try_iter().map(|conversation| (conversation.number, conversation)));
                let next = follow(&workload, &mut open, &answer);
                if sender.send(next).is_err() {
                    break;
                }
                wake();
            }
        })?;
        Ok(Self { answers, next })
    }

    /// Hands an answer over; one [`Next`] will come of it.
    pub(crate) fn answered(&self, answer: Answered) {
        // The thread ends only when this end is gone.
        let _ = self.answers.send(answer);
    }

    /// What has come of answers, if anything has by now.
    pub(crate) fn next(&self) -> Option<Next> {
        self.next.try_recv().ok()
    }
}

/// What follows on `answer`.
fn follow(workload: &Workload, open: &mut BTreeMap<u32, Conversation>, answer: &Answered) -> Next {
    let Turn { conversation: number, turn } = answer.turn;
    let Some(mut conversation) = open.remove(&number).filter(|_| answer.complete) else { return Next::Over };
    let Some(question) = conversation.later.get(turn as usize).cloned() else { return Next::Over };
    let said = Said::read(&answer.events, workload.shape.interface);
    conversation.prompt.messages.push(Message::new(Role::Assistant, said.text));
    conversation.prompt.messages.push(Message::new(Role::User, question));
    let turns = u32::try_from(conversation.later.len()).unwrap_or(u32::MAX).saturating_add(1);
    let next = Turn { conversation: number, turn: turn + 1 };
    let index = number * turns + next.turn;
    let mut prepared = workload.prepared(index, &conversation.prompt, conversation.output_tokens);
    prepared.turn = Some(next);
    open.insert(number, conversation);
    Next::Request(answer.at + think(workload, index), prepared)
}

/// How long the user thinks before request `index`: exponentially distributed.
fn think(workload: &Workload, index: u32) -> Nanos {
    let mean = workload.kind.turns().map_or(0, |turns| nanos(turns.think));
    let share = -(1.0 - text::random(workload.seed ^ 0x0074_6869_6e6b, u64::from(index)).f64()).ln();
    (mean as f64 * share) as Nanos
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{Interface, RequestShape, Target},
        workload::{Kind, Lengths, Ruler, Turns},
    };
    use std::time::Duration;

    #[test]
    fn each_turn_carries_what_was_said_and_a_failure_ends_the_conversation() {
        let target = Target::parse("http://localhost:1").unwrap();
        let shape = RequestShape { target, interface: Interface::Chat, model: "m".into(), api_key: None };
        let workload = Workload {
            shape,
            kind: Kind::MultiTurn(Turns { count: 3, think: Duration::from_secs(1) }),
            lengths: Lengths::Nominal { input: 12, output: 4, range: 1.0 },
            ruler: Ruler::words(Interface::Chat),
            seed: 1,
        };
        let requests = workload.clone().prepare(2, 2).unwrap();
        let first: Vec<Prepared> = requests.prepared.iter().collect();
        assert_eq!([first[0].index, first[1].index], [0, 3]);
        let talk = Talk::spawn(workload, requests.conversations.unwrap(), || ()).unwrap();
        let say = |turn, words: &str, complete| {
            let events = format!(r#"{{"choices":[{{"delta":{{"content":"{words}"}}}}]}}"#).into_bytes();
            talk.answered(Answered { turn, events, complete, at: 1000 });
            talk.next.recv().unwrap()
        };
        let Next::Request(at, second) = say(first[0].turn.unwrap(), "one", true) else { panic!() };
        assert!(at > 1000 && second.index == 1);
        let Next::Request(_, third) = say(second.turn.unwrap(), "two", true) else { panic!() };
        let body = String::from_utf8(third.request).unwrap();
        let body: serde_json::Value = serde_json::from_str(body.split_once("\r\n\r\n").unwrap().1).unwrap();
        let messages = body["messages"].as_array().unwrap();
        assert_eq!(messages.len(), 5);
        assert_eq!((&messages[1]["content"], &messages[3]["content"]), (&"one".into(), &"two".into()));
        assert!(matches!(say(third.turn.unwrap(), "three", true), Next::Over));
        assert!(matches!(say(first[1].turn.unwrap(), "one", false), Next::Over));
    }
}
