//! Kinds of work: what a request is about, and how its prompt is put together.

use super::{
    FilePrompt,
    catalogue::{order_schema, tools},
    picture,
    text::{code, filler, opening, prose, random, salad},
};
use crate::protocol::{Message, Prompt, Role, Tool};
use record::Images;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// A kind of work, with what it needs to know.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Random common words.
    Random,
    /// A conversation under way.
    Chat,
    /// A long document, and a summary of it.
    Summarisation,
    /// Code to go on with.
    Code,
    /// Passages, and a question about them.
    Retrieval,
    /// An answer by a JSON schema.
    Json(Arc<Value>),
    /// Functions to call.
    Tools(Arc<Vec<Tool>>),
    /// Random words after a prefix that many requests have in common.
    SharedPrefix(Prefixes),
    /// Conversations whose every turn carries what was said before.
    MultiTurn(Turns),
    /// Images, and a question about them.
    Vision(Images),
    /// Prompts of a file, in a random order.
    File {
        /// The file's name.
        name: String,
        /// What is in it.
        prompts: Arc<Vec<FilePrompt>>,
    },
}

/// Prefixes that requests have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Prefixes {
    /// Tokens of each.
    pub(crate) tokens: u32,
    /// How many there are.
    pub(crate) count: u32,
    /// Share of the requests that begin with one of them.
    pub(crate) share: f64,
}

/// The shape of conversations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Turns {
    /// Requests of a conversation.
    pub(crate) count: u32,
    /// Mean time between an answer and the next request.
    pub(crate) think: Duration,
}

/// How long a prompt's text is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Words of the text that the kind makes.
    pub(crate) words: u32,
    /// Of a shared prefix.
    pub(crate) prefix: u32,
    /// Common words after it, to come out exactly.
    pub(crate) filler: u32,
}

impl Kind {
    /// Structured output by the schema of this program's own.
    pub(crate) fn json() -> Self {
        Self::Json(Arc::new(order_schema()))
    }

    /// Function calling with this many functions of this program's own.
    pub(crate) fn tools(count: u32) -> Self {
        Self::Tools(Arc::new(tools(count)))
    }

    /// The prompt of request `index`, of this size. The same seed, index and size make the same prompt.
    pub(crate) fn prompt(&self, seed: u64, index: u32, size: Size) -> Prompt {
        let mut random = random(seed, u64::from(index));
        let words = size.words;
        let mut prompt = match self {
            Self::Random => Prompt::of(salad(words, &mut random)),
            Self::Chat => chat(seed, index, words, &mut random),
            Self::Summarisation => Prompt::of(format!(
                "Report {}.\n\n{}\n\nSummarise this report in five sentences.",
                opening(seed, index),
                prose(words, &mut random)
            )),
            Self::Code => Prompt::of(format!(
                "# {}\n{}\n\n# Write the next function, in the style of those above.\n",
                opening(seed, index),
                code(words, &mut random)
            )),
            Self::Retrieval => retrieval(seed, index, words, &mut random),
            Self::Json(schema) => Prompt {
                schema: Some(schema.clone()),
                ..Prompt::of(format!(
                    "Order {}. {}\n\nWrite this order down as JSON.",
                    opening(seed, index),
                    prose(words, &mut random)
                ))
            },
            Self::Tools(tools) => Prompt {
                tools: tools.clone(),
                ..Prompt::of(format!(
                    "Case {}. {}\n\nUse {} for this.",
                    opening(seed, index),
                    prose(words, &mut random),
                    tools[index as usize % tools.len()].name
                ))
            },
            Self::SharedPrefix(prefixes) => shared(*prefixes, seed, size, &mut random),
            Self::MultiTurn(_) => {
                Prompt::of(format!("{}. {}", opening(seed, index), prose(words, &mut random)))
            }
            Self::Vision(images) => {
                let mut prompt = Prompt::of(format!(
                    "Picture {}. {}\n\nWhat is in the pictures?",
                    opening(seed, index),
                    prose(words, &mut random)
                ));
                prompt.messages[0].images = (0..images.count)
                    .map(|_| picture::data_url(images.width, images.height, &mut random))
                    .collect();
                prompt
            }
            Self::File { prompts, .. } => from_file(prompts, seed, index).prompt.clone(),
        };
        if size.filler > 0
            && let Some(last) = prompt.messages.last_mut()
        {
            last.text.push(' ');
            last.text.push_str(&filler(size.filler, &mut random));
        }
        prompt
    }

