//! Apache Parquet: typed columns, dictionaries where cells repeat, zstd, statistics for every page, and units and meanings in the metadata of
//! the fields, where Arrow's readers (pyarrow, Polars, R) show them.

use super::Format;
use crate::dataset::{Column, DatasetError, Field, Kind, Table, Values};
use ::parquet::{
    arrow::ArrowWriter,
    basic::{Compression, Encoding, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::SortingColumn,
        properties::{EnabledStatistics, WriterProperties},
    },
    schema::types::ColumnPath,
};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow_schema::{DataType, Schema};
use jiff::civil::date;
use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
};

/// Rows of a group: small enough that a reader of one model skips the others, large enough for dictionaries to pay.
const GROUP: usize = 20_000;
/// How hard zstd tries, of 22: above, it takes twice as long for a hundredth less.
const EFFORT: i32 = 9;
/// The columns by which measurements, and what belongs to them, are in order.
const ORDER: [&str; 8] =
    ["model", "workload_key", "accelerator", "precision", "framework", "date", "concurrency", "id"];
/// Who wrote the file. Without a version: a file changes when its data do.
const WRITER: &str = "InferenceMAX site";

/// These rows of a table.
pub(super) fn write(table: &Table<'_>, rows: &[usize]) -> Result<Vec<u8>, DatasetError> {
    let refused = DatasetError::refused(Format::Parquet);
    let properties = properties(table).map_err(|error| refused(&error))?;
    let schema = schema(table);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties))
        .map_err(|error| refused(&error))?;
    // A group at a time, so that no second copy of a large table is ever whole.
    for rows in rows.chunks(GROUP) {
        let columns = table.columns().iter().map(|column| array(column, rows)).collect();
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|error| refused(&error))?;
        writer.write(&batch).map_err(|error| refused(&error))?;
    }
    writer.close().map_err(|error| refused(&error))?;
    Ok(bytes)
}

fn properties(table: &Table<'_>) -> Result<WriterProperties, ParquetError> {
    let sorted: Vec<SortingColumn> = in_order(table)
        .into_iter()
        .map(|place| SortingColumn { column_idx: place as i32, descending: false, nulls_first: true })
        .collect();
    let mut properties = WriterProperties::builder()
        .set_created_by(WRITER.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(EFFORT)?))
        .set_dictionary_enabled(true)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(GROUP))
        .set_sorting_columns((!sorted.is_empty()).then_some(sorted));
    for column in table.columns() {
        if let Some(encoding) = encoding(&column.values) {
            let path = ColumnPath::from(column.field.name.as_ref());
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, encoding);
        }
    }
    Ok(properties.build())
}

/// How a column is written whose cells hardly repeat, so that a dictionary would only add to them: numbers with the bytes of
/// one rank together, words with their lengths apart.
fn encoding(values: &Values<'_>) -> Option<Encoding> {
    match values {
        Values::Number(cells) => {
            hardly_repeats(cells, |number| number.to_bits()).then_some(Encoding::BYTE_STREAM_SPLIT)
        }
        Values::Text(cells) => {
            hardly_repeats(cells, Cow::as_ref).then_some(Encoding::DELTA_LENGTH_BYTE_ARRAY)
        }
        Values::Integer(_) | Values::Boolean(_) | Values::Date(_) => None,
    }
}

/// Whether more than half of the known cells of the first group are different ones.
fn hardly_repeats<'v, T, K: Eq + Hash>(cells: &'v [Option<T>], key: impl Fn(&'v T) -> K) -> bool {
    let first = cells.iter().take(GROUP).flatten();
    let known = first.clone().count();
    2 * first.map(key).collect::<HashSet<_>>().len() > known
}

/// Those of [`ORDER`] that the table has, if its rows are in order by them, absent cells first; else none.
fn in_order(table: &Table<'_>) -> Vec<usize> {
    let place = |name: &&str| table.columns().iter().position(|column| column.field.name == *name);
    let places: Vec<usize> = ORDER.iter().filter_map(place).collect();
    let cells = |row: usize| places.iter().map(move |place| table.columns()[*place].values.cell(row));
    let sorted =
        (1..table.rows()).all(|row| cells(row - 1).partial_cmp(cells(row)) != Some(Ordering::Greater));
    if sorted { places } else { Vec::new() }
}

fn schema(table: &Table<'_>) -> Arc<Schema> {
    let fields: Vec<arrow_schema::Field> =
        table.columns().iter().map(|column| field(&column.field)).collect();
    let described = HashMap::from([("description".to_owned(), table.description.to_string())]);
    Arc::new(Schema::new(fields).with_metadata(described))
}

fn field(field: &Field) -> arrow_schema::Field {
    let kind = match field.kind {
        Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Number if field.fits_float => DataType::Float32,
        Kind::Number => DataType::Float64,
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date32,
    };
    let mut described = HashMap::from([("description".to_owned(), field.description.to_string())]);
    if !field.unit.is_empty() {
        described.insert("unit".to_owned(), field.unit.to_string());
    }
    arrow_schema::Field::new(field.name.as_ref(), kind, !field.required).with_metadata(described)
}

/// The cells of these rows.
fn array(column: &Column<'_>, rows: &[usize]) -> ArrayRef {
    fn of<'t, T>(cells: &'t [Option<T>], rows: &'t [usize]) -> impl Iterator<Item = Option<&'t T>> {
        rows.iter().map(|row| cells.get(*row).and_then(Option::as_ref))
    }
    // Parquet counts days from 1970.
    let first = date(1970, 1, 1);
    match &column.values {
        Values::Text(cells) => {
            Arc::new(of(cells, rows).map(|cell| cell.map(AsRef::as_ref)).collect::<StringArray>())
        }
        Values::Integer(cells) => {
            Arc::new(of(cells, rows).map(Option::<&i64>::copied).collect::<Int64Array>())
        }
        Values::Number(cells) if column.field.fits_float => {
            Arc::new(of(cells, rows).map(|cell| cell.map(|number| *number as f32)).collect::<Float32Array>())
        }
        Values::Number(cells) => {
            Arc::new(of(cells, rows).map(Option::<&f64>::copied).collect::<Float64Array>())
        }
        Values::Boolean(cells) => {
            Arc::new(of(cells, rows).map(Option::<&bool>::copied).collect::<BooleanArray>())
        }
        Values::Date(cells) => {
            let days = of(cells, rows).map(|cell| cell.map(|day| (*day - first).get_days()));
            Arc::new(days.collect::<Date32Array>())
        }
    }
}
