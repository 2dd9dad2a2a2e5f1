//! One file into findings.

use super::{
    accuracy, agentic,
    anomaly::Anomaly,
    classify::{Form, SITE_TABLE, classify},
    configuration::Rejection,
    csv_export::{self, Table},
    dates,
    finding::{Body, Finding, Foreign, Origin, ReliabilityRow, fingerprint, run_in_url},
    fixed_length,
    json::{self, Fault},
    label,
    notes::{KeyCounts, Notes},
    printable::printable,
    raw,
    row::{Context, Row},
    walk::Found,
    write::refusal,
};
use crate::catalog::Names;
use record::{Attempts, Change, Measurement, Run, Unmapped};
use serde_json::{Map, Value};
use std::{cell::RefCell, collections::BTreeMap};

/// A larger file is no result: the largest detailed raw outputs are a tenth of this.
const LARGEST: u64 = 512 << 20;

/// What a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileResult {
    /// Days on which runs happened, from exports that are no results.
    pub(crate) run_days: Vec<(String, jiff::civil::Date)>,
    pub(crate) path: String,
    /// Hash of the bytes, to tell exact copies of results.
    pub(crate) hash: Option<blake3::Hash>,
    /// Whether the run is known from the folder.
    pub(crate) in_run_folder: bool,
    pub(crate) findings: Vec<Finding>,
    /// The record that the file is, where it is one.
    pub(crate) record: Option<Run>,
    /// Rows read, by form.
    pub(crate) rows: BTreeMap<&'static str, u64>,
    pub(crate) notes: Notes,
}

/// Reads a file.
pub(crate) fn read(found: &Found, names: &Names) -> FileResult {
    let path = found.path.display().to_string();
    let mut result = FileResult { path, in_run_folder: found.run.is_some(), ..FileResult::default() };
    let size = std::fs::metadata(&found.path).map(|metadata| metadata.len());
    if size.as_ref().is_ok_and(|size| *size > LARGEST) {
        result.refuse(Anomaly::TooLarge, "");
        return result;
    }
    let bytes = match size.and_then(|_| std::fs::read(&found.path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            result.refuse(Anomaly::NotReadable, &error.to_string());
            return result;
        }
    };
    let notes = RefCell::new(std::mem::take(&mut result.notes));
    let mut reader = Reader { found, names, notes: &notes, result: &mut result };
    reader.bytes(&bytes);
    result.notes = notes.into_inner();
    let results = result.findings.iter().any(|it| matches!(it.body, Body::Measurement(_) | Body::Raw(_)));
    result.hash = results.then(|| blake3::hash(&bytes));
    result
}

impl FileResult {
    fn refuse(&mut self, anomaly: Anomaly, detail: &str) {
        let detail = if detail.is_empty() { anomaly.meaning().to_owned() } else { detail.to_owned() };
        self.notes.anomaly(anomaly, format!("{}: {detail}", self.path));
        self.notes.skip(self.path.clone(), detail);
    }
}

struct Reader<'a> {
    found: &'a Found,
    names: &'a Names,
    notes: &'a RefCell<Notes>,
    result: &'a mut FileResult,
}