    /// What the user says in a later turn.
    pub(crate) fn turn(&self, seed: u64, index: u32, turn: u32, words: u32) -> String {
        let mut random = random(seed ^ 0x7475_726e, u64::from(index) << 16 | u64::from(turn));
        prose(words, &mut random)
    }

    /// Output tokens that a file states for request `index`.
    pub(crate) fn stated_output(&self, seed: u64, index: u32) -> Option<u32> {
        match self {
            Self::File { prompts, .. } => from_file(prompts, seed, index).output_tokens,
            _ => None,
        }
    }

    /// Whether prompts are made to a length; those of a file have their own.
    pub(crate) fn has_length(&self) -> bool {
        !matches!(self, Self::File { .. })
    }

    /// Whether it needs an interface with messages.
    pub(crate) fn needs_messages(&self) -> bool {
        matches!(self, Self::Tools(_) | Self::Vision(_) | Self::MultiTurn(_))
    }

    /// Whether it is usually asked through an interface with messages.
    pub(crate) fn prefers_messages(&self) -> bool {
        !matches!(self, Self::Random | Self::SharedPrefix(_))
    }

    /// Whether what an answer says matters, and not only when it comes.
    pub(crate) fn wants_answers(&self) -> bool {
        matches!(self, Self::Json(_) | Self::Tools(_) | Self::MultiTurn(_))
    }

    /// Whether an answer has as many tokens as were asked for, where the server knows how to.
    pub(crate) fn fills_its_output(&self) -> bool {
        !matches!(self, Self::Json(_) | Self::Tools(_))
    }

    /// Whether each prompt begins in its own way.
    pub(crate) fn is_unique(&self) -> bool {
        !matches!(self, Self::SharedPrefix(_) | Self::MultiTurn(_) | Self::File { .. })
    }

    /// About how many bytes a request has.
    pub(crate) fn bytes(&self, input_tokens: u32) -> usize {
        let images = match self {
            Self::Vision(images) => images.count as usize * images.width as usize * images.height as usize,
            _ => 0,
        };
        images + input_tokens as usize * 8 + 1024
    }

    /// The shape of conversations, where there are any.
    pub(crate) fn turns(&self) -> Option<Turns> {
        match self {
            Self::MultiTurn(turns) => Some(*turns),
            _ => None,
        }
    }

    /// The schema that answers are held against.
    pub(crate) fn schema(&self) -> Option<&Value> {
        match self {
            Self::Json(schema) => Some(schema),
            _ => None,
        }
    }
}

/// A conversation under way: a few questions with their answers, then another question.
fn chat(seed: u64, index: u32, words: u32, random: &mut fastrand::Rng) -> Prompt {
    let rounds = (words / 150).min(6);
    let share = words / (rounds * 2 + 1);
    let mut messages = vec![Message::new(
        Role::System,
        format!("{}. Answer the user's questions about the town.", opening(seed, index)),
    )];
    for _ in 0..rounds {
        messages.push(Message::new(Role::User, prose(share, random)));
        messages.push(Message::new(Role::Assistant, prose(share, random)));
    }
    messages.push(Message::new(Role::User, prose(words - rounds * 2 * share, random)));
    Prompt { messages, ..Prompt::default() }
}

/// Numbered passages of about 120 words, and a question.
fn retrieval(seed: u64, index: u32, words: u32, random: &mut fastrand::Rng) -> Prompt {
    let count = (words / 120).max(1);
    let mut text = format!("Search {}.\n", opening(seed, index));
    for number in 0..count {
        let share = words / count + u32::from(number < words % count);
        text.push_str(&format!("\n[{}] {}\n", number + 1, prose(share, random)));
    }
    text.push_str(
        "\nWhat happened first? Answer from the passages above alone, and name those that you used.",
    );
    Prompt::of(text)
}

fn shared(prefixes: Prefixes, seed: u64, size: Size, random: &mut fastrand::Rng) -> Prompt {
    let hit = random.f64() < prefixes.share;
    // Prefixes depend on the seed alone; one of a request's own is drawn like its words.
    let prefix = if hit {
        let number = random.u32(..prefixes.count.max(1));
        salad(size.prefix, &mut super::text::random(seed ^ 0x7072_6566_6978, u64::from(number)))
    } else {
        salad(size.prefix, random)
    };
    Prompt::of(format!("{prefix} {}", salad(size.words, random)))
}

