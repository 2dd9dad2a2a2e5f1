//! Reading a record of any version from bytes.

use crate::{RECORD_VERSION, Run, upgrade::upgrade};
use serde::Deserialize;
use serde_json::Value;

/// A record that could be read.
#[derive(Debug)]
pub struct Read {
    /// The run, in the current version.
    pub run: Run,
    /// Paths of fields that the current version doesn't have; their values are not in `run`.
    pub unknown_fields: Vec<String>,
}

/// Why bytes are not a record.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not JSON. `line` and `column` count from one.
    #[error("not valid JSON: {message}")]
    Json {
        /// What the parser found.
        message: String,
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// JSON, but a value doesn't fit its field.
    #[error("at {path}: {message}")]
    Field {
        /// JSON path of the value.
        path: String,
        /// What was expected and what was found.
        message: String,
        /// Line of the fault; zero when it isn't known.
        line: usize,
    },
    /// No version, or one that this program doesn't know.
    #[error("record_version is {found}; this program reads 0 to {RECORD_VERSION}. Use a newer release")]
    Version {
        /// What stood there.
        found: String,
    },
}

/// Only the version, so that a current record is parsed straight into its types.
#[derive(Deserialize)]
struct Version {
    record_version: Option<Value>,
}

/// Reads a run from JSON bytes; records of older versions are upgraded.
///
/// # Errors
/// [`ReadError`] tells what is wrong and where; nothing partial is returned.
pub fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    // serde would also take a list of values for an object with fields in order; a record is an object.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| *first != b'{') {
        let (message, line, column) = ("expected an object".to_owned(), 1, 1);
        return Err(ReadError::Json { message, line, column });
    }
    // Nearly every record is sound and current, and is read in one pass. Only for the others it is found out what is
    // wrong with them, which takes several.
    let mut source = serde_json::Deserializer::from_slice(bytes);
    if let Ok(read) = deserialize(&mut source)
        && read.run.record_version == RECORD_VERSION
        && source.end().is_ok()
    {
        return Ok(read);
    }
    let version: Version = serde_json::from_slice(bytes).map_err(|error| json_error(&error))?;
    match version.record_version.as_ref().and_then(Value::as_u64) {
        Some(version) if version == u64::from(RECORD_VERSION) => {
            Err(field_error(&mut serde_json::Deserializer::from_slice(bytes)))
        }
        Some(version) if version < u64::from(RECORD_VERSION) => {
            let record: Value = serde_json::from_slice(bytes).map_err(|error| json_error(&error))?;
            let record = upgrade(record, version as u32);
            deserialize(&record).map_err(|_| field_error(&record))
        }
        _ => Err(ReadError::Version {
            found: version.record_version.map_or_else(|| "missing".to_owned(), |found| found.to_string()),
        }),
    }
}

fn deserialize<'de, D: serde::Deserializer<'de>>(source: D) -> Result<Read, D::Error> {
    let mut unknown_fields = Vec::new();
    let run = serde_ignored::deserialize(source, |path| unknown_fields.push(json_path(&path.to_string())))?;
    Ok(Read { run, unknown_fields })
}

/// Reads again, now following the path of every field, and tells the first that doesn't fit.
fn field_error<'de, D>(source: D) -> ReadError
where
    D: serde::Deserializer<'de>,
    D::Error: std::fmt::Display,
{
    let mut track = serde_path_to_error::Track::new();
    let followed = serde_path_to_error::Deserializer::new(source, &mut track);
    let message = Run::deserialize(followed).err().map(|error| error.to_string()).unwrap_or_default();
    let line = line_in(&message);
    ReadError::Field { path: format!("$.{}", track.path()), message, line }
}

/// serde_ignored writes an index as a name (`measurements.0.id`, `topology.?`); JSON paths use brackets.
fn json_path(path: &str) -> String {
    path.split('.').filter(|segment| *segment != "?").fold("$".to_owned(), |path, segment| {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{path}[{segment}]")
        } else {
            format!("{path}.{segment}")
        }
    })
}

fn json_error(error: &serde_json::Error) -> ReadError {
    ReadError::Json { message: error.to_string(), line: error.line(), column: error.column() }
}

/// serde_json ends its messages with "at line L column C"; a value upgraded from memory has no line.
fn line_in(message: &str) -> usize {
    message
        .rsplit_once(" at line ")
        .and_then(|(_, place)| place.split(' ').next())
        .and_then(|line| line.parse().ok())
        .unwrap_or(0)
}
