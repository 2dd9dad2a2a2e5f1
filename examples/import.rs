//! The importer without the command line of `site`: `cargo run --release --example import -- OUT DATES DAY PATH…`
//! (`-` for no list of dates, and for no day). The report goes to the terminal and to `OUT/../import-report.json`.

use site::import::{ImportOptions, import, write_report};
use std::{path::PathBuf, process::ExitCode, time::Instant};

#[path = "../tests/fixtures/import/names.rs"]
mod names;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to the terminal")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(out), Some(dates), Some(day)) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: import OUT DATES DAY PATH…");
        return ExitCode::from(2);
    };
    let dates = Some(dates).filter(|dates| dates.as_os_str() != "-");
    let date = day.to_str().and_then(|day| day.parse().ok());
    let options = ImportOptions { paths: arguments.collect(), dates, date, out, ..ImportOptions::default() };
    let start = Instant::now();
    let report = import(&options, &names::names());
    let report_path = options.out.join("../import-report.json");
    match report.and_then(|report| write_report(&report, &report_path).map(|()| report)) {
        Ok(report) => {
            println!("{report}\nin {:.2?}", start.elapsed());
            ExitCode::from(report.exit_code())
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(error.exit_code())
        }
    }
}
