//! Lenient, bounded JSON: what upstream writes isn't always JSON, and what strangers send is worse.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{
    cell::{Cell, RefCell},
    fmt,
};

/// More values than this in one file are not results; at some 100 bytes each, it also bounds memory. The largest real
/// aggregates have a tenth of it.
const MOST_VALUES: usize = 4_000_000;

/// Lists with one item a request, dropped while reading: a detailed raw output has millions of items.
const PER_REQUEST: [&str; 8] =
    ["input_lens", "output_lens", "ttfts", "itls", "errors", "generated_texts", "start_times", "latencies"];

/// JSON that could be read.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    /// Numbers that are not finite, replaced by null.
    pub(crate) not_finite: usize,
    /// Keys that stand twice in one object; the last value counts.
    pub(crate) duplicates: Vec<String>,
}

/// More duplicate keys than this in one file are not told one by one.
const MOST_DUPLICATES: usize = 1000;

/// Why bytes are not JSON that can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Empty,
    NotUtf8,
    TooDeep,
    TooMany,
    Syntax(String),
}

/// Reads JSON. Bare `NaN` and `Infinity` and numbers beyond the range of a float become null; lists with one item a
/// request are dropped.
pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::Empty);
    }
    match strict(bytes) {
        Ok((value, duplicates)) => Ok(Parsed { value, not_finite: 0, duplicates }),
        Err(Fault::Syntax(message)) => {
            if std::str::from_utf8(bytes).is_err() {
                return Err(Fault::NotUtf8);
            }
            let (repaired, not_finite) = without_infinities(bytes);
            if not_finite == 0 {
                return Err(Fault::Syntax(message));
            }
            let (value, duplicates) = strict(&repaired)?;
            Ok(Parsed { value, not_finite, duplicates })
        }
        Err(fault) => Err(fault),
    }
}

fn strict(bytes: &[u8]) -> Result<(Value, Vec<String>), Fault> {
    let left = Cell::new(MOST_VALUES);
    let duplicates = RefCell::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let node = Node { left: &left, duplicates: &duplicates, per_request: false };
    let value = node.deserialize(&mut deserializer);
    let value = value.and_then(|value| deserializer.end().map(|()| value)).map_err(|error| {
        let message = error.to_string();
        if left.get() == 0 {
            Fault::TooMany
        } else if message.contains("recursion limit") {
            Fault::TooDeep
        } else {
            Fault::Syntax(message)
        }
    })?;
    Ok((value, duplicates.take()))
}

/// Replaces bare `NaN`, `Infinity` and numbers that overflow a float by `null`, outside strings.
fn without_infinities(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut replaced = 0;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match bytes[at] {
            b'"' => string_length(rest),
            b'N' | b'I' | b'-' | b'0'..=b'9' => {
                let length = token_length(rest);
                if is_infinite(&rest[..length]) {
                    clean.extend_from_slice(b"null");
                    replaced += 1;
                    at += length;
                    continue;
                }
                length
            }
            _ => 1,
        };
        clean.extend_from_slice(&rest[..length]);
        at += length;
    }
    (clean, replaced)
}

fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn token_length(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)));
    end.unwrap_or(text.len()).max(1)
}

fn is_infinite(token: &[u8]) -> bool {
    match std::str::from_utf8(token) {
        Ok("NaN" | "-NaN" | "Infinity" | "-Infinity") => true,
        Ok(number) if number.ends_with(|last: char| last.is_ascii_digit()) => {
            number.parse::<f64>().is_ok_and(f64::is_infinite)
        }
        _ => false,
    }
}

/// Reads one value, counting down what is left of the budget.
#[derive(Clone, Copy)]
struct Node<'b> {
    left: &'b Cell<usize>,
    duplicates: &'b RefCell<Vec<String>>,
    /// Whether a list here is one with an item a request.
    per_request: bool,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(serde::de::Error::custom("too many values")),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        if self.per_request {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Value::Null);
        }
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        let mut dropped = [false; PER_REQUEST.len()];
        while let Some(key) = entries.next_key::<String>()? {
            let list = PER_REQUEST.iter().position(|list| *list == key);
            let value = entries.next_value_seed(Node { per_request: list.is_some(), ..self })?;
            let again = fields.contains_key(&key) || list.is_some_and(|list| dropped[list]);
            if again && self.duplicates.borrow().len() < MOST_DUPLICATES {
                self.duplicates.borrow_mut().push(key.clone());
            }
            match list.filter(|_| value.is_null()) {
                Some(list) => {
                    dropped[list] = true;
                    fields.remove(&key);
                }
                None => {
                    fields.insert(key, value);
                }
            }
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        parse(text.as_bytes()).expect(text).value
    }

    #[test]
    fn bare_infinities_are_absent_and_counted_but_strings_stay() {
        let parsed = parse(br#"{"a": NaN, "b": [-Infinity, 1e400], "c": "NaN \" 1e400", "d": 1.5e3}"#)
            .expect("repairable");
        assert_eq!(parsed.value, json!({"a": null, "b": [null, null], "c": "NaN \" 1e400", "d": 1500.0}));
        assert_eq!(parsed.not_finite, 3);
    }

    #[test]
    fn lists_with_one_item_a_request_are_dropped() {
        assert_eq!(
            value(r#"{"itls": [[1, 2], [3]], "errors": {"timeout": 1}}"#),
            json!({"errors": {"timeout": 1}})
        );
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_value_counts() {
        let parsed =
            parse(br#"[{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}, {"a": 1, "itls": {"x": 1}, "itls": [1]}]"#)
                .expect("readable");
        assert_eq!(parsed.value, json!([{"a": 3, "b": {"c": 2}}, {"a": 1}]));
        assert_eq!(parsed.duplicates, ["c", "a", "itls"]);
        let parsed = parse(br#"{"a": NaN, "a": 1, "errors": [], "errors": {}}"#).expect("repairable");
        assert_eq!(parsed.value, json!({"a": 1, "errors": {}}));
        assert_eq!(parsed.duplicates, ["a", "errors"]);
    }

    #[test]
    fn every_fault_has_its_name() {
        assert_eq!(parse(b"").expect_err("empty"), Fault::Empty);
        assert_eq!(parse(b" \r\n").expect_err("blank"), Fault::Empty);
        assert_eq!(parse(b"{\"a\": \"\xff\"}").expect_err("bytes"), Fault::NotUtf8);
        assert_eq!(parse("[".repeat(1000).as_bytes()).expect_err("deep"), Fault::TooDeep);
        assert!(matches!(parse(b"[{\"a\": 1"), Err(Fault::Syntax(_))));
        assert!(matches!(parse(b"{} {}"), Err(Fault::Syntax(_))));
        let wide = format!("[{}0]", "[],".repeat(MOST_VALUES));
        assert_eq!(parse(wide.as_bytes()).expect_err("wide"), Fault::TooMany);
    }

    #[test]
    fn a_byte_order_mark_is_no_fault() {
        assert_eq!(value("\u{feff}[]"), json!([]));
    }
}
