//! Every measurement, one a row, with everything that tells what was measured and the figures that came of it.

use super::retraction;
use crate::{
    analysis::{
        Analysis, Economics, Entry, Label, Metric, Requests, WorkloadKey, highest_percentile,
        is_disaggregated,
    },
    catalog::PriceTier,
    dataset::{
        DatasetError, Table,
        table::{Define, boolean, date, integer, number, read, text},
    },
};
use record::{
    AcceleratorKey, Distribution, Latency, Measurement, Outcome, Parallelism, Power, Side, Throughput,
    Topology,
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

type Columns<'a> = Vec<Define<'a, Entry<'a>>>;

/// A topology's side of a name: the workers for everything, for prefill, or for decode.
type PickSide = fn(&Topology) -> Option<&Side>;

pub(super) fn table<'a>(analysis: &Analysis<'a>, entries: &[Entry<'a>]) -> Result<Table<'a>, DatasetError> {
    let standing: HashSet<&str> =
        analysis.series.values().flatten().map(|entry| entry.measurement.id.as_str()).collect();
    let labels = entries.iter().map(|entry| (entry.measurement.id.as_str(), analysis.label(entry))).collect();
    let mut columns = source(labels, standing);
    columns.extend(deployment());
    columns.extend(sides());
    columns.extend(work());
    columns.extend(throughput());
    columns.extend(latency());
    columns.extend(counts());
    columns.extend(power());
    columns.extend(accuracy());
    Table::new(
        "measurements",
        "Measurements",
        "One row a measurement: one deployment that served one workload at one load, and what came of it. Throughput is that of the \
         whole deployment",
        read(entries, columns),
    )
}

/// Where a measurement is from, and whether it stands.
fn source<'a>(labels: HashMap<&'a str, Label>, standing: HashSet<&'a str>) -> Columns<'a> {
    vec![
        text("id", "Identifies the measurement for ever; it stands at /runs/<run>/#m-<id>", |e: &Entry<'a>| Some(e.measurement.id.as_str())).key(),
        text("run", "The run that it belongs to", |e: &Entry<'a>| Some(e.run.id.as_str()))
            .required()
            .references("runs"),
        date("date", "Day of the run; where only a span is known, its first day", |e: &Entry<'a>| Some(e.run.date))
            .required(),
        date("date_until", "Last day of the span, where only a span is known", |e: &Entry<'a>| e.run.date_until),
        text("date_method", "How the day is known, where the run doesn't state it", |e: &Entry<'a>| {
            e.run.source.date_method.as_deref()
        }),
        text("kind", "Who stands behind the run: official, community or unofficial", |e: &Entry<'a>| {
            super::word(e.run.kind)
        })
        .required(),
        text(
            "label",
            "What it is: official, reproduced, community, vendor, unofficial or withdrawn; see /docs/community-results/",
            move |e: &Entry<'a>| super::word(labels.get(e.measurement.id.as_str())?),
        )
        .required(),
        text("organisation", "The organisation that offers it, where others do", |e: &Entry<'a>| {
            e.run.source.organisation.as_deref()
        }),
        text("outcome", "ok, failed, out_of_memory, timeout or invalid", |e: &Entry<'a>| {
            Some(outcome(&e.measurement.outcome).0)
        })
        .required(),
        text("outcome_reason", "Why it failed or is invalid", |e: &Entry<'a>| outcome(&e.measurement.outcome).1),
        boolean(
            "standing",
            "Whether charts and comparisons use it: outcome ok, not withdrawn, and the newest of its configuration",
            move |e: &Entry<'a>| Some(standing.contains(e.measurement.id.as_str())),
        )
        .required(),
        date("retracted_when", "Day on which it, or its run, was withdrawn", |e| retraction(e).map(|it| it.when)),
        text("retracted_why", "Why it was withdrawn", |e: &Entry<'a>| retraction(e).map(|it| it.why.as_str())),
        text("superseded_by", "What takes its place: RUN, or RUN#MEASUREMENT", |e: &Entry<'a>| {
            retraction(e)?.superseded_by.as_ref().map(ToString::to_string)
        }),
    ]
}

/// The model, the hardware and the software.
fn deployment<'a>() -> Columns<'a> {
    vec![
        of_text("model", "Key of the model", |m| Some(m.model.key.as_str())).required().references("models"),
        of_text("model_exact", "The exact identifier that was served", |m| m.model.exact.as_deref()),
        of_text("accelerator", "Key of the accelerator; of the decode side where prefill has another", |m| {
            Some(m.deployment.accelerator.as_str())
        })
        .required()
        .references("hardware"),
        of_integer("accelerators", "accelerators", "All accelerators of the deployment", |m| {
            m.deployment.accelerators
        }),
        of_integer("nodes", "nodes", "Nodes of the deployment", |m| m.deployment.nodes),
        of_boolean("multi_node", "Whether it spans several nodes", |m| m.deployment.multi_node),
        of_text("framework", "Key of the serving framework", |m| Some(m.framework.key.as_str()))
            .required()
            .references("frameworks"),
        of_text("framework_version", "Version of the framework", |m| m.framework.version.as_deref()),
        of_text("image", "Container image", |m| m.framework.image.as_deref()),
        of_text("image_digest", "Digest of the image", |m| m.framework.image_digest.as_deref()),
        of_text("recipe", "Fingerprint of the launch recipe", |m| m.framework.recipe.as_deref()),
        of_text("precision", "Numeric format of the weights as measured", |m| Some(m.precision.as_str()))
            .required(),
        of_text("precision_family", "The format without its variant: nvfp4 and mxfp4 are fp4", |m| {
            Some(m.precision.family())
        })
        .required(),
        of_text(
            "speculative_decoding",
            "Method of speculative decoding; none where the source says so",
            |m| m.speculative_decoding.as_ref().map(|it| it.method.as_str()),
        ),
        of_number(
            "accepted_length",
            "tokens",
            "Mean tokens accepted per step of speculative decoding",
            |m| m.speculative_decoding.as_ref().and_then(|it| it.accepted_length),
        ),
        of_boolean("disaggregated", "Whether prefill and decode have workers of their own", |m| {
            Some(is_disaggregated(m))
        })
        .required(),
        of_text(
            "kv_cache_offload",
            "Where the key-value cache goes when it leaves the accelerator: none, dram",
            |m| m.deployment.kv_cache_offload.as_ref().map(|it| it.tier.as_str()),
        ),
        of_text("kv_cache_offload_backend", "The software that moves the key-value cache", |m| {
            m.deployment.kv_cache_offload.as_ref().and_then(|it| it.backend.as_deref())
        }),
        of_text("router", "Request router in front of the workers", |m| m.deployment.router.as_deref()),
        of_text("kv_transfer", "Transport of the key-value cache between prefill and decode", |m| {
            m.deployment.kv_transfer.as_deref()
        }),
    ]
}

/// How the model is spread: for all workers where there is one group, else for each group.
fn sides<'a>() -> Columns<'a> {
    let sides: [(&str, &str, PickSide); 3] = [
        ("", "", |topology| match topology {
            Topology::Aggregated(side) => Some(side),
            Topology::Disaggregated { .. } => None,
        }),
        ("prefill_", " of the prefill workers", |topology| match topology {
            Topology::Aggregated(_) => None,
            Topology::Disaggregated { prefill, .. } => Some(prefill),
        }),
        ("decode_", " of the decode workers", |topology| match topology {
            Topology::Aggregated(_) => None,
            Topology::Disaggregated { decode, .. } => Some(decode),
        }),
    ];
    let mut columns = Columns::new();
    for (start, of, side) in sides {
        if !start.is_empty() {
            columns.push(of_text(
                format!("{start}accelerator"),
                format!("Accelerator{of}, where it isn't the deployment's"),
                move |m| side(&m.deployment.topology)?.accelerator.as_ref().map(AcceleratorKey::as_str),
            ));
            columns.push(of_integer(
                format!("{start}accelerators"),
                "accelerators",
                format!("Accelerators{of}"),
                move |m| side(&m.deployment.topology)?.accelerators,
            ));
        }
        columns.push(of_integer(format!("{start}workers"), "workers", format!("Workers{of}"), move |m| {
            side(&m.deployment.topology)?.workers
        }));
        let degrees: [(&str, &str, fn(&Parallelism) -> Option<u32>); 5] = [
            ("tensor_parallel", "Tensor parallel degree", |degrees| degrees.tensor),
            ("pipeline_parallel", "Pipeline parallel degree", |degrees| degrees.pipeline),
            ("expert_parallel", "Expert parallel degree", |degrees| degrees.expert),
            ("prefill_context_parallel", "Prefill-context parallel degree", |degrees| {
                degrees.prefill_context
            }),
            ("decode_context_parallel", "Decode-context parallel degree", |degrees| degrees.decode_context),
        ];
        for (name, what, degree) in degrees {
            columns.push(of_integer(format!("{start}{name}"), "", format!("{what}{of}"), move |m| {
                degree(&side(&m.deployment.topology)?.parallelism)
            }));
        }
        columns.push(of_boolean(
            format!("{start}data_parallel_attention"),
            format!("Whether attention is data parallel{of}"),
            move |m| side(&m.deployment.topology)?.parallelism.data_parallel_attention,
        ));
    }
    columns
}

/// What was asked of the deployment, and how the requests arrived.
fn work<'a>() -> Columns<'a> {
    vec![
        of_text("workload", "Kind of work", |m| super::word(m.workload.kind)).required(),
        of_text("workload_key", "The workload as addresses of the site have it", |m| {
            Some(WorkloadKey::of(&m.workload).slug())
        })
        .required(),
        of_integer("input_tokens", "tokens", "Nominal input tokens of a request", |m| {
            m.workload.input_tokens
        }),
        of_integer("output_tokens", "tokens", "Nominal output tokens of a request", |m| {
            m.workload.output_tokens
        }),
        of_number(
            "length_range",
            "share",
            "Lengths lie between this share of the nominal one and the whole; 1 is exact",
            |m| m.workload.length_range,
        ),
        of_text("dataset", "The data set or evaluation task", |m| {
            m.workload.dataset.as_ref().map(|it| it.name.as_str())
        }),
        of_text("dataset_version", "Version of the data set", |m| {
            m.workload.dataset.as_ref().and_then(|it| it.version.as_deref())
        }),
        of_boolean("chat_template", "Whether the model's chat template was applied", |m| {
            m.workload.chat_template
        }),
        of_integer("concurrency", "requests", "Requests kept in flight, or the ceiling on them", |m| {
            m.arrival.concurrency
        }),
        of_number("rate_per_s", "requests/s", "Mean arrivals of an open workload", |m| m.arrival.rate_per_s),
        of_number(
            "burstiness",
            "",
            "Shape of the gamma-distributed gaps between arrivals; 1 is Poisson",
            |m| m.arrival.burstiness,
        ),
    ]
}

fn throughput<'a>() -> Columns<'a> {
    let stated: [(&str, &str, &str, fn(&Throughput) -> Option<f64>); 7] = [
        ("input", "tok/s", "Input tokens of the whole deployment", |t| t.input),
        ("output", "tok/s", "Output tokens of the whole deployment", |t| t.output),
        ("total", "tok/s", "Input and output tokens of the whole deployment", |t| t.total),
        ("requests", "requests/s", "Completed requests", |t| t.requests),
        ("goodput", "requests/s", "Requests that met every service level", |t| t.goodput),
        ("input_per_prefill_accelerator", "tok/s/accelerator", "Input tokens per prefill accelerator", |t| {
            t.input_per_prefill_accelerator
        }),
        ("output_per_decode_accelerator", "tok/s/accelerator", "Output tokens per decode accelerator", |t| {
            t.output_per_decode_accelerator
        }),
    ];
    let stated = stated.into_iter().map(|(name, unit, what, pick)| {
        of_number(format!("throughput_{name}"), unit, what, move |m| m.throughput.as_ref().and_then(pick))
    });
    let derived = [
        (
            "throughput_per_accelerator",
            "Input and output tokens over all accelerators of the deployment",
            Metric::ThroughputPerAccelerator,
        ),
        (
            "interactivity_p50",
            "Tokens/s that the median user reads at: 1 / median time per output token",
            Metric::Interactivity,
        ),
        (
            "interactivity_p99",
            "The same on the slow side: 1 / 99th percentile of time per output token",
            Metric::SlowInteractivity,
        ),
    ];
    let unpriced = Economics { edition: None, tier: PriceTier::Rental };
    let derived = derived.into_iter().map(|(name, what, metric)| {
        of_number(name, metric.unit(), what, move |m| metric.value(m, &unpriced))
    });
    stated.chain(derived).collect()
}

fn latency<'a>() -> Columns<'a> {
    let latencies: [(&str, &str, fn(&Latency) -> Option<&Distribution>); 4] = [
        ("ttft", "Time to first token", |l| l.ttft.as_ref()),
        ("tpot", "Time per output token after the first", |l| l.tpot.as_ref()),
        ("itl", "Time between tokens", |l| l.itl.as_ref()),
        ("e2e", "Time from the request to its last token", |l| l.e2e.as_ref()),
    ];
    let statistics: [(&str, &str, fn(&Distribution) -> Option<f64>); 8] = [
        ("mean", "mean", |d| d.mean),
        ("std", "sample standard deviation", |d| d.std),
        ("p50", "median", |d| d.p50),
        ("p75", "75th percentile", |d| d.p75),
        ("p90", "90th percentile", |d| d.p90),
        ("p95", "95th percentile", |d| d.p95),
        ("p99", "99th percentile", |d| d.p99),
        ("p99_9", "99.9th percentile", |d| d.p99_9),
    ];
    let of = |(latency, what, distribution): (
        &'static str,
        &'static str,
        fn(&Latency) -> Option<&Distribution>,
    )| {
        statistics.map(move |(statistic, words, pick)| {
            of_number(format!("{latency}_{statistic}"), "s", format!("{what}, {words}"), move |m| {
                m.latency.as_ref().and_then(distribution).and_then(pick)
            })
        })
    };
    latencies.into_iter().flat_map(of).collect()
}

/// Requests, tokens and the window.
fn counts<'a>() -> Columns<'a> {
    vec![
        of_integer("requests_sent", "requests", "Requests sent, warm-up excluded", |m| {
            m.requests.as_ref()?.sent
        }),
        of_integer("requests_completed", "requests", "Requests completed", |m| {
            m.requests.as_ref()?.completed
        }),
        of_integer(
            "requests_failed",
            "requests",
            "Requests that ended in an error, where errors are counted",
            |m| {
                let errors = &m.requests.as_ref()?.errors;
                (!errors.is_empty()).then(|| errors.values().sum::<u64>())
            },
        ),
        text(
            "highest_percentile",
            "The highest percentile that the requests suffice for, by MLPerf's early stopping at 99 % confidence; those above it may be \
             chance. Imported fixed-length rows are taken to have sent ten requests for each slot; absent where nobody knows",
            |e: &Entry<'a>| Requests::of(e).map(highest_percentile),
        ),
        of_integer("tokens_input", "tokens", "Input tokens of completed requests", |m| {
            m.tokens.as_ref()?.input
        }),
        of_integer("tokens_output", "tokens", "Output tokens of completed requests", |m| {
            m.tokens.as_ref()?.output
        }),
        of_number("cache_hit_share", "share", "Share of input tokens served from a cache, 0 to 1", |m| {
            m.tokens.as_ref()?.cache_hit_share
        }),
        of_integer("repeats", "", "Repetitions that the figures summarise, where there were several", |m| {
            (!m.repeats.is_empty()).then_some(m.repeats.len())
        }),
        of_number("duration", "s", "Length of the measured window", |m| m.duration_s),
    ]
}

fn power<'a>() -> Columns<'a> {
    let figures: [(&str, &str, &str, fn(&Power) -> Option<f64>); 6] = [
        ("board_power", "W/accelerator", "Mean power of one accelerator board", |p| {
            p.average_per_accelerator_w
        }),
        ("board_power_peak", "W/accelerator", "Highest mean power of one accelerator board", |p| {
            p.peak_per_accelerator_w
        }),
        ("energy", "J", "Energy of all accelerator boards over the window", |p| p.energy_j),
        ("energy_per_total_token", "J/token", "All energy over input and output tokens", |p| {
            p.joules_per_total_token
        }),
        ("energy_per_output_token", "J/token", "All energy over output tokens", |p| {
            p.joules_per_output_token
        }),
        ("energy_per_input_token", "J/token", "All energy over input tokens", |p| p.joules_per_input_token),
    ];
    let figures = figures.into_iter().map(|(name, unit, what, pick)| {
        of_number(name, unit, what, move |m| m.power.as_ref().and_then(pick))
    });
    let how = [
        of_text("power_method", "How power was measured", |m| super::word(m.power.as_ref()?.method)),
        of_boolean("power_valid", "Whether the source's own checks accepted the power", |m| {
            m.power.as_ref()?.valid
        }),
        of_integer(
            "power_boards",
            "boards",
            "Boards that the power covers, where that isn't the deployment's accelerators",
            |m| m.power.as_ref()?.boards,
        ),
    ];
    figures.chain(how).collect()
}

fn accuracy<'a>() -> Columns<'a> {
    vec![
        of_text("accuracy_task", "Task of an evaluation; the table `accuracy` has more", |m| {
            m.accuracy.as_ref().map(|it| it.task.as_str())
        }),
        of_number("accuracy_score", "share", "Score of the evaluation, 0 to 1", |m| {
            m.accuracy.as_ref().map(|it| it.score)
        }),
        of_number("accuracy_standard_error", "share", "Standard error of the score", |m| {
            m.accuracy.as_ref()?.standard_error
        }),
    ]
}

/// The word for an outcome, and its reason.
fn outcome(outcome: &Outcome) -> (&'static str, Option<&str>) {
    match outcome {
        Outcome::Ok => ("ok", None),
        Outcome::Failed { why } => ("failed", Some(why)),
        Outcome::OutOfMemory => ("out_of_memory", None),
        Outcome::Timeout => ("timeout", None),
        Outcome::Invalid { why } => ("invalid", Some(why)),
    }
}

fn of_text<'a, T: Into<Cow<'a, str>>>(
    name: impl Into<Cow<'static, str>>,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&'a Measurement) -> Option<T> + Send + Sync + 'a,
) -> Define<'a, Entry<'a>> {
    text(name, description, move |entry: &Entry<'a>| value(entry.measurement))
}

fn of_integer<'a, N: TryInto<i64>>(
    name: impl Into<Cow<'static, str>>,
    unit: &'static str,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&'a Measurement) -> Option<N> + Send + Sync + 'a,
) -> Define<'a, Entry<'a>> {
    integer(name, unit, description, move |entry: &Entry<'a>| value(entry.measurement))
}

fn of_number<'a>(
    name: impl Into<Cow<'static, str>>,
    unit: &'static str,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&'a Measurement) -> Option<f64> + Send + Sync + 'a,
) -> Define<'a, Entry<'a>> {
    number(name, unit, description, move |entry: &Entry<'a>| value(entry.measurement))
}

fn of_boolean<'a>(
    name: impl Into<Cow<'static, str>>,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&'a Measurement) -> Option<bool> + Send + Sync + 'a,
) -> Define<'a, Entry<'a>> {
    boolean(name, description, move |entry: &Entry<'a>| value(entry.measurement))
}
