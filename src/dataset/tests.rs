//! Tables of the awkward kinds, through every format and back.

use super::{
    Cell, Column, DatasetError, Field, Format, Kind, Table, Values,
    format::{read_csv, read_json},
    serialize,
};

/// Words that have broken spreadsheets, databases and parsers.
const HOSTILE: [&str; 9] = [
    "=cmd()",
    "+1",
    "'=x",
    "a,\"b\"\nc",
    "O'Reilly \"Bobby\"; DROP TABLE t;--",
    "🚀 naïve 東京",
    "",
    "</script>",
    "NULL",
];

fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name: name.into(),
        kind,
        unit: if kind == Kind::Number { "s".into() } else { "".into() },
        description: "What it means".into(),
        required: false,
        key: false,
        references: None,
    }
}

fn column(name: &'static str, values: Values<'static>) -> Column<'static> {
    let kind = match values {
        Values::Text(_) => Kind::Text,
        Values::Integer(_) => Kind::Integer,
        Values::Number(_) => Kind::Number,
        Values::Boolean(_) => Kind::Boolean,
        Values::Date(_) => Kind::Date,
    };
    Column { field: field(name, kind), values }
}

/// A table of hostile words and extreme numbers, as many rows as there are words, and one of gaps alone.
fn hostile() -> Table<'static> {
    let words = HOSTILE.iter().map(|word| Some((*word).into())).chain([None]).collect();
    let day = |text: &str| Some(text.parse().expect("a day"));
    let mut days = vec![day("1969-12-31"), day("2026-11-24"), day("2100-01-01")];
    let mut numbers =
        vec![Some(1e308), Some(-1e308), Some(0.000_123_456), Some(0.0), Some(8000.0), Some(-1.5)];
    let mut integers = vec![Some(i64::MAX), Some(i64::MIN), Some(0)];
    let mut flags = vec![Some(true), Some(false)];
    days.resize(HOSTILE.len() + 1, None);
    numbers.resize(HOSTILE.len() + 1, None);
    integers.resize(HOSTILE.len() + 1, None);
    flags.resize(HOSTILE.len() + 1, None);
    let columns = vec![
        column("a \"quoted\" 'name' 🚀", Values::Text(words)),
        column("=number", Values::Number(numbers)),
        column("integer", Values::Integer(integers)),
        column("flag", Values::Boolean(flags)),
        column("day", Values::Date(days)),
    ];
    Table::new("hostile \"table\"", "Hostile", "Rows that break things", columns).expect("a table")
}

