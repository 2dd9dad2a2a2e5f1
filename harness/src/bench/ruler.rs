//! How long prompts are in the server's tokens: by a tokenizer of our own, by the server's `/tokenize`, or by a line
//! through its counts of two prompts.

use super::Settings;
use crate::{
    cli::Failed,
    load::Route,
    measure::Exchange,
    protocol::{Interface, Prompt, Reading},
    workload::{Counter, Kind, Lengths, Local, Prepared, Ruler, ServerCounter, Size, TokenFit},
};
use std::{
    str::FromStr,
    sync::{Arc, atomic::AtomicBool},
};

/// Prompts whose length by the line is held against a counter's.
const SAMPLES: u32 = 4;

/// Whose count prompts are made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenizerChoice {
    /// Whatever there is: the model's in the hub's cache, the server's `/tokenize`, two probes.
    Auto,
    /// The server's `/tokenize`.
    Server,
    /// A line through the server's counts of two prompts.
    Probes,
    /// A file, a folder or a model of the hub's cache.
    Named(String),
}

impl FromStr for TokenizerChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "auto" => Self::Auto,
            "server" => Self::Server,
            "probes" => Self::Probes,
            "" => return Err("write auto, server, probes, a file or a model's name".into()),
            name => Self::Named(name.to_owned()),
        })
    }
}

/// What was found.
pub(super) struct Found {
    pub(super) ruler: Ruler,
    /// None where nothing was cut to a length.
    pub(super) tokenizer: Option<record::Tokenizer>,
    /// Whether the server states the usage.
    pub(super) counts: bool,
    pub(super) notes: Vec<String>,
    pub(super) probes: u32,
}

/// Finds out, by two probes and whatever counts.
pub(super) fn find(
    settings: &Settings,
    local: Option<Local>,
    route: &Route,
    stop: &Arc<AtomicBool>,
    mut probe: impl FnMut(&dyn Fn() -> Prepared) -> Result<Exchange, Failed>,
) -> Result<Found, Failed> {
    let interface = settings.shape.interface;
    let (mut counted, mut prompts) = (Vec::new(), Vec::new());
    for (index, words) in probe_words(settings).into_iter().enumerate() {
        let prompt = prompt(settings, u32::try_from(index).unwrap_or(0), words);
        let exchange = probe(&|| prepared(settings, &prompt))?;
        counted.extend(exchange.input_tokens.map(|tokens| (words, tokens)));
        prompts.push((prompt, exchange.input_tokens));
    }
    let counts = prompts.iter().all(|(_, tokens)| tokens.is_some());
    let probes = 2;
    if !settings.kind.has_length() {
        return Ok(Found {
            ruler: Ruler::words(interface),
            tokenizer: None,
            counts,
            notes: Vec::new(),
            probes,
        });
    }
    let counter = counter(settings, local, route, stop)?;
    let fit = match counted[..] {
        [first, second] => TokenFit::through(first, second),
        _ => None,
    };
    let Some(mut counter) = counter else {
        let notes = match (fit, counts) {
            (Some(_), _) => None,
            (None, true) => {
                Some("The server's counts of two probes make no sense; each word was taken for one token.")
            }
            (None, false) => {
                Some("The server doesn't tell how long prompts are; each word was taken for one token.")
            }
        };
        return Ok(Found {
            ruler: Ruler { fit: fit.unwrap_or(TokenFit::UNKNOWN), ..Ruler::words(interface) },
            tokenizer: Some(origin(if fit.is_some() { "probes" } else { "words" })),
            counts,
            notes: notes.map(str::to_owned).into_iter().collect(),
            probes,
        });
    };
    let mut notes = Vec::new();
    let (added, disagreement) = added(&mut counter, &prompts, interface);
    notes.extend(disagreement);
    // Where the server doesn't count, the counter's own counts make the line.
    let fit = fit.or_else(|| {
        let own: Vec<(u32, u64)> = probe_words(settings)
            .into_iter()
            .zip(&prompts)
            .filter_map(|(words, (prompt, _))| {
                Some((words, u64::from(counter.count_prompt(prompt, interface)?)))
            })
            .collect();
        TokenFit::through(*own.first()?, *own.get(1)?)
    });
    let fit = fit.unwrap_or(TokenFit::UNKNOWN);
    let tokenizer = Some(counter.origin());
    let exact = is_exact(settings, fit, &mut counter, added);
    let counter = (!exact).then_some(counter);
    Ok(Found { ruler: Ruler { fit, counter, added, interface }, tokenizer, counts, notes, probes })
}