impl Reader<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        let extension =
            self.found.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if bytes.is_empty() {
            self.refuse(Anomaly::EmptyFile, "zero bytes");
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x1f\x8b") {
            self.notes.borrow_mut().not_a_result("archive", self.result.path.clone());
        } else if bytes.starts_with(b"PAR1") || bytes.starts_with(b"SQLite format 3\0") {
            self.notes.borrow_mut().not_a_result(SITE_TABLE, self.result.path.clone());
        } else if extension.eq_ignore_ascii_case("json") || matches!(first, Some(b'{' | b'[')) {
            self.json(bytes);
        } else if extension.eq_ignore_ascii_case("csv") {
            self.csv(bytes);
        } else {
            self.other(bytes);
        }
    }

    fn refuse(&self, anomaly: Anomaly, detail: &str) {
        let path = &self.result.path;
        let mut notes = self.notes.borrow_mut();
        notes.anomaly(anomaly, format!("{path}: {detail}"));
        notes.skip(path.clone(), format!("{}: {detail}", anomaly.name()));
    }

    fn other(&self, bytes: &[u8]) {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned();
        let mut notes = self.notes.borrow_mut();
        if start.contains("NVIDIA AIPerf") {
            notes.not_a_result("AIPerf console output", self.result.path.clone());
        } else {
            let words: Vec<&str> = start.split_whitespace().take(6).collect();
            notes.not_recognised.push((self.result.path.clone(), words.join(" ").chars().take(80).collect()));
        }
    }

    fn json(&mut self, bytes: &[u8]) {
        let parsed = match json::parse(bytes) {
            Ok(parsed) => parsed,
            Err(Fault::Empty) => return self.refuse(Anomaly::EmptyFile, "nothing but white space"),
            Err(Fault::NotUtf8) => return self.refuse(Anomaly::NotUtf8, "not UTF-8"),
            Err(Fault::TooDeep) => return self.refuse(Anomaly::TooDeep, "nested too deeply"),
            Err(Fault::TooMany) => return self.refuse(Anomaly::TooLarge, "too many values"),
            Err(Fault::Syntax(message)) => return self.refuse(Anomaly::NotJson, &message),
        };
        for _ in 0..parsed.not_finite {
            self.notes.borrow_mut().anomaly(Anomaly::NotFinite, self.result.path.clone());
        }
        for key in parsed.duplicates {
            let place = format!("{}: {}", self.result.path, printable(&key));
            self.notes.borrow_mut().anomaly(Anomaly::DuplicateKey, place);
        }
        match parsed.value {
            Value::Object(row) if classify(&row) == Form::Record => self.record(bytes),
            Value::Object(row) => self.row(&row, None, None),
            Value::Array(rows) if rows.is_empty() => {
                self.notes.borrow_mut().anomaly(Anomaly::EmptyList, self.result.path.clone());
            }
            Value::Array(rows) if rows.iter().all(Value::is_number) => {
                self.notes.borrow_mut().not_a_result("series of numbers", self.result.path.clone());
            }
            Value::Array(rows) => self.rows(&rows),
            other => self.not_recognised(format!("a single value, {}", preview(&other))),
        }
    }

    /// A record of this project: nothing is to be told from its keys, and nothing is lost.
    fn record(&mut self, bytes: &[u8]) {
        match record::read(bytes) {
            Ok(read) => {
                *self.result.rows.entry(Form::Record.name()).or_default() +=
                    read.run.measurements.len() as u64;
                self.result.record = Some(read.run);
            }
            Err(error) => self.refuse(Anomaly::RecordNotReadable, &error.to_string()),
        }
    }

    fn rows(&mut self, rows: &[Value]) {
        let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            match row {
                Value::Object(fields) if classify(fields) == Form::Unknown => {
                    *unknown.entry(keys(fields)).or_default() += 1;
                }
                Value::Object(fields) => self.row(fields, Some(index), None),
                other => *unknown.entry(preview(other)).or_default() += 1,
            }
        }
        for (keys, count) in unknown {
            self.not_recognised(format!("{count} rows: {keys}"));
        }
    }

    fn csv(&mut self, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else { return self.refuse(Anomaly::NotUtf8, "not UTF-8") };
        match csv_export::read(text) {
            Table::Export(rows) => {
                for (index, mut row) in rows.into_iter().enumerate() {
                    if csv_export::in_milliseconds(&row) {
                        csv_export::to_seconds(&mut row);
                        self.notes.borrow_mut().anomaly(Anomaly::Milliseconds, self.result.path.clone());
                    }
                    self.row(&row, Some(index), Some(Form::CsvExport));
                }
            }
            Table::NotAResult(what) => self.notes.borrow_mut().not_a_result(what, self.result.path.clone()),
            Table::Unknown(header) => self.not_recognised(header),
            Table::Broken(message) => self.refuse(Anomaly::NotJson, &message),
        }
    }

    fn not_recognised(&self, keys: String) {
        self.notes.borrow_mut().not_recognised.push((self.result.path.clone(), keys));
    }

    /// A client's export beside the results of a run tells when the run happened, which the results don't.
    fn started(&mut self, fields: &Map<String, Value>) {
        let day = fields.get("start_time").and_then(Value::as_str).and_then(dates::day);
        if let (Some(run), Some(day)) = (&self.found.run, day) {
            self.result.run_days.push((run.clone(), day));
        }
    }

    fn row(&mut self, fields: &Map<String, Value>, index: Option<usize>, form: Option<Form>) {
        let form = form.unwrap_or_else(|| classify(fields));
        let path = &self.result.path;
        let place = index.map_or_else(|| path.clone(), |index| format!("{path}#{}", index + 1));
        match form {
            Form::Unknown => return self.not_recognised(keys(fields)),
            Form::NotAResult(what) => {
                self.started(fields);
                return self.notes.borrow_mut().not_a_result(what, place);
            }
            _ => *self.result.rows.entry(form.name()).or_default() += 1,
        }
        let notes = RefCell::default();
        let context = Context { names: self.names, place: place.clone(), notes: &notes, stand_in: false };
        let row = Row::new(fields, form.name(), &context);
        let origin = origin(&row, form, self.found.run.as_deref());
        let kept = fields.iter().filter(|(_, value)| !raw::is_per_request(value));
        let kept = Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect());
        let print = fingerprint(&kept);
        let body = body(&row, form);
        let mut noted = notes.take();
        if body.is_err() {
            (noted.new_keys, noted.unstored_keys) = self.keys_of(fields, form);
        }
        self.notes.borrow_mut().absorb(noted);
        let body = match body {
            Ok(Some(Body::Measurement(measurement))) => match refusal(&measurement) {
                Some(why) => {
                    self.notes.borrow_mut().anomaly(Anomaly::Refused, format!("{place}: {why}"));
                    Body::Unmapped(Box::new(Unmapped { reason: format!("refused: {why}"), row: kept }))
                }
                None => Body::Measurement(measurement),
            },
            Ok(Some(body)) => body,
            Ok(None) => {
                return self.notes.borrow_mut().skip(place, format!("{}: nothing to keep", form.name()));
            }
            Err(Rejection(reason)) => Body::Unmapped(Box::new(Unmapped { reason, row: kept })),
        };
        self.result.findings.push(Finding { form, place, origin, body, print, joined: Vec::new() });
    }

    /// The new and the unstored keys of a row whose reading stopped at a name that isn't known: what it would have been
    /// asked for with names that are.
    fn keys_of(&self, fields: &Map<String, Value>, form: Form) -> (KeyCounts, KeyCounts) {
        let notes = RefCell::default();
        let context = Context { names: self.names, place: String::new(), notes: &notes, stand_in: true };
        let row = Row::new(fields, form.name(), &context);
        let _ = (origin(&row, form, self.found.run.as_deref()), body(&row, form));
        let noted = notes.take();
        (noted.new_keys, noted.unstored_keys)
    }
}

