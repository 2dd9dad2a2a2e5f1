//! One table in memory: typed columns with their units and meanings, from which every format is written.

use super::DatasetError;
use jiff::civil::Date;
use record::round_significant;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Integer,
    /// A real number, with six significant digits as in the records.
    Number,
    /// Yes or no.
    Boolean,
    /// A day (UTC).
    Date,
}

impl Kind {
    /// The name of the kind in the Table Schema of Frictionless Data: `text` is a `string` there.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
        }
    }
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, unique in the table.
    pub name: Cow<'static, str>,
    /// What its cells are.
    pub kind: Kind,
    /// The unit of its cells; empty for words and bare counts.
    pub unit: Cow<'static, str>,
    /// What it means, a sentence without the stop.
    pub description: Cow<'static, str>,
    /// Whether every row has a cell.
    pub required: bool,
    /// Whether it is, or is part of, what tells the rows apart.
    pub key: bool,
    /// The table whose key its cells are.
    pub references: Option<&'static str>,
    /// Whether four bytes tell every cell: real numbers, each of which is the same six digits again when it is read from a
    /// float. True of all but numbers of 39 digits and more, or with as many zeros behind the point.
    pub fits_float: bool,
}

/// The cells of a column, in the order of the rows. What isn't known is absent.
#[derive(Clone, Debug, PartialEq)]
pub enum Values<'a> {
    /// Words.
    Text(Vec<Option<Cow<'a, str>>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Real numbers, all of them finite.
    Number(Vec<Option<f64>>),
    /// Yes or no.
    Boolean(Vec<Option<bool>>),
    /// Days.
    Date(Vec<Option<Date>>),
}

/// One cell. Of one kind, absent ones come first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Cell<'t> {
    /// Not known.
    Absent,
    /// Words.
    Text(&'t str),
    /// A whole number.
    Integer(i64),
    /// A real number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(Date),
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column<'a> {
    /// What it is.
    pub field: Field,
    /// Its cells.
    pub values: Values<'a>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<'a> {
    /// Its name, which is part of its files' names: `measurements`.
    pub name: Cow<'static, str>,
    /// Its name for readers.
    pub title: Cow<'static, str>,
    /// What a row is, in a sentence.
    pub description: Cow<'static, str>,
    columns: Vec<Column<'a>>,
    rows: usize,
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Integer(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
            Self::Boolean(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Integer(_) => Kind::Integer,
            Self::Number(_) => Kind::Number,
            Self::Boolean(_) => Kind::Boolean,
            Self::Date(_) => Kind::Date,
        }
    }

    /// The cell of a row; a row that isn't there has none.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        fn of<'t, T>(cells: &'t [Option<T>], row: usize, cell: impl Fn(&'t T) -> Cell<'t>) -> Cell<'t> {
            cells.get(row).and_then(Option::as_ref).map_or(Cell::Absent, cell)
        }
        match self {
            Self::Text(cells) => of(cells, row, |text| Cell::Text(text)),
            Self::Integer(cells) => of(cells, row, |value| Cell::Integer(*value)),
            Self::Number(cells) => of(cells, row, |value| Cell::Number(*value)),
            Self::Boolean(cells) => of(cells, row, |value| Cell::Boolean(*value)),
            Self::Date(cells) => of(cells, row, |value| Cell::Date(*value)),
        }
    }
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Text(value) => formatter.write_str(value),
            Self::Integer(value) => value.fmt(formatter),
            // The shortest text that reads back as the same number, without a hundred zeros.
            Self::Number(value) => serde_json::Value::from(*value).fmt(formatter),
            Self::Boolean(value) => value.fmt(formatter),
            Self::Date(value) => value.fmt(formatter),
        }
    }
}

impl Column<'_> {
    /// How many rows have a cell in it.
    pub fn known(&self) -> usize {
        (0..self.values.len()).filter(|row| self.values.cell(*row) != Cell::Absent).count()
    }
}

