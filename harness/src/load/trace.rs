//! Recorded arrivals: when each request came, and how long it and its answer were.
//!
//! Two forms are read. CSV with a header, as in Azure's LLM inference traces of 2023 (`TIMESTAMP`, `ContextTokens`,
//! `GeneratedTokens`); and JSON lines, as in Mooncake's (`timestamp` in milliseconds, `input_length`, `output_length`).

use crate::{
    clock::{MILLISECOND, Nanos, SECOND},
    input_file::{self, InputError},
};
use serde::Deserialize;
use std::path::Path;

/// One request of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TraceRequest {
    /// Arrival after the first one.
    pub(crate) at: Nanos,
    /// Tokens of the prompt.
    pub(crate) input_tokens: u32,
    /// Tokens of the answer.
    pub(crate) output_tokens: u32,
}

#[derive(Deserialize)]
struct Row {
    timestamp: f64,
    input_length: u64,
    output_length: u64,
}

/// Reads a trace.
pub(crate) fn read_trace(path: &Path) -> Result<Vec<TraceRequest>, InputError> {
    input_file::read(path, "no requests in it", parse)
}

/// Reads a trace's text; an error has its line.
fn parse(text: &str) -> Result<Vec<TraceRequest>, (usize, String)> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let json = text.trim_start().starts_with('{');
    let mut requests = Vec::new();
    let mut origin = None;
    if !json {
        // A header is a first line that is no request.
        lines.next_if(|(_, line)| csv_line(line).is_err());
    }
    for (index, line) in lines {
        let (at, input, output) =
            if json { json_line(line) } else { csv_line(line) }.map_err(|what| (index + 1, what))?;
        let origin = *origin.get_or_insert(at);
        let Some(at) = at.checked_sub(origin).and_then(|at| Nanos::try_from(at).ok()) else {
            return Err((index + 1, "is earlier than the first request. Sort the trace by time".into()));
        };
        if requests.last().is_some_and(|before: &TraceRequest| at < before.at) {
            return Err((index + 1, "is earlier than the line before. Sort the trace by time".into()));
        }
        requests.push(TraceRequest {
            at,
            input_tokens: tokens(input, index)?,
            output_tokens: tokens(output, index)?,
        });
    }
    Ok(requests)
}

/// A request has at least one token each way; a recorded zero is one.
fn tokens(count: u64, index: usize) -> Result<u32, (usize, String)> {
    match u32::try_from(count) {
        Ok(count) if count <= 10_000_000 => Ok(count.max(1)),
        _ => Err((index + 1, format!("{count} tokens in one request can't be"))),
    }
}

fn json_line(line: &str) -> Result<(i128, u64, u64), String> {
    let row: Row = serde_json::from_str(line).map_err(|error| error.to_string())?;
    Ok(((row.timestamp * MILLISECOND as f64) as i128, row.input_length, row.output_length))
}

fn csv_line(line: &str) -> Result<(i128, u64, u64), String> {
    let fields: Vec<&str> = line.split(',').map(|field| field.trim().trim_matches('"')).collect();
    let [time, input, output] = fields[..] else {
        return Err(format!(
            "has {} fields; TIMESTAMP,ContextTokens,GeneratedTokens are three",
            fields.len()
        ));
    };
    let count = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is not a count of tokens"));
    Ok((time_of(time)?, count(input)?, count(output)?))
}

/// A date with a time, or plain seconds, in nanoseconds.
fn time_of(text: &str) -> Result<i128, String> {
    if let Ok(seconds) = text.parse::<f64>()
        && seconds.is_finite()
    {
        return Ok((seconds * SECOND as f64) as i128);
    }
    let plain = text.split_once('+').map_or(text, |(plain, _)| plain).trim_end_matches('Z').trim();
    let time: jiff::civil::DateTime =
        plain.parse().map_err(|_| format!("`{text}` is not a time such as 2023-11-16 18:17:03.97"))?;
    let timestamp = jiff::tz::TimeZone::UTC.to_timestamp(time).map_err(|error| error.to_string())?;
    Ok(timestamp.as_nanosecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let csv = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,0\n";
        let expected = [
            TraceRequest { at: 0, input_tokens: 4808, output_tokens: 10 },
            TraceRequest { at: 52 * MILLISECOND, input_tokens: 3180, output_tokens: 1 },
        ];
        assert_eq!(parse(csv).unwrap(), expected);
        let json = "{\"timestamp\":27,\"input_length\":4808,\"output_length\":10,\"hash_ids\":[1]}\n{\"timestamp\":79,\"input_length\":3180,\"output_length\":1}\n";
        assert_eq!(parse(json).unwrap(), expected);
    }

    #[test]
    fn gaps_are_kept_and_a_trace_in_reverse_is_refused() {
        let trace = parse("t,i,o\n0,1,1\n86400,1,1\n").unwrap();
        assert_eq!(trace[1].at, 86_400 * SECOND);
        for (text, line) in [
            ("t,i,o\n5,1,1\n4,1,1\n", 3),
            ("t,i,o\n0,1,1\n5,1,1\n4,1,1\n", 4),
            ("t,i,o\n0,1\n", 2),
            ("t,i,o\n0,-1,1\n", 2),
            ("t,i,o\nyesterday,1,1\n", 2),
            ("t,i,o\n0,99999999999,1\n", 2),
            ("{\"timestamp\":1}\n", 1),
        ] {
            assert_eq!(parse(text).unwrap_err().0, line, "{text:?}");
        }
        assert_eq!((parse("").unwrap(), parse("t,i,o\n").unwrap()), (vec![], vec![]));
        assert_eq!(
            parse("0,10,5\n1,10,5\n").unwrap().len(),
            2,
            "without a header the first line is a request"
        );
    }
}
