//! How long a prompt is in the server's tokens, and how to make one of a length.

use super::{Local, Size, TokenFit};
use crate::protocol::{Interface, Prompt};

/// How often a prompt is made anew to come nearer to its length.
const TRIES: u32 = 10;

/// The most words of filler, where more of the text would do.
const FILLER: u32 = 16;

/// Counts a text's tokens, without those that the server adds.
#[derive(Clone)]
pub(crate) enum Counter {
    /// By a tokenizer of our own.
    Local(Local),
    /// By asking the server.
    Server(Box<super::ServerCounter>),
}

impl Counter {
    /// Tokens of `text`; none where it can't be told.
    pub(crate) fn count(&mut self, text: &str) -> Option<u32> {
        match self {
            Self::Local(tokenizer) => tokenizer.count(text),
            Self::Server(server) => server.count(text),
        }
    }

    /// Tokens of all that `prompt` says.
    pub(crate) fn count_prompt(&mut self, prompt: &Prompt, interface: Interface) -> Option<u32> {
        if !interface.has_messages() {
            return self.count(&prompt.text());
        }
        prompt.messages.iter().map(|message| self.count(&message.text)).sum()
    }

    /// As the record has it.
    pub(crate) fn origin(&self) -> record::Tokenizer {
        match self {
            Self::Local(tokenizer) => tokenizer.origin.clone(),
            Self::Server(server) => server.origin(),
        }
    }
}

/// Makes prompts of a length.
#[derive(Clone)]
pub(crate) struct Ruler {
    /// Words to tokens, by a line.
    pub(crate) fit: TokenFit,
    /// Exact counts, where somebody gives them and the line isn't exact itself.
    pub(crate) counter: Option<Counter>,
    /// Tokens that the server adds to what a counter counts: a start token, a chat template, tools, images.
    pub(crate) added: u32,
    /// Whose prompts they are.
    pub(crate) interface: Interface,
}

impl Ruler {
    /// One token a word.
    pub(crate) fn words(interface: Interface) -> Self {
        Self { fit: TokenFit::UNKNOWN, counter: None, added: 0, interface }
    }

    /// The size at which `make` makes a prompt of `tokens` tokens, `prefix` of them in its prefix; as near as it goes.
    pub(crate) fn size(&mut self, tokens: u32, prefix: u32, make: impl Fn(Size) -> Prompt) -> Size {
        let prefix = self.fit.plain_words(prefix.min(tokens));
        let words = self.fit.words(tokens).saturating_sub(prefix).max(1);
        let mut size = Size { words, prefix, filler: 0 };
        let Some(counter) = &mut self.counter else { return size };
        let mut search = Search { tokens, per_word: self.fit.per_word, low: None, high: None };
        let mut best: Option<(u32, Size)> = None;
        for _ in 0..TRIES {
            let Some(counted) = counter.count_prompt(&make(size), self.interface) else { break };
            let counted = counted + self.added;
            let off = counted.abs_diff(tokens);
            if best.is_none_or(|(least, _)| off < least) {
                best = Some((off, size));
            }
            let Some(next) = search.next(size, counted) else { break };
            size = next;
        }
        best.map_or(size, |(_, size)| size)
    }
}

/// The way to a length: words until it is nearly there, then filler.
struct Search {
    tokens: u32,
    per_word: f64,
    /// The most words, and their tokens, that are not too long; and the fewest that are.
    low: Option<(u32, u32)>,
    high: Option<(u32, u32)>,
}

impl Search {
    /// What to try after `size` had `counted` tokens; none when that is it, or when there is nothing shorter.
    fn next(&mut self, size: Size, counted: u32) -> Option<Size> {
        if counted == self.tokens {
            return None;
        }
        if size.filler > 0 {
            // Filler is a token a word, or nearly.
            let filler = (size.filler + self.tokens).saturating_sub(counted);
            return (filler > 0).then_some(Size { filler, ..size });
        }
        if counted < self.tokens {
            self.low = Some((size.words, counted));
        } else {
            self.high = Some((size.words, counted));
        }
        let words = |tokens: u32| ((f64::from(tokens) / self.per_word) as u32).max(1);
        let words = match (self.low, self.high) {
            (Some((low, counted)), _) if self.tokens - counted <= FILLER => {
                return Some(Size { words: low, filler: self.tokens - counted, ..size });
            }
            (Some((low, counted)), Some((high, _))) if high - low <= 1 => {
                return Some(Size { words: low, filler: self.tokens - counted, ..size });
            }
            (Some((low, below)), Some((high, above))) => {
                let share = f64::from(self.tokens - below) / f64::from(above - below);
                low + ((f64::from(high - low) * share) as u32).clamp(1, high - low - 1)
            }
            (Some((low, counted)), None) => low + words(self.tokens - counted),
            (None, Some((1, _))) | (None, None) => return None,
            (None, Some((high, counted))) => high.saturating_sub(words(counted - self.tokens) + 1).max(1),
        };
        Some(Size { words, ..size })
    }
}

#[cfg(all(test, feature = "tokenizer"))]
mod tests {
    use super::*;
    use crate::workload::{Kind, Prefixes};

    #[test]
    fn prompts_come_out_with_exactly_the_tokens_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        crate::workload::tokenizer::tests::write_one(&path);
        let local = Local::open(path.to_str().unwrap()).ok().unwrap();
        let kinds = [
            Kind::Random,
            Kind::Chat,
            Kind::Summarisation,
            Kind::Code,
            Kind::Retrieval,
            Kind::json(),
            Kind::tools(3),
            Kind::SharedPrefix(Prefixes { tokens: 40, count: 2, share: 0.5 }),
        ];
        for (kind, interface) in
            kinds.iter().flat_map(|kind| [(kind, Interface::Completions), (kind, Interface::Chat)])
        {
            // Letters are tokens here, so a word has several, and the line is far off.
            let mut ruler = Ruler {
                fit: TokenFit { overhead: 30.0, per_word: 4.0 },
                counter: Some(Counter::Local(local.clone())),
                added: 7,
                interface,
            };
            let mut counter = Counter::Local(local.clone());
            let mut exact = 0;
            for index in 0..6 {
                let tokens = 600 + 71 * index;
                let make = |size| kind.prompt(1, index, size);
                let size = ruler.size(tokens, 40, make);
                let counted = counter.count_prompt(&make(size), interface).unwrap() + 7;
                assert!(counted.abs_diff(tokens) <= 3, "{}: {counted} of {tokens}", kind.name());
                exact += u32::from(counted == tokens);
            }
            assert!(exact >= 4, "{}: {exact} of 6 exact", kind.name());
        }
    }

    #[test]
    fn a_length_below_the_least_gives_the_least() {
        let mut ruler = Ruler::words(Interface::Chat);
        let size = ruler.size(1, 0, |_| Prompt::of("x"));
        assert_eq!(size, Size { words: 1, prefix: 0, filler: 0 });
    }
}