impl<'a> Table<'a> {
    /// A table of these columns.
    ///
    /// # Errors
    /// Two columns of one name, columns of different lengths, cells of another kind than the column's, and a gap where
    /// every row must have a cell.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
        columns: Vec<Column<'a>>,
    ) -> Result<Self, DatasetError> {
        let (name, title, description) = (name.into(), title.into(), description.into());
        let rows = columns.first().map_or(0, |column| column.values.len());
        let mut names = BTreeSet::new();
        for Column { field, values } in &columns {
            let fault = |what: &str| {
                let (table, column) = (name.to_string(), field.name.to_string());
                Err(DatasetError::Column { table, column, what: what.to_owned() })
            };
            if !names.insert(field.name.as_ref()) {
                return fault("stands twice. Rename one of the two columns");
            }
            if values.len() != rows {
                return fault("has another number of cells than the column before it");
            }
            if values.kind() != field.kind {
                return fault("has cells of another kind than it says");
            }
            if (field.required || field.key) && (0..rows).any(|row| values.cell(row) == Cell::Absent) {
                return fault("has a gap, and every row must have a cell in it");
            }
        }
        Ok(Self { name, title, description, columns, rows })
    }

    /// Its columns, in order.
    pub fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column<'a>> {
        self.columns.iter().find(|column| column.field.name == name)
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Cell<'_>> {
        self.columns.iter().map(move |column| column.values.cell(row))
    }

    /// The columns that tell the rows apart.
    pub fn key(&self) -> impl Iterator<Item = &Column<'a>> {
        self.columns.iter().filter(|column| column.field.key)
    }

    /// The key of a row, in words; a blank between the parts of one that has several.
    pub fn key_of(&self, row: usize) -> String {
        let parts: Vec<String> = self.key().map(|column| column.values.cell(row).to_string()).collect();
        parts.join(" ")
    }

    /// The rows of each word in the column `name`, in order; none where there is no such column of words.
    pub fn groups(&self, name: &str) -> BTreeMap<String, Vec<usize>> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let Some(column) = self.column(name) else { return groups };
        for row in 0..self.rows {
            if let Cell::Text(word) = column.values.cell(row) {
                groups.entry(word.to_owned()).or_default().push(row);
            }
        }
        groups
    }

    /// A table of the same columns with the rows of these numbers, in this order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        fn pick<T: Clone>(cells: &[Option<T>], rows: &[usize]) -> Vec<Option<T>> {
            rows.iter().map(|row| cells.get(*row).cloned().flatten()).collect()
        }
        let columns = self.columns.iter().map(|column| Column {
            field: column.field.clone(),
            values: match &column.values {
                Values::Text(cells) => Values::Text(pick(cells, rows)),
                Values::Integer(cells) => Values::Integer(pick(cells, rows)),
                Values::Number(cells) => Values::Number(pick(cells, rows)),
                Values::Boolean(cells) => Values::Boolean(pick(cells, rows)),
                Values::Date(cells) => Values::Date(pick(cells, rows)),
            },
        });
        Self {
            name: self.name.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            columns: columns.collect(),
            rows: rows.len(),
        }
    }
}

/// A column and how its cells are read from rows of type `R`.
pub(super) struct Define<'a, R> {
    field: Field,
    read: Box<dyn Fn(&[R]) -> Values<'a> + Send + Sync + 'a>,
}

impl<'a, R> Define<'a, R> {
    fn new(
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        unit: &'static str,
        description: impl Into<Cow<'static, str>>,
        read: impl Fn(&[R]) -> Values<'a> + Send + Sync + 'a,
    ) -> Self {
        let field = Field {
            name: name.into(),
            kind,
            unit: unit.into(),
            description: description.into(),
            required: false,
            key: false,
            references: None,
            fits_float: false,
        };
        Self { field, read: Box::new(read) }
    }

    /// Every row has a cell.
    pub(super) fn required(mut self) -> Self {
        self.field.required = true;
        self
    }

    /// It is, or is part of, what tells rows apart.
    pub(super) fn key(mut self) -> Self {
        self.field.key = true;
        self.required()
    }

    /// Its cells are keys of `table`.
    pub(super) fn references(mut self, table: &'static str) -> Self {
        self.field.references = Some(table);
        self
    }
}

/// A column of words.
pub(super) fn text<'a, R, T: Into<Cow<'a, str>>>(
    name: impl Into<Cow<'static, str>>,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&R) -> Option<T> + Send + Sync + 'a,
) -> Define<'a, R> {
    Define::new(name, Kind::Text, "", description, move |rows: &[R]| {
        Values::Text(rows.iter().map(|row| value(row).map(Into::into)).collect())
    })
}

/// A column of whole numbers. What is too large for 63 bits isn't told.
pub(super) fn integer<'a, R, N: TryInto<i64>>(
    name: impl Into<Cow<'static, str>>,
    unit: &'static str,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&R) -> Option<N> + Send + Sync + 'a,
) -> Define<'a, R> {
    Define::new(name, Kind::Integer, unit, description, move |rows: &[R]| {
        Values::Integer(rows.iter().map(|row| value(row).and_then(|value| value.try_into().ok())).collect())
    })
}

