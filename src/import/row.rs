//! A foreign row: typed access to loose values, with a memory of what was asked for.

use super::{anomaly::Anomaly, notes::Notes};
use crate::catalog::Names;
use serde_json::{Map, Value};
use std::{cell::RefCell, collections::BTreeSet};

/// Where a row stands, and what its reader needs besides it.
pub(crate) struct Context<'a> {
    pub(crate) names: &'a Names,
    /// File and row, for people.
    pub(crate) place: String,
    pub(crate) notes: &'a RefCell<Notes>,
    /// Whether names that aren't known are read as if they were, to learn which keys a row that can't become a
    /// measurement has.
    pub(crate) stand_in: bool,
}

impl Context<'_> {
    pub(crate) fn anomaly(&self, kind: Anomaly) {
        self.notes.borrow_mut().anomaly(kind, self.place.clone());
    }

    pub(crate) fn anomaly_with(&self, kind: Anomaly, detail: &str) {
        self.notes.borrow_mut().anomaly(kind, format!("{}: {detail}", self.place));
    }

    pub(crate) fn unknown_label(&self, what: &'static str, label: &str) {
        let mut notes = self.notes.borrow_mut();
        *notes.unknown_labels.entry((what, label.to_owned())).or_default() += 1;
        notes.anomaly(Anomaly::UnknownLabel, format!("{}: {what} `{label}`", self.place));
    }
}

/// One object of a foreign file.
pub(crate) struct Row<'a> {
    pub(crate) fields: &'a Map<String, Value>,
    pub(crate) context: &'a Context<'a>,
    form: &'static str,
    path: String,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(fields: &'a Map<String, Value>, form: &'static str, context: &'a Context<'a>) -> Self {
        Self { fields, context, form, path: String::new(), asked: RefCell::default() }
    }

    /// The value of a key; null and the empty string count as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        let value = self.fields.get(key)?;
        self.asked.borrow_mut().insert(key.to_owned());
        (!value.is_null() && value.as_str() != Some("")).then_some(value)
    }

    /// An object inside this one.
    pub(crate) fn object(&self, key: &str) -> Option<Row<'a>> {
        let fields = self.get(key)?.as_object()?;
        let path = format!("{}{key}.", self.path);
        Some(Row { fields, context: self.context, form: self.form, path, asked: RefCell::default() })
    }

    /// Marks keys as known whose values add nothing here.
    pub(crate) fn touch(&self, keys: &[&str]) {
        self.asked.borrow_mut().extend(keys.iter().map(|key| (*key).to_owned()));
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        let value = self.get(key)?;
        value.as_str().or_else(|| self.wrong(key))
    }

    /// The first of several keys that has a text.
    pub(crate) fn first_text(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// A finite number; numbers as strings are numbers.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        let number = match self.get(key)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if !number.is_finite() => {
                self.context.anomaly_with(Anomaly::NotFinite, &format!("{}{key}", self.path));
                None
            }
            Some(number) => Some(number),
            None => self.wrong(key),
        }
    }

    /// A number that can't be negative.
    pub(crate) fn amount(&self, key: &str) -> Option<f64> {
        let number = self.number(key)?;
        if number < 0.0 { self.wrong(key) } else { Some(number) }
    }

    /// A whole number; whole floats and numbers as strings are whole numbers.
    pub(crate) fn whole(&self, key: &str) -> Option<u64> {
        let number = self.number(key)?;
        if number < 0.0 || number.fract() != 0.0 || number > 9e15 {
            return self.wrong(key);
        }
        Some(number as u64)
    }

    /// A whole number above zero; zero means that there is none.
    pub(crate) fn count(&self, key: &str) -> Option<u32> {
        let whole = self.whole(key).filter(|whole| *whole > 0)?;
        u32::try_from(whole).ok().or_else(|| self.wrong(key))
    }

    /// A truth value in any of upstream's spellings.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        let flag = match self.get(key)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number.as_f64() {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "t" | "1" | "yes" => Some(true),
                "false" | "f" | "0" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        };
        flag.or_else(|| self.wrong(key))
    }

    /// A list of texts; a single text is a list of one.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        match self.get(key) {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) => {
                items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Notes every key that nobody asked for: `known` ones have no field in the record, others were never seen.
    pub(crate) fn finish(&self, known: &[&str]) {
        let asked = self.asked.borrow();
        let mut notes = self.context.notes.borrow_mut();
        for (key, value) in self.fields {
            if asked.contains(key) || value.is_null() || super::raw::is_per_request(value) {
                continue;
            }
            let path = format!("{}{key}", self.path);
            let keys =
                if known.contains(&key.as_str()) { &mut notes.unstored_keys } else { &mut notes.new_keys };
            *keys.entry((self.form, path)).or_default() += 1;
        }
    }

    fn wrong<T>(&self, key: &str) -> Option<T> {
        self.context.anomaly_with(Anomaly::WrongType, &format!("{}{key}", self.path));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn loose_values_become_typed_and_misfits_are_reported() {
        let value = json!({
            "dp": "T", "tp": 8.0, "conc": "64", "image": "", "bad": "many", "below": -1, "none": null, "odd": {"x": 1}
        });
        let notes = RefCell::default();
        let names = Names::default();
        let context = Context { names: &names, place: "here".into(), notes: &notes, stand_in: false };
        let row = Row::new(value.as_object().expect("an object"), "test", &context);
        assert_eq!(row.flag("dp"), Some(true));
        assert_eq!(row.count("tp"), Some(8));
        assert_eq!(row.count("conc"), Some(64));
        assert_eq!(row.text("image"), None);
        assert_eq!(row.number("bad"), None);
        assert_eq!(row.amount("below"), None);
        assert_eq!(row.number("none"), None);
        row.finish(&[]);
        let notes = notes.borrow();
        assert_eq!(notes.anomalies[&Anomaly::WrongType].count, 2);
        assert_eq!(notes.new_keys.keys().collect::<Vec<_>>(), [&("test", "odd".to_owned())]);
    }
}
