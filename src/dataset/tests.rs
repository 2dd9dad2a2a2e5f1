//! Tables of the awkward kinds, through every format and back.

use super::{Column, Field, Format, Kind, Table, Values, serialize};

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
        fits_float: false,
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

/// The rows of a table as a reader of CSV sees them: words, with none for what isn't known.
fn of_csv(table: &Table<'_>) -> Vec<Vec<String>> {
    let bytes = serialize(Format::Csv, std::slice::from_ref(table)).expect("written");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_cell_of_csv_is_read_as_it_was_and_formulas_are_words() {
    let table = hostile();
    let rows = of_csv(&table);
    assert_eq!(rows.len(), 1 + HOSTILE.len() + 1);
    assert_eq!(rows[0], ["a \"quoted\" 'name' 🚀", "'=number", "integer", "flag", "day"]);
    for (row, word) in rows[1..].iter().zip(HOSTILE) {
        let formula = word.trim_start_matches('\'').starts_with(['=', '+']);
        assert_eq!(row[0], if formula { format!("'{word}") } else { word.to_owned() });
    }
    assert_eq!(rows[1][1..], ["1e+308", "9223372036854775807", "true", "1969-12-31"]);
    assert_eq!(rows[1][1].parse::<f64>(), Ok(1e308));
    assert!(rows[HOSTILE.len() + 1].iter().all(String::is_empty));
    assert_eq!(of_csv(&table.select(&[])).len(), 1);
}

#[test]
fn every_cell_of_json_is_read_as_it_was_and_gaps_are_left_out() {
    let table = hostile();
    let bytes = serialize(Format::Json, std::slice::from_ref(&table)).expect("written");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&bytes).expect("JSON");
    for (row, word) in rows.iter().zip(HOSTILE) {
        assert_eq!(row["a \"quoted\" 'name' 🚀"], word);
    }
    assert_eq!((rows[0]["=number"].as_f64(), rows[1]["integer"].as_i64()), (Some(1e308), Some(i64::MIN)));
    assert_eq!(rows[HOSTILE.len()], serde_json::json!({}));
    assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), rows.len() + 2, "a row a line");
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
