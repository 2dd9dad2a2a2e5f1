//! The options of `bench` about what is asked, and what they come to.

use super::Failed;
use crate::{
    bench::TokenizerChoice,
    duration,
    protocol::Interface,
    workload::{Kind, Lengths, Prefixes, Turns, read_prompts},
};
use clap::{Args, ValueEnum};
use record::Images;
use std::{path::PathBuf, str::FromStr, sync::Arc, time::Duration};

/// The largest picture that is made, in pixels of one side.
const MAXIMUM_SIDE: u32 = 8192;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// Random common words
    Random,
    /// A conversation under way
    Chat,
    /// A long report, to be summarised
    Summarisation,
    /// Code, to be gone on with
    Code,
    /// Passages, and a question about them
    Rag,
    /// Answers by a JSON schema; those that conform are counted
    Json,
    /// Functions to call; calls are counted
    Tools,
    /// Random words after a prefix that many requests have in common
    SharedPrefix,
    /// Conversations whose every turn carries what was said before
    MultiTurn,
    /// Pictures, and a question about them
    Vision,
}

/// A size in pixels, such as 512x512.
#[derive(Clone, Copy, Debug)]
struct Pixels {
    width: u32,
    height: u32,
}

impl FromStr for Pixels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |side: &str| side.parse().ok().filter(|side| (1..=MAXIMUM_SIDE).contains(side));
        let sides = text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
        let (width, height) = sides
            .ok_or_else(|| format!("write WIDTHxHEIGHT, such as 512x512; each at most {MAXIMUM_SIDE}"))?;
        Ok(Self { width, height })
    }
}

/// What is asked of the model.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workload")]
pub(super) struct WorkloadArguments {
    /// What requests are about. Prompts are made from the seed, and begin each in its own way, except where sharing is the
    /// point (shared-prefix, multi-turn)
    #[arg(long, value_enum, default_value = "random", value_name = "KIND")]
    workload: KindName,
    /// Prompts from a file instead: JSON lines with `prompt` or `messages` (and `output_tokens`), or ShareGPT's form
    #[arg(long, value_name = "FILE", conflicts_with = "workload")]
    prompts: Option<PathBuf>,
    /// Input tokens of a request, by the server's tokenizer; in conversations, of what the user says in a turn
    #[arg(long, default_value_t = 1024, value_name = "N", conflicts_with_all = ["trace", "prompts"], value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    input_tokens: u32,
    /// Output tokens of a request; the most, where answers have an end of their own (json, tools)
    #[arg(long, default_value_t = 1024, value_name = "N", conflicts_with = "trace", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    output_tokens: u32,
    /// Draw lengths evenly between this share of the nominal ones and the nominal ones
    #[arg(long, default_value_t = 1.0, value_name = "SHARE", conflicts_with = "trace")]
    length_range: f64,
    /// By what prompts are cut to length: a tokenizer.json, a model of the Hugging Face cache, `server` (its /tokenize) or
    /// `probes` (a line through its counts of two prompts). `auto` takes the cache's for --model, else what the server has
    #[arg(long, default_value = "auto", value_name = "NAME")]
    pub(super) tokenizer: TokenizerChoice,
    /// Seed of prompts, lengths and arrivals; recorded. A new one each time keeps a server's prefix cache cold
    #[arg(long)]
    pub(super) seed: Option<u64>,

    /// Tokens of a shared prefix; they are part of the input tokens [default: half of them]
    #[arg(long, value_name = "N", help_heading = "Workload: shared-prefix")]
    prefix_tokens: Option<u32>,
    /// How many prefixes there are to share [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Workload: shared-prefix")]
    prefixes: Option<u32>,
    /// Share of the requests that begin with a shared prefix; the others have one of their own, as long
    /// [default: 1]
    #[arg(long, value_name = "SHARE", help_heading = "Workload: shared-prefix")]
    hit_share: Option<f64>,
    /// Requests of a conversation [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = "Workload: multi-turn")]
    turns: Option<u32>,
    /// Mean time between an answer and the next request, exponentially distributed [default: 0s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Workload: multi-turn")]
    think_time: Option<Duration>,
    /// Pictures of a request [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64), help_heading = "Workload: vision, tools")]
    images: Option<u32>,
    /// Size of a picture [default: 512x512]
    #[arg(long, value_name = "WxH", help_heading = "Workload: vision, tools")]
    image_size: Option<Pixels>,
    /// Functions that a request offers [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64), help_heading = "Workload: vision, tools")]
    tools: Option<u32>,
}