/// A column of real numbers, rounded to six significant digits like the records. What isn't finite isn't known.
pub(super) fn number<'a, R>(
    name: impl Into<Cow<'static, str>>,
    unit: &'static str,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&R) -> Option<f64> + Send + Sync + 'a,
) -> Define<'a, R> {
    Define::new(name, Kind::Number, unit, description, move |rows: &[R]| {
        let known = |row: &R| value(row).map(round_significant).filter(|value| value.is_finite());
        Values::Number(rows.iter().map(known).collect())
    })
}

/// A column of yes or no.
pub(super) fn boolean<'a, R>(
    name: impl Into<Cow<'static, str>>,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&R) -> Option<bool> + Send + Sync + 'a,
) -> Define<'a, R> {
    Define::new(name, Kind::Boolean, "", description, move |rows: &[R]| {
        Values::Boolean(rows.iter().map(&value).collect())
    })
}

/// A column of days.
pub(super) fn date<'a, R>(
    name: impl Into<Cow<'static, str>>,
    description: impl Into<Cow<'static, str>>,
    value: impl Fn(&R) -> Option<Date> + Send + Sync + 'a,
) -> Define<'a, R> {
    Define::new(name, Kind::Date, "UTC day", description, move |rows: &[R]| {
        Values::Date(rows.iter().map(&value).collect())
    })
}

/// Reads every column of a table from its rows, in parallel.
pub(super) fn read<'a, R: Sync>(rows: &[R], columns: Vec<Define<'a, R>>) -> Vec<Column<'a>> {
    use rayon::prelude::*;
    columns
        .into_par_iter()
        .map(|column| {
            let values = (column.read)(rows);
            let fits_float = matches!(&values, Values::Number(cells) if cells.iter().flatten().all(|cell| fits_float(*cell)));
            Column { values, field: Field { fits_float, ..column.field } }
        })
        .collect()
}

/// Whether a number is the same again, to the six digits that it has, after it was a float of four bytes.
fn fits_float(number: f64) -> bool {
    round_significant(f64::from(number as f32)) == number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &'static str, cells: &[Option<&'static str>]) -> Column<'static> {
        let define = text(name, "", |cell: &Option<&'static str>| *cell);
        Column { values: (define.read)(cells), field: define.field }
    }

    fn table(columns: Vec<Column<'static>>) -> Result<Table<'static>, DatasetError> {
        Table::new("t", "T", "A table", columns)
    }

    #[test]
    fn two_columns_of_one_name_are_refused_by_name() {
        let fault = table(vec![words("a", &[None]), words("b", &[None]), words("a", &[None])]);
        assert_eq!(
            fault.expect_err("a fault").to_string(),
            "t: column `a` stands twice. Rename one of the two columns"
        );
    }

    #[test]
    fn a_table_without_a_cell_that_every_row_must_have_is_refused() {
        let mut key = words("a", &[Some("x"), None]);
        assert!(table(vec![key.clone()]).is_ok());
        key.field.key = true;
        assert!(table(vec![key]).expect_err("a fault").to_string().contains("has a gap"));
        assert!(table(vec![words("a", &[None]), words("b", &[])]).is_err());
    }

    #[test]
    fn what_is_not_finite_is_not_known_and_numbers_keep_six_digits() {
        let define = number("n", "s", "", |value: &f64| Some(*value));
        let values = (define.read)(&[f64::NAN, f64::INFINITY, 1e308, 0.123_456_789, -0.0]);
        assert_eq!(values, Values::Number(vec![None, None, Some(1e308), Some(0.123_457), Some(0.0)]));
        let define = integer("i", "", "", |value: &u64| Some(*value));
        assert_eq!((define.read)(&[7, u64::MAX]), Values::Integer(vec![Some(7), None]));
    }

    #[test]
    fn six_digits_fit_a_float_until_they_leave_its_range() {
        for number in [0.0, -1.5, 0.123_457, 999_999.0, 1_234.56, 9.007_19e15, 1e-37, 3.4e38] {
            assert!(fits_float(number), "{number}");
        }
        for number in [1e308, 1e39, 1e-46, 0.123_456_7] {
            assert!(!fits_float(number), "{number}");
        }
        let column =
            |cells: &[f64]| read(cells, vec![number("n", "s", "", |cell: &f64| Some(*cell))]).remove(0);
        assert!(column(&[0.1, 2e10]).field.fits_float);
        assert!(!column(&[0.1, 1e308]).field.fits_float);
    }

    #[test]
    fn rows_are_picked_in_the_order_asked_for() {
        let table = table(vec![words("a", &[Some("x"), None, Some("z")])]).expect("a table");
        let picked = table.select(&[2, 0]);
        assert_eq!(picked.rows(), 2);
        assert_eq!(picked.row(0).collect::<Vec<_>>(), [Cell::Text("z")]);
        assert_eq!(table.columns()[0].known(), 2);
    }
}