/// Each pass over the file is in an order of its own: a step that has no divisor in common with the number of prompts
/// comes by every one of them.
fn from_file(prompts: &[FilePrompt], seed: u64, index: u32) -> &FilePrompt {
    let (pass, place) = (index as usize / prompts.len(), index as usize % prompts.len());
    let mut random = random(seed, pass as u64);
    let start = random.usize(..prompts.len());
    let mut step = random.usize(..prompts.len()).max(1);
    while divisor(step, prompts.len()) > 1 {
        step = step % prompts.len() + 1;
    }
    &prompts[(start + place * step) % prompts.len()]
}

/// The greatest common divisor.
fn divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn size(words: u32) -> Size {
        Size { words, prefix: 20, filler: 0 }
    }

    fn all() -> Vec<Kind> {
        let prompts = vec![FilePrompt { prompt: Prompt::of("from a file"), output_tokens: None }];
        vec![
            Kind::Random,
            Kind::Chat,
            Kind::Summarisation,
            Kind::Code,
            Kind::Retrieval,
            Kind::json(),
            Kind::tools(4),
            Kind::SharedPrefix(Prefixes { tokens: 20, count: 2, share: 0.5 }),
            Kind::MultiTurn(Turns { count: 3, think: Duration::ZERO }),
            Kind::Vision(Images { count: 2, width: 16, height: 16 }),
            Kind::File { name: "f".into(), prompts: Arc::new(prompts) },
        ]
    }

    #[test]
    fn every_kind_repeats_with_its_seed_and_is_as_long_as_its_words() {
        for kind in all() {
            assert_eq!(kind.prompt(1, 2, size(80)), kind.prompt(1, 2, size(80)));
            let words = |words| kind.prompt(1, 2, size(words)).text().split_whitespace().count();
            if kind.has_length() {
                let long = words(480) - words(80);
                // Passages have a number each.
                assert!((400..=404).contains(&long), "{}: {long}", kind.name());
                assert_ne!(kind.prompt(1, 2, size(80)), kind.prompt(2, 2, size(80)), "{}", kind.name());
            }
            let filled = kind.prompt(1, 2, Size { filler: 3, ..size(80) });
            assert_eq!(filled.text().split_whitespace().count(), words(80) + 3, "{}", kind.name());
        }
    }

    #[test]
    fn prompts_share_a_beginning_only_where_the_kind_says_so() {
        for kind in all().into_iter().filter(Kind::is_unique) {
            let starts: BTreeSet<String> = (0..2000)
                .map(|index| {
                    let text = kind.prompt(1, index, size(12)).text();
                    text.split_whitespace().take(8).collect::<Vec<_>>().join(" ")
                })
                .collect();
            assert_eq!(starts.len(), 2000, "{}", kind.name());
        }
    }

    #[test]
    fn shared_prefixes_are_as_many_and_as_frequent_as_asked() {
        let kind = Kind::SharedPrefix(Prefixes { tokens: 20, count: 4, share: 0.75 });
        let mut starts = std::collections::BTreeMap::new();
        for index in 0..4000 {
            let text = kind.prompt(1, index, size(30)).text();
            let start = text.split(' ').take(20).collect::<Vec<_>>().join(" ");
            *starts.entry(start).or_insert(0) += 1;
        }
        let common: Vec<u32> = starts.into_values().filter(|count| *count > 1).collect();
        assert_eq!(common.len(), 4);
        let share = f64::from(common.iter().sum::<u32>()) / 4000.0;
        assert!((share - 0.75).abs() < 0.03, "{share}");
    }

    #[test]
    fn a_file_is_gone_through_before_it_begins_again() {
        for count in [1, 2, 7, 12, 100] {
            let prompts: Vec<FilePrompt> = (0..count)
                .map(|index| FilePrompt { prompt: Prompt::of(index.to_string()), output_tokens: Some(index) })
                .collect();
            for pass in 0..3 {
                let seen: BTreeSet<u32> = (pass * count..(pass + 1) * count)
                    .filter_map(|index| from_file(&prompts, 9, index).output_tokens)
                    .collect();
                assert_eq!(seen.len(), count as usize);
            }
        }
    }

    #[test]
    fn later_turns_say_something_new() {
        let kind = Kind::MultiTurn(Turns { count: 3, think: Duration::ZERO });
        let turns: BTreeSet<String> = (1..4).map(|turn| kind.turn(1, 5, turn, 30)).collect();
        assert_eq!(turns.len(), 3);
        assert_eq!(kind.turn(1, 5, 1, 30), kind.turn(1, 5, 1, 30));
    }
}