fn origin(source: &str) -> record::Tokenizer {
    record::Tokenizer { source: source.into(), name: None, hash: None }
}

/// Whoever counts, if anybody does.
fn counter(
    settings: &Settings,
    local: Option<Local>,
    route: &Route,
    stop: &Arc<AtomicBool>,
) -> Result<Option<Counter>, Failed> {
    let server =
        || ServerCounter::find(&settings.shape, route, stop).map(|server| Counter::Server(Box::new(server)));
    Ok(match &settings.tokenizer {
        TokenizerChoice::Named(_) => local.map(Counter::Local),
        TokenizerChoice::Probes => None,
        TokenizerChoice::Auto => Local::cached(&settings.shape.model).map(Counter::Local).or_else(server),
        TokenizerChoice::Server => match server() {
            None => {
                return Err(Failed::server(format!(
                    "{}/tokenize counts no tokens in any form that is known (vLLM's, llama.cpp's). Try --tokenizer probes, or name a tokenizer.json",
                    settings.shape.target
                )));
            }
            counter => counter,
        },
    })
}

/// Words of two prompts, far enough apart for a slope, and never long.
fn probe_words(settings: &Settings) -> [u32; 2] {
    let nominal = match &settings.lengths {
        Lengths::Nominal { input, .. } => *input,
        Lengths::Trace(_) => 256,
    };
    [nominal.clamp(2, 256) / 2, nominal.clamp(2, 256)]
}

/// The prompt of a probe: as those that will be measured, of `words` words, and none of theirs.
fn prompt(settings: &Settings, index: u32, words: u32) -> Prompt {
    settings.kind.prompt(settings.seed ^ 0x70_726f_6265, index, Size { words, prefix: 0, filler: 0 })
}

fn prepared(settings: &Settings, prompt: &Prompt) -> Prepared {
    Prepared {
        index: 0,
        input_tokens: None,
        output_tokens: 2,
        exact: false,
        reading: Reading::Stream { interface: settings.shape.interface, keep: false },
        turn: None,
        request: settings.shape.completion(prompt, 2),
    }
}

/// What the server adds to what `counter` counts, by its counts of `prompts`; and what is wrong where it isn't the same
/// for both.
fn added(
    counter: &mut Counter,
    prompts: &[(Prompt, Option<u64>)],
    interface: Interface,
) -> (u32, Option<String>) {
    let differences: Vec<i64> = prompts
        .iter()
        .filter_map(|(prompt, tokens)| {
            Some(i64::try_from((*tokens)?).ok()? - i64::from(counter.count_prompt(prompt, interface)?))
        })
        .collect();
    let (Some(least), Some(most)) = (differences.iter().min(), differences.iter().max()) else {
        return (0, None);
    };
    let longest = prompts.iter().filter_map(|(_, tokens)| *tokens).max().unwrap_or(0) as f64;
    let off = *least < 0 || (most - least) as f64 > (longest * 0.02).max(2.0);
    let note = off.then(|| {
        format!(
            "The tokenizer's counts are {least} to {most} tokens less than the server's for two probes: it may not be the model's."
        )
    });
    (u32::try_from(*most).unwrap_or(0), note)
}

/// Whether the line alone gives exact lengths, by samples; then nobody needs to count each prompt.
fn is_exact(settings: &Settings, fit: TokenFit, counter: &mut Counter, added: u32) -> bool {
    if !matches!(settings.kind, Kind::Random) {
        return false;
    }
    let Lengths::Nominal { input, .. } = settings.lengths else { return false };
    (0..SAMPLES).all(|index| {
        let prompt = prompt(settings, index + 2, fit.words(input));
        counter
            .count_prompt(&prompt, settings.shape.interface)
            .is_some_and(|counted| counted + added == input)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_a_word_or_a_name() {
        assert_eq!("probes".parse(), Ok(TokenizerChoice::Probes));
        assert_eq!("org/model".parse(), Ok(TokenizerChoice::Named("org/model".into())));
        assert!("".parse::<TokenizerChoice>().is_err());
    }
}
