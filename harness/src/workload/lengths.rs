//! How long requests and answers are.

use crate::load::TraceRequest;

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
    pub(super) fn of(&self, index: u32, random: &mut fastrand::Rng) -> Option<(u32, u32)> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
