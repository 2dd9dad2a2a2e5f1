//! SQL text: tables with their keys, indexes and views, in words that SQLite, PostgreSQL and DuckDB understand.

use crate::dataset::{Cell, Field, Kind, Table};
use std::fmt::Write;

/// A view for a question that many ask.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// The question, as a title.
    pub question: &'static str,
    /// The tables that it needs.
    pub tables: &'static [&'static str],
    /// What it selects.
    pub select: &'static str,
}

/// The views of a database with all tables.
pub const VIEWS: [View; 4] = [
    View {
        name: "standing_measurements",
        question: "What do the charts show? The newest measurement of each configuration that stands",
        tables: &["measurements"],
        select: "SELECT * FROM measurements WHERE standing",
    },
    View {
        name: "best_throughput",
        question: "What is the most that each accelerator gave, by model, workload and precision?",
        tables: &["measurements"],
        select: "SELECT model, workload_key, precision_family, accelerator, MAX(throughput_per_accelerator) AS throughput_per_accelerator, COUNT(*) AS measurements
FROM measurements WHERE standing AND kind = 'official'
GROUP BY model, workload_key, precision_family, accelerator",
    },
    View {
        name: "costs",
        question: "What does a million tokens cost, input and output together, at each price tier of the newest edition?",
        tables: &["measurements", "prices"],
        select: "SELECT m.id, m.model, m.workload_key, m.accelerator, m.framework, m.precision, m.throughput_per_accelerator,
  p.effective, p.hyperscaler * 1e6 / (3600 * m.throughput_per_accelerator) AS hyperscaler,
  p.neocloud * 1e6 / (3600 * m.throughput_per_accelerator) AS neocloud,
  p.rental * 1e6 / (3600 * m.throughput_per_accelerator) AS rental
FROM measurements m JOIN prices p ON p.accelerator = m.accelerator
WHERE m.standing AND m.throughput_per_accelerator > 0 AND p.effective = (SELECT MAX(effective) FROM prices)",
    },
    View {
        name: "monthly_success",
        question: "What share of the jobs succeeded, by accelerator and month?",
        tables: &["reliability"],
        select: "SELECT accelerator, SUBSTR(CAST(date AS TEXT), 1, 7) AS month, SUM(jobs * rows) AS jobs, SUM(succeeded * rows) AS succeeded,
  100.0 * SUM(succeeded * rows) / NULLIF(SUM(jobs * rows), 0) AS percent
FROM reliability GROUP BY accelerator, SUBSTR(CAST(date AS TEXT), 1, 7)",
    },
];

/// Columns that people look rows up by, where a table has them.
const INDEXED: [&[&str]; 3] = [&["model", "workload_key", "accelerator"], &["run"], &["date"]];

pub(super) fn write(tables: &[Table<'_>]) -> Vec<u8> {
    let mut text = String::from("BEGIN;\n");
    for table in referred_first(tables) {
        let _ = writeln!(text, "{};", create(table, tables));
        for row in 0..table.rows() {
            let _ = write!(text, "INSERT INTO {} VALUES (", quoted(&table.name));
            for (index, cell) in table.row(row).enumerate() {
                if index > 0 {
                    text.push(',');
                }
                literal(&mut text, cell);
            }
            text.push_str(");\n");
        }
    }
    for statement in after(tables) {
        let _ = writeln!(text, "{statement};");
    }
    text.push_str("COMMIT;\n");
    text.into_bytes()
}

/// The tables, each after those that it refers to, as databases ask.
fn referred_first<'t, 'a>(tables: &'t [Table<'a>]) -> Vec<&'t Table<'a>> {
    let (mut placed, mut rest): (Vec<&Table<'a>>, Vec<&Table<'a>>) = (Vec::new(), tables.iter().collect());
    while !rest.is_empty() {
        let waits = |table: &Table<'_>| {
            let others = rest.iter().filter(|other| other.name != table.name);
            others.into_iter().any(|other| refers(table, &other.name))
        };
        // In a circle nobody is first; the order is then as it was.
        let next = rest.iter().position(|table| !waits(table)).unwrap_or(0);
        placed.push(rest.remove(next));
    }
    placed
}

fn refers(table: &Table<'_>, other: &str) -> bool {
    table.columns().iter().any(|column| column.field.references == Some(other))
}

/// The statement that makes a table. It refers only to tables that are there too.
pub(super) fn create(table: &Table<'_>, tables: &[Table<'_>]) -> String {
    let mut parts: Vec<String> = table.columns().iter().map(|column| define(&column.field)).collect();
    let key: Vec<String> = table.key().map(|column| quoted(&column.field.name)).collect();
    if !key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", key.join(", ")));
    }
    for column in table.columns() {
        let other = tables.iter().find(|other| column.field.references == Some(other.name.as_ref()));
        let Some((other, key)) = other.and_then(|other| Some((other, other.key().next()?))) else { continue };
        parts.push(format!(
            "FOREIGN KEY ({}) REFERENCES {} ({})",
            quoted(&column.field.name),
            quoted(&other.name),
            quoted(&key.field.name)
        ));
    }
    format!("CREATE TABLE {} (\n  {}\n)", quoted(&table.name), parts.join(",\n  "))
}

/// What is made when the rows are in: indexes and views.
pub(super) fn after<'t>(tables: &'t [Table<'_>]) -> impl Iterator<Item = String> + 't {
    let indexes = tables.iter().flat_map(|table| {
        let has = |columns: &&&[&str]| columns.iter().all(|name| table.column(name).is_some());
        INDEXED.iter().filter(has).map(|columns| {
            let name = format!("{}_by_{}", table.name, columns.join("_"));
            let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            format!("CREATE INDEX {} ON {} ({})", quoted(&name), quoted(&table.name), columns.join(", "))
        })
    });
    let there = |view: &&View| view.tables.iter().all(|name| tables.iter().any(|table| table.name == *name));
    let views = VIEWS.iter().filter(there);
    indexes.chain(views.map(|view| format!("CREATE VIEW {} AS\n{}", quoted(view.name), view.select)))
}

/// A name that may hold anything, quotes among it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `"duration" REAL`
fn define(field: &Field) -> String {
    let kind = match field.kind {
        Kind::Text => "TEXT",
        Kind::Integer => "BIGINT",
        Kind::Number => "DOUBLE PRECISION",
        Kind::Boolean => "BOOLEAN",
        Kind::Date => "DATE",
    };
    format!("{} {kind}{}", quoted(&field.name), if field.required { " NOT NULL" } else { "" })
}

fn literal(text: &mut String, cell: Cell<'_>) {
    let _ = match cell {
        Cell::Absent => write!(text, "NULL"),
        // A zero byte would end the text in some databases.
        Cell::Text(value) => write!(text, "'{}'", value.replace('\'', "''").replace('\0', "")),
        Cell::Boolean(value) => write!(text, "{}", if value { "TRUE" } else { "FALSE" }),
        Cell::Date(value) => write!(text, "'{value}'"),
        figure => write!(text, "{figure}"),
    };
}
