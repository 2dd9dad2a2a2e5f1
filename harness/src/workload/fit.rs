//! How many words make how many tokens, by the server's own count.

/// A prompt of `w` words has `overhead + per_word × w` tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TokenFit {
    /// Tokens that the server adds to every prompt: a start token, a chat template.
    pub(crate) overhead: f64,
    /// Tokens of one word.
    pub(crate) per_word: f64,
}

impl TokenFit {
    /// One token a word and nothing else, until the server has told.
    pub(crate) const UNKNOWN: Self = Self { overhead: 0.0, per_word: 1.0 };

    /// The line through two probes, each (words, tokens). None when they make no sense.
    pub(crate) fn through(first: (u32, u64), second: (u32, u64)) -> Option<Self> {
        let words = f64::from(second.0) - f64::from(first.0);
        let per_word = (second.1 as f64 - first.1 as f64) / words;
        let overhead = first.1 as f64 - per_word * f64::from(first.0);
        let sound = |per_word: f64| words > 0.0 && (0.2..20.0).contains(&per_word);
        if !sound(per_word) {
            return None;
        }
        if overhead >= 0.0 {
            return Some(Self { overhead, per_word });
        }
        // No server adds less than nothing: words of the shorter probe were shorter too.
        let per_word = second.1 as f64 / f64::from(second.0);
        sound(per_word).then_some(Self { overhead: 0.0, per_word })
    }

    /// Words for a prompt of `tokens` tokens; at least one.
    pub(crate) fn words(self, tokens: u32) -> u32 {
        (((f64::from(tokens) - self.overhead) / self.per_word).round() as u32).max(1)
    }

    /// Words for `tokens` tokens in the middle of a prompt.
    pub(crate) fn plain_words(self, tokens: u32) -> u32 {
        (f64::from(tokens) / self.per_word).round() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_probes_tell_the_template_from_the_words() {
        let fit = TokenFit::through((32, 32 + 11), (64, 64 + 11)).unwrap();
        assert_eq!(fit, TokenFit { overhead: 11.0, per_word: 1.0 });
        assert_eq!(fit.words(100), 89);
        assert_eq!(fit.words(3), 1);
        assert_eq!(TokenFit::through((10, 15), (20, 30)).unwrap().words(300), 200);
        assert_eq!(TokenFit::through((10, 15), (20, 15)), None);
        // Where words differ in length, the shorter prompt may have had the shorter ones.
        let fit = TokenFit::through((8, 40), (16, 96)).unwrap();
        assert_eq!(fit, TokenFit { overhead: 0.0, per_word: 6.0 });
        assert_eq!(TokenFit::through((10, 15), (10, 15)), None);
    }
}