fn rows(table: &Table<'_>) -> Vec<String> {
    (0..table.rows()).map(|row| format!("{:?}", table.row(row).collect::<Vec<Cell<'_>>>())).collect()
}

/// The columns of a table as they are read from a file.
fn read_back(
    table: &Table<'_>,
    format: Format,
    read: impl Fn(&[u8], &[Field]) -> Result<Vec<Column<'static>>, DatasetError>,
) -> Table<'static> {
    let bytes = serialize(format, std::slice::from_ref(table)).expect("written");
    let fields: Vec<Field> = table.columns().iter().map(|column| column.field.clone()).collect();
    let columns = read(&bytes, &fields).expect("read");
    Table::new(table.name.clone(), table.title.clone(), table.description.clone(), columns).expect("a table")
}

#[test]
fn what_text_formats_write_they_read_back() {
    let whole = hostile();
    for table in [whole.select(&[]), whole.select(&[4]), whole] {
        // An empty word and none are one in CSV's eyes of most programs; ours keeps them apart by nothing but quotes, which
        // a reader drops. It is the one thing that CSV loses.
        let csv = read_back(&table, Format::Csv, read_csv);
        let expected: Vec<String> =
            rows(&table).into_iter().map(|row| row.replace("Text(\"\")", "Absent")).collect();
        assert_eq!(rows(&csv), expected);
        assert_eq!(rows(&read_back(&table, Format::Json, read_json)), rows(&table));
    }
}

#[test]
fn a_file_with_two_columns_of_one_name_or_a_wrong_cell_is_refused_with_its_place() {
    let fields = [field("n", Kind::Number)];
    let fault = |text: &str| read_csv(text.as_bytes(), &fields).expect_err("a fault").to_string();
    assert_eq!(fault("n,n\n1,2\n"), "CSV, line 1: column `n` stands twice. Rename one of them");
    assert_eq!(fault("n\n1\nmany\n"), "CSV, row 3, column `n`: \"many\" is no number");
    assert_eq!(fault("n\ninf\n"), "CSV, row 2, column `n`: \"inf\" is no number");
    let fault = read_json(b"[{\"n\":1},{\"n\":\"x\"}]", &fields).expect_err("a fault").to_string();
    assert_eq!(fault, "JSON, row 2, `n`: \"x\" is no number");
}

#[test]
fn an_empty_table_and_one_row_are_tables_in_every_format() {
    let whole = hostile();
    for table in [whole.select(&[]), whole.select(&[0])] {
        for format in Format::ALL.into_iter().filter(|format| format.is_built_in()) {
            let bytes = serialize(format, std::slice::from_ref(&table)).expect("written");
            assert!(!bytes.is_empty(), "{format}");
        }
    }
    let empty = serialize(Format::Json, &[whole.select(&[])]).expect("written");
    assert_eq!(String::from_utf8(empty).expect("text"), "[\n\n]\n");
}

#[test]
fn a_format_of_one_table_says_so_when_it_is_given_more() {
    let tables = [hostile(), hostile()];
    let fault = serialize(Format::Csv, &tables).expect_err("a fault").to_string();
    assert!(fault.starts_with("CSV holds one table, and 2 were given."), "{fault}");
}

#[cfg(feature = "datasets")]
mod columnar {
    use super::*;
    use arrow_array::{Array, cast::AsArray};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use std::io::{Cursor, Read, Write};

    fn written(format: Format) -> Vec<u8> {
        serialize(format, &[hostile()]).expect("written")
    }

    #[test]
    fn the_same_tables_are_the_same_bytes_in_every_format() {
        for format in Format::ALL {
            assert_eq!(written(format), written(format), "{format}");
        }
    }

    #[test]
    fn parquet_keeps_every_cell_and_its_fields_say_what_they_are() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&written(Format::Parquet)).expect("written");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
        let schema = reader.schema().clone();
        assert_eq!(schema.metadata()["description"], "Rows that break things");
        let number = schema.field_with_name("=number").expect("a field");
        assert_eq!((number.metadata()["unit"].as_str(), number.is_nullable()), ("s", true));
        let batch = reader.build().expect("a reader").next().expect("a batch").expect("rows");
        let words = batch.column(0).as_string::<i32>();
        let found: Vec<Option<&str>> = words.iter().collect();
        let expected: Vec<Option<&str>> = HOSTILE.iter().map(|word| Some(*word)).chain([None]).collect();
        assert_eq!(found, expected);
        let numbers = batch.column(1).as_primitive::<arrow_array::types::Float64Type>();
        assert_eq!((numbers.value(0), numbers.value(2), numbers.is_null(9)), (1e308, 0.000_123_456, true));
        let days = batch.column(4).as_primitive::<arrow_array::types::Date32Type>();
        assert_eq!(days.value(0), -1, "the day before 1970");
    }

    fn database(tables: &[Table<'_>]) -> rusqlite::Connection {
        let bytes = serialize(Format::Sqlite, tables).expect("written");
        let mut database = rusqlite::Connection::open_in_memory().expect("a database");
        database.deserialize_read_exact("main", Cursor::new(&bytes), bytes.len(), true).expect("a database");
        database
    }

    #[test]
    fn sqlite_and_sql_hold_the_same_rows_whatever_their_names() {
        let table = hostile();
        let made = database(std::slice::from_ref(&table));
        let typed = rusqlite::Connection::open_in_memory().expect("a database");
        let text = String::from_utf8(written(Format::Sql)).expect("text");
        typed.execute_batch(&text).expect("sound SQL");
        for database in [made, typed] {
            let rows = |column: &str| -> Vec<rusqlite::types::Value> {
                let column = column.replace('"', "\"\"");
                let mut query = database
                    .prepare(&format!("SELECT \"{column}\" FROM \"hostile \"\"table\"\"\" ORDER BY rowid"))
                    .expect("a query");
                let rows = query.query_map([], |row| row.get(0)).expect("rows");
                rows.map(|row| row.expect("a row")).collect()
            };
            let words = rows(&table.columns()[0].field.name);
            for (found, expected) in words.iter().zip(HOSTILE) {
                assert_eq!(*found, rusqlite::types::Value::Text(expected.to_owned()));
            }
            assert_eq!(rows("=number")[0], rusqlite::types::Value::Real(1e308));
            assert_eq!(rows("flag")[..3], [1.into(), 0.into(), rusqlite::types::Value::Null]);
        }
    }

    #[test]
    fn a_workbook_holds_formulas_as_words_and_no_number_that_excel_calls_damage() {
        let bytes = written(Format::Xlsx);
        let mut book = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
        let mut part = |name: &str| {
            let mut text = String::new();
            book.by_name(name).expect(name).read_to_string(&mut text).expect("text");
            text
        };
        let (sheet, words) = (part("xl/worksheets/sheet1.xml"), part("xl/sharedStrings.xml"));
        assert!(!sheet.contains("<f>"), "no formula");
        assert!(words.contains("<t>=cmd()</t>") && words.contains("🚀"), "{words}");
        assert!(words.contains("<t>1e+308</t>") && !sheet.contains("308</v>"), "{words}");
        assert!(sheet.contains("<v>8000</v>"));
        assert!(part("docProps/core.xml").contains("2000-01-01T00:00:00Z"), "no clock");
    }
}
