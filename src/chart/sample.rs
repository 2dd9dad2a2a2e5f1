//! Small literal charts for tests. The values are made up and appear nowhere else.

use super::{Axis, Bar, Better, Chart, Kind, Point, Scale, Series, Style};

/// A point with a configuration.
pub(super) fn point(x: f64, y: f64) -> Point {
    let concurrency = if x.is_finite() { x } else { 64.0 };
    Point {
        x,
        y,
        label: format!("concurrency {concurrency}"),
        href: format!("/runs/1/#{concurrency}"),
        details: vec![("Precision".into(), "fp8".into()), ("TP".into(), "8".into())],
    }
}

/// A series with its frontier.
pub(super) fn series(key: &str, slot: usize, points: Vec<Point>, frontier: Vec<usize>) -> Series {
    let style = Style { color: slot, shape: slot, dash: slot };
    Series { key: key.into(), name: key.to_uppercase(), style, points, frontier }
}

/// A scatter chart with linear axes.
pub(super) fn scatter(series: Vec<Series>) -> Chart {
    let axis = |label: &str, unit: &str| Axis {
        label: label.into(),
        unit: unit.into(),
        better: Better::Higher,
        scale: Scale::Linear,
    };
    Chart {
        id: "sample".into(),
        title: "Throughput against interactivity".into(),
        summary: "A is ahead of B everywhere.".into(),
        notes: vec!["1 of 5 measurements has no p99".into()],
        x: axis("Interactivity", "tok/s/user"),
        y: axis("Throughput per accelerator", "tok/s/accelerator"),
        kind: Kind::Scatter(series),
    }
}

/// Two series, one of them with a dominated point.
pub(super) fn two_series() -> Chart {
    scatter(vec![
        series("a", 0, vec![point(100.0, 500.0), point(20.0, 2000.0), point(20.0, 900.0)], vec![1, 0]),
        series("b", 1, vec![point(80.0, 450.0), point(15.0, 1500.0)], vec![1, 0]),
    ])
}

/// Bars with a subject and a gap.
pub(super) fn bars() -> Chart {
    let bar = |name: &str, value: Option<f64>, emphasised: bool| Bar {
        name: name.into(),
        value,
        href: format!("/hardware/{name}/"),
        emphasised,
        style: Style::default(),
    };
    let mut chart = scatter(Vec::new());
    chart.title = "Memory bandwidth".into();
    chart.x =
        Axis { label: "Bandwidth".into(), unit: "TB/s".into(), better: Better::Higher, scale: Scale::Linear };
    chart.kind = Kind::Bars(vec![
        bar("one", Some(8.0), true),
        bar("two", Some(4.8), false),
        bar("three", None, false),
    ]);
    chart
}