fn body(row: &Row<'_>, form: Form) -> Result<Option<Body>, Rejection> {
    let measured = |measurement: Measurement| Some(Body::Measurement(Box::new(measurement)));
    match form {
        Form::FixedLength | Form::CsvExport => {
            let measurement = fixed_length::measurement(row, row);
            row.finish(&fixed_length::UNSTORED);
            measurement.map(measured)
        }
        Form::Api => {
            let Some(metrics) = row.object("metrics") else { return Ok(None) };
            let measurement = fixed_length::measurement(row, &metrics);
            row.finish(&fixed_length::UNSTORED);
            metrics.finish(&fixed_length::UNSTORED);
            measurement.map(measured)
        }
        Form::Agentic => {
            let measurement = agentic::measurement(row);
            row.finish(agentic::UNSTORED);
            measurement.map(measured)
        }
        Form::Accuracy => {
            let metrics = row.object("metrics");
            let measurement = accuracy::measurement(row, metrics.as_ref().unwrap_or(row));
            row.finish(&accuracy::UNSTORED);
            if let Some(metrics) = metrics {
                metrics.finish(&accuracy::UNSTORED);
            }
            Ok(measurement?.and_then(measured))
        }
        Form::RawOutput => {
            let output = raw::output(row);
            row.finish(&raw::UNSTORED);
            Ok(Some(Body::Raw(Box::new(output))))
        }
        Form::Baseline => {
            let Some(metrics) = row.object("metrics") else { return Ok(None) };
            let measurement = raw::baseline(row, &metrics);
            row.finish(&raw::UNSTORED);
            metrics.finish(&raw::UNSTORED);
            measurement.map(measured)
        }
        Form::RunStatistics => Ok(Some(attempts(row)).filter(|it| !it.is_empty()).map(Body::Attempts)),
        Form::Changelog => Ok(Some(changes(row))),
        Form::Reliability => Ok(reliability(row).map(Body::Reliability)),
        Form::Record | Form::NotAResult(_) | Form::Unknown => Ok(None),
    }
}

