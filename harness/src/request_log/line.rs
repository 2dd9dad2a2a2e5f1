//! One exchange as a JSON line.

use crate::{clock::Nanos, measure::Exchange, workload::Turn};
use std::fmt::{Display, Write};

/// Appends `exchange`'s line, with the number of its measurement and of its repeat.
pub(super) fn render(exchange: &Exchange, measurement: usize, repeat: u32, line: &mut String) {
    let time = |name: &str, at: Option<Nanos>, line: &mut String| {
        if let Some(at) = at {
            let _ = write!(line, ",\"{name}\":{at}");
        }
    };
    let index = exchange.index;
    let _ = write!(line, "{{\"measurement\":{measurement},\"repeat\":{repeat},\"index\":{index}");
    time("scheduled_ns", Some(exchange.scheduled), line);
    time("sent_ns", exchange.sent, line);
    time("first_ns", exchange.first, line);
    time("first_answer_ns", exchange.first_answer, line);
    time("last_ns", exchange.last, line);
    time("ended_ns", Some(exchange.ended), line);
    time("input_tokens", exchange.input_tokens, line);
    time("output_tokens", Some(exchange.output_tokens), line);
    let status = exchange.failure.as_ref().map_or_else(|| "ok".to_owned(), crate::measure::Failure::kind);
    let _ = write!(line, ",\"status\":\"{status}\"");
    if exchange.retried {
        line.push_str(",\"retried\":true");
    }
    if exchange.retries > 0 {
        let _ = write!(line, ",\"retries\":{}", exchange.retries);
    }
    if let Some(Turn { conversation, turn }) = exchange.turn {
        let _ = write!(line, ",\"conversation\":{conversation},\"turn\":{turn}");
    }
    if let Some(conforms) = exchange.conforms {
        let _ = write!(line, ",\"conforms\":{conforms}");
    }
    if let Some(calls) = exchange.calls {
        let _ = write!(line, ",\"calls\":{calls}");
    }
    list("gaps_us", exchange.gaps.iter().map(|gap| (gap + 500) / 1000), line);
    if !exchange.chunk_tokens.is_empty() {
        list("chunk_tokens", exchange.chunk_tokens.iter().copied(), line);
    }
    line.push_str("}\n");
}

fn list<Value: Display>(name: &str, values: impl Iterator<Item = Value>, line: &mut String) {
    let _ = write!(line, ",\"{name}\":[");
    for (index, value) in values.enumerate() {
        if index > 0 {
            line.push(',');
        }
        let _ = write!(line, "{value}");
    }
    line.push(']');
}