impl WorkloadArguments {
    /// How long requests are.
    pub(super) fn lengths(&self) -> Result<Lengths, Failed> {
        let range = self.length_range;
        if !(range > 0.0 && range <= 1.0) {
            return Err(Failed::usage(format!("--length-range {range} is not between 0 and 1")));
        }
        Ok(Lengths::Nominal { input: self.input_tokens, output: self.output_tokens, range })
    }

    /// The kind of work.
    pub(super) fn kind(&self) -> Result<Kind, Failed> {
        self.check_use()?;
        if let Some(path) = &self.prompts {
            let prompts = read_prompts(path).map_err(|error| Failed::usage(error.to_string()))?;
            let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            return Ok(Kind::File { name, prompts: Arc::new(prompts) });
        }
        Ok(match self.workload {
            KindName::Random => Kind::Random,
            KindName::Chat => Kind::Chat,
            KindName::Summarisation => Kind::Summarisation,
            KindName::Code => Kind::Code,
            KindName::Rag => Kind::Retrieval,
            KindName::Json => Kind::json(),
            KindName::Tools => Kind::tools(self.tools.unwrap_or(4)),
            KindName::SharedPrefix => Kind::SharedPrefix(self.prefixes()?),
            KindName::MultiTurn => Kind::MultiTurn(Turns {
                count: self.turns.unwrap_or(4),
                think: self.think_time.unwrap_or_default(),
            }),
            KindName::Vision => {
                let Pixels { width, height } = self.image_size.unwrap_or(Pixels { width: 512, height: 512 });
                Kind::Vision(Images { count: self.images.unwrap_or(1), width, height })
            }
        })
    }

    /// An option of another workload than the one asked for would do nothing.
    fn check_use(&self) -> Result<(), Failed> {
        let options = [
            ("--prefix-tokens", self.prefix_tokens.is_some(), KindName::SharedPrefix, "shared-prefix"),
            ("--prefixes", self.prefixes.is_some(), KindName::SharedPrefix, "shared-prefix"),
            ("--hit-share", self.hit_share.is_some(), KindName::SharedPrefix, "shared-prefix"),
            ("--turns", self.turns.is_some(), KindName::MultiTurn, "multi-turn"),
            ("--think-time", self.think_time.is_some(), KindName::MultiTurn, "multi-turn"),
            ("--images", self.images.is_some(), KindName::Vision, "vision"),
            ("--image-size", self.image_size.is_some(), KindName::Vision, "vision"),
            ("--tools", self.tools.is_some(), KindName::Tools, "tools"),
        ];
        match options.into_iter().find(|(_, given, kind, _)| *given && *kind != self.workload) {
            Some((option, .., workload)) => {
                Err(Failed::usage(format!("{option} is for --workload {workload}")))
            }
            None => Ok(()),
        }
    }

    fn prefixes(&self) -> Result<Prefixes, Failed> {
        let share = self.hit_share.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&share) {
            return Err(Failed::usage(format!("--hit-share {share} is not between 0 and 1")));
        }
        let tokens = self.prefix_tokens.unwrap_or(self.input_tokens / 2);
        if tokens >= self.input_tokens {
            return Err(Failed::usage(format!(
                "--prefix-tokens {tokens} leaves nothing of --input-tokens {} for the request's own",
                self.input_tokens
            )));
        }
        Ok(Prefixes { tokens, count: self.prefixes.unwrap_or(1), share })
    }

    /// The interface to ask `kind` through, where the user stated `stated`.
    pub(super) fn interface(kind: &Kind, stated: Option<Interface>) -> Result<Interface, Failed> {
        match stated {
            Some(Interface::Completions) if kind.needs_messages() => Err(Failed::usage(
                "--endpoint completions takes one text; this workload needs chat or responses",
            )),
            Some(stated) => Ok(stated),
            None if kind.prefers_messages() => Ok(Interface::Chat),
            None => Ok(Interface::Completions),
        }
    }
}
