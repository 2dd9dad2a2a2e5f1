//! Prompts of random common words, made ahead of their time on a thread of their own.

use super::TokenFit;
use crate::{load::TraceRequest, protocol::RequestShape};
use std::{
    sync::mpsc::{Receiver, sync_channel},
    thread::JoinHandle,
};

/// Common English words that nearly every tokenizer has as one token each, with the space before it.
const WORDS: [&str; 128] = [
    "the", "of", "and", "to", "in", "is", "that", "it", "was", "for", "on", "are", "as", "with", "his",
    "they", "at", "be", "this", "from", "have", "or", "by", "one", "had", "not", "but", "what", "all",
    "were", "when", "we", "there", "can", "an", "your", "which", "their", "said", "if", "do", "will", "each",
    "about", "how", "up", "out", "them", "then", "she", "many", "some", "so", "these", "would", "other",
    "into", "has", "more", "her", "two", "like", "him", "see", "time", "could", "no", "make", "than",
    "first", "been", "its", "who", "now", "people", "my", "made", "over", "did", "down", "only", "way",
    "find", "use", "may", "water", "long", "little", "very", "after", "words", "called", "just", "where",
    "most", "know", "get", "through", "back", "much", "go", "good", "new", "write", "our", "me", "man",
    "too", "any", "day", "same", "right", "look", "think", "also", "around", "another", "came", "come",
    "work", "three", "must", "because", "does", "part", "even", "place", "well",
];

/// How long requests and answers are.
#[derive(Clone, Debug)]
pub(crate) enum Lengths {
    /// Nominal input and output tokens; each drawn evenly between `range` × nominal and nominal.
    Nominal {
        /// Input tokens.
        input: u32,
        /// Output tokens.
        output: u32,
        /// 1 is exact.
        range: f64,
    },
    /// As in a trace, request by request.
    Trace(Vec<TraceRequest>),
}

impl Lengths {
    /// Input and output tokens of request `index`.
    fn of(&self, index: u32, random: &mut fastrand::Rng) -> Option<(u32, u32)> {
        match self {
            Self::Trace(requests) => {
                requests.get(index as usize).map(|request| (request.input_tokens, request.output_tokens))
            }
            Self::Nominal { input, output, range } => {
                let mut draw = |nominal: u32| {
                    let least = (f64::from(nominal) * range).round().max(1.0) as u32;
                    random.u32(least.min(nominal)..=nominal)
                };
                Some((draw(*input), draw(*output)))
            }
        }
    }
}

/// A request that is ready but for its time.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Its number in the run.
    pub(crate) index: u32,
    /// Input tokens asked for.
    pub(crate) input_tokens: u32,
    /// Output tokens asked for.
    pub(crate) output_tokens: u32,
    /// The bytes to send.
    pub(crate) request: Vec<u8>,
}

/// `words` random words. Each index of each seed has its own, from the first word on: no two share a prefix that a
/// server could have cached.
pub(crate) fn prompt(words: u32, seed: u64, index: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let mut text = String::with_capacity(words as usize * 6);
    for word in 0..words {
        if word > 0 {
            text.push(' ');
        }
        text.push_str(WORDS[random.usize(..WORDS.len())]);
    }
    text
}

/// Makes `count` requests on a thread of its own, `ahead` of them ahead of their use. The thread returns the hash of all
/// prompts, in order, when every one was used.
pub(crate) fn prepare(
    shape: RequestShape,
    lengths: Lengths,
    fit: TokenFit,
    seed: u64,
    count: u32,
    ahead: usize,
) -> std::io::Result<(Receiver<Prepared>, JoinHandle<Option<String>>)> {
    let (sender, receiver) = sync_channel(ahead.clamp(16, 4096));
    let thread = std::thread::Builder::new().name("prompts".into()).spawn(move || {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut hasher = blake3::Hasher::new();
        for index in 0..count {
            let (input_tokens, output_tokens) = lengths.of(index, &mut random)?;
            let text = prompt(fit.words(input_tokens), seed, u64::from(index));
            hasher.update(text.as_bytes());
            hasher.update(b"\n");
            let request = shape.completion(&text, output_tokens);
            sender.send(Prepared { index, input_tokens, output_tokens, request }).ok()?;
        }
        Some(hasher.finalize().to_hex()[..32].to_owned())
    })?;
    Ok((receiver, thread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_repeat_with_their_seed_and_share_no_prefix() {
        assert_eq!(prompt(50, 1, 2), prompt(50, 1, 2));
        assert_eq!(prompt(50, 1, 2).split(' ').count(), 50);
        let starts: std::collections::BTreeSet<String> = (0..2000).map(|index| prompt(8, 1, index)).collect();
        assert_eq!(starts.len(), 2000);
        assert_ne!(prompt(8, 1, 0), prompt(8, 2, 0));
    }

    #[test]
    fn lengths_stay_in_their_range() {
        let mut random = fastrand::Rng::with_seed(1);
        let lengths = Lengths::Nominal { input: 100, output: 10, range: 0.8 };
        for index in 0..500 {
            let (input, output) = lengths.of(index, &mut random).unwrap();
            assert!((80..=100).contains(&input) && (8..=10).contains(&output));
        }
        let exact = Lengths::Nominal { input: 7, output: 3, range: 1.0 };
        assert_eq!(exact.of(0, &mut random), Some((7, 3)));
    }
}
