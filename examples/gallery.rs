//! Writes a page of charts of real measurements, to look at: `cargo run --example gallery -- RESULTS OUT`, where
//! RESULTS is a folder of folders with `results_bmk/agg_bmk.json` and OUT the folder to write.

use serde_json::Value;
use site::chart::{self, Axis, Bar, Better, Chart, Kind, Point, Scale, Series, Style};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' blob: data:; \
    style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(results), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: gallery RESULTS OUT".into());
    };
    let rows = read(&results)?;
    let charts = [
        scatter("throughput", &rows, "gptoss", 8192, false),
        scatter("dense", &rows, "dsr1", 1024, true),
        bars(&rows),
    ];
    std::fs::create_dir_all(&out)?;
    for chart in &charts {
        std::fs::write(out.join(format!("{}.json", chart.id)), chart::plotly_json(chart))?;
        std::fs::write(out.join(format!("{}.csv", chart.id)), chart::csv(chart))?;
        std::fs::write(out.join(format!("{}.svg", chart.id)), chart::svg_document(chart))?;
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(here.join("static/css/chart.css"), out.join("chart.css"))?;
    std::fs::copy(here.join("static/js/chart.js"), out.join("chart.js"))?;
    std::fs::write(
        out.join("page.css"),
        "body{margin:1rem auto;max-width:60rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;background:var(--chart-background);color:var(--chart-text)}a{color:inherit}",
    )?;
    std::fs::write(out.join("plotly.js"), chart::plotly_script(here).bytes)?;
    let figures: String = charts.iter().map(chart::figure).collect();
    std::fs::write(
        out.join("index.html"),
        format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta http-equiv=content-security-policy content=\"{POLICY}\">\
             <meta name=viewport content='width=device-width'><title>Charts</title><meta name=plotly content=plotly.js>\
             <link rel=stylesheet href=chart.css><link rel=stylesheet href=page.css>\
             <script type=module src=chart.js></script></head><body><main><h1>Charts</h1>{figures}</main></body></html>"
        ),
    )?;
    Ok(())
}

fn read(results: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut rows = Vec::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(results)?.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders {
        if let Ok(text) = std::fs::read_to_string(folder.join("results_bmk/agg_bmk.json")) {
            rows.extend(serde_json::from_str::<Vec<Value>>(&text)?);
        }
    }
    Ok(rows)
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().map_or_else(|| row[field].to_string(), str::to_owned)
}

fn scatter(id: &str, rows: &[Value], model: &str, input: u64, log: bool) -> Chart {
    let mut of_hardware: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    for row in rows.iter().filter(|row| text(row, "infmax_model_prefix") == model && row["isl"] == input) {
        let (Some(x), Some(y)) = (row["median_intvty"].as_f64(), row["tput_per_gpu"].as_f64()) else {
            continue;
        };
        let details =
            ["framework", "precision", "tp", "ep", "conc"].map(|field| (field.to_owned(), text(row, field)));
        let label = format!("concurrency {}", text(row, "conc"));
        let href = format!("#{}-{}", text(row, "hw"), text(row, "conc"));
        of_hardware.entry(text(row, "hw")).or_default().push(Point {
            x,
            y,
            label,
            href,
            details: details.into(),
        });
    }
    let series: Vec<Series> = of_hardware
        .into_iter()
        .enumerate()
        .map(|(slot, (name, points))| {
            let frontier = frontier(&points);
            Series {
                key: name.clone(),
                name: name.to_uppercase(),
                style: Style { color: slot, shape: slot, dash: slot / 2 },
                points,
                frontier,
            }
        })
        .collect();
    let ys: Vec<f64> = series.iter().flat_map(|series| series.points.iter().map(|point| point.y)).collect();
    Chart {
        id: id.to_owned(),
        title: format!("Throughput per accelerator against interactivity, {model}"),
        summary: "Each point is one measurement; the lines join those that no other of the same accelerator beats on both.".to_owned(),
        notes: vec!["Real measurements, in no order of dates.".to_owned()],
        x: Axis { label: "Interactivity".to_owned(), unit: "tok/s/user".to_owned(), better: Better::Higher, scale: if log { Scale::Log } else { Scale::Linear } },
        y: Axis { label: "Throughput per accelerator".to_owned(), unit: "tok/s/accelerator".to_owned(), better: Better::Higher, scale: Scale::for_values(&ys) },
        kind: Kind::Scatter(series),
    }
}

fn frontier(points: &[Point]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*b].x.total_cmp(&points[*a].x));
    let mut best = f64::NEG_INFINITY;
    order.retain(|index| {
        let better = points[*index].y > best;
        best = best.max(points[*index].y);
        better
    });
    order.reverse();
    order
}

fn bars(rows: &[Value]) -> Chart {
    let mut best: BTreeMap<String, f64> = BTreeMap::new();
    for row in rows {
        let value = best.entry(text(row, "hw")).or_default();
        *value = value.max(row["tput_per_gpu"].as_f64().unwrap_or_default());
    }
    let bars = best.into_iter().map(|(name, value)| Bar {
        href: format!("#{name}"),
        emphasised: name == "mi355x",
        value: (name != "h100").then_some(value),
        name: name.to_uppercase(),
        style: Style::default(),
    });
    let mut chart = scatter("bars", rows, "none", 0, false);
    chart.title = "Highest throughput per accelerator".to_owned();
    chart.summary = "The best of any configuration; one is left out to show a gap.".to_owned();
    chart.x = chart.y.clone();
    chart.kind = Kind::Bars(bars.collect());
    chart
}