fn origin(row: &Row<'_>, form: Form, folder: Option<&str>) -> Origin {
    if matches!(form, Form::RunStatistics | Form::Changelog | Form::Reliability) {
        return Origin { run: folder.map(str::to_owned), ..Origin::default() };
    }
    let url = row.text("run_url");
    let (run, attempt) = url.and_then(run_in_url).unzip();
    let foreign = url.filter(|_| run.is_none()).map(Foreign::new);
    if let Some(Foreign { address, .. }) = &foreign {
        row.context.anomaly_with(Anomaly::ForeignRunAddress, &printable(address));
    }
    let moment = ["timestamp", "ts", "date"].into_iter().find_map(|key| {
        row.touch(&[key]);
        row.fields.get(key)?.as_str().filter(|moment| dates::day(moment).is_some())
    });
    let day = ["date", "timestamp", "ts"].into_iter().find_map(|key| day_in(row, key));
    let subject = row.first_text(&["model_id", "model", "infmax_model_prefix"]).unwrap_or_default();
    Origin {
        url: url.filter(|_| run.is_some()).map(str::to_owned),
        foreign: foreign.filter(|_| folder.is_none()),
        run: run.or_else(|| folder.map(str::to_owned)),
        attempt: attempt.unwrap_or(0),
        day: day.or_else(|| (form == Form::Accuracy).then(|| day_of_source(row)).flatten()),
        moment: moment.unwrap_or_default().to_owned(),
        subject: if form == Form::Accuracy { String::new() } else { label::repository(subject) },
    }
}

/// The day under a key; what is no day is reported.
fn day_in(row: &Row<'_>, key: &str) -> Option<jiff::civil::Date> {
    let text = row.text(key)?;
    let day = dates::day(text);
    if day.is_none() {
        row.context.anomaly_with(Anomaly::BadDate, &format!("{key} {}", printable(text)));
    }
    day
}

/// Successes and totals; more of the one than of the other, or fewer than none, are none.
fn job_counts(row: &Row<'_>, label: &str) -> Option<(u64, u64)> {
    let (succeeded, total) = (row.number("n_success")?, row.number("total")?);
    if succeeded < 0.0 || total < 0.0 || succeeded > total {
        let detail = format!("{}: {succeeded} succeeded of {total}", printable(label));
        row.context.anomaly_with(Anomaly::ImpossibleCounts, &detail);
        return None;
    }
    Some((row.whole("n_success")?, row.whole("total")?))
}

/// The supplement's rows name the file that they were taken from, and its name holds the moment.
fn day_of_source(row: &Row<'_>) -> Option<jiff::civil::Date> {
    let (_, stamp) = row.text("source")?.rsplit_once("results_")?;
    dates::day(stamp.get(..10)?)
}

fn attempts(row: &Row<'_>) -> Vec<Attempts> {
    let counts = |label: &String| {
        let (succeeded, total) = job_counts(&row.object(label)?, label)?;
        Some(Attempts { label: label.clone(), succeeded, total })
    };
    row.fields.keys().filter_map(counts).collect()
}

fn changes(row: &Row<'_>) -> Body {
    let entries = row.get("entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut changes = Vec::new();
    for fields in entries.iter().filter_map(Value::as_object) {
        let entry = Row::new(fields, "changelog", row.context);
        changes.push(Change {
            configurations: entry.texts("config-keys"),
            description: entry.texts("description"),
            url: entry.text("pr-link").and_then(|url| link(&entry, url)),
        });
        entry.finish(&["evals-only", "all-evals", "scenario-type"]);
    }
    let revision = row.text("head_ref").map(str::to_owned);
    row.finish(&["base_ref"]);
    Body::Changes { changes, revision }
}

/// The address of a change, if it can be linked to.
fn link(entry: &Row<'_>, url: &str) -> Option<String> {
    let link = Foreign::new(url).link();
    if link.is_none() {
        entry.context.anomaly_with(Anomaly::WrongType, &format!("pr-link {}", printable(url)));
    }
    link
}

fn reliability(row: &Row<'_>) -> Option<ReliabilityRow> {
    let stated = row.text("hardware")?;
    let accelerator = label::accelerator(row.context.names, stated).map_or_else(
        || {
            row.context.unknown_label("accelerator", stated);
            label::slug(stated)
        },
        ToString::to_string,
    );
    let date = day_in(row, "date")?;
    let (succeeded, total) = job_counts(row, stated)?;
    row.finish(&[]);
    Some(ReliabilityRow { date, accelerator, succeeded, total })
}

fn keys(fields: &Map<String, Value>) -> String {
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    let shown: Vec<String> = names.iter().take(12).map(|name| name.chars().take(40).collect()).collect();
    let more = if names.len() > shown.len() {
        format!(" and {} more", names.len() - shown.len())
    } else {
        String::new()
    };
    format!("keys {}{more}", shown.join(", "))
}

fn preview(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "a truth value".into(),
        Value::Number(_) => "a number".into(),
        Value::String(_) => "a text".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(fields) => keys(fields),
    }
}
