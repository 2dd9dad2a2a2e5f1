//! What the faces show, each of them and beside each other.

use super::drawn::{drawn, notes};
use super::frame::Frame;
use super::sample::{bars, point, scatter, series, two_series};
use super::{Kind, Place, Scale, csv, figure, legend, plotly_json, svg, svg_document, table};
use serde_json::Value;

const PLACE: Place<'_> = Place { page: "/page/", png: true };

#[test]
fn svg_snapshot() {
    insta::assert_snapshot!(svg(&two_series()).replace('>', ">\n"));
}

#[test]
fn table_snapshot() {
    insta::assert_snapshot!(table(&two_series()).replace("</tr>", "</tr>\n"));
}

#[test]
fn plotly_snapshot() {
    insta::assert_snapshot!(pretty(&plotly_json(&two_series())));
}

#[test]
fn csv_snapshot() {
    insta::assert_snapshot!(csv(&two_series()));
}

#[test]
fn bars_snapshot() {
    insta::assert_snapshot!(svg(&bars()).replace('>', ">\n"));
}

#[test]
fn a_plotly_figure_never_reaches_out() {
    let config = parse(&plotly_json(&two_series()))["config"].clone();
    assert_eq!(config["showSendToCloud"], false);
    assert_eq!(config["plotlyServerURL"], "");
    assert_eq!(config["displaylogo"], false);
    assert_eq!(config["responsive"], true);
}

#[test]
fn the_svg_and_plotly_show_the_same_points() {
    let mut chart = two_series();
    if let Kind::Scatter(series) = &mut chart.kind {
        series[0].points.push(point(f64::NAN, 3.0));
        series[1].points.push(point(44.4, 777.0));
    }
    for scale in [Scale::Linear, Scale::Log] {
        chart.y.scale = scale;
        let frame = Frame::of(&chart, &drawn(&chart));
        let figure = parse(&plotly_json(&chart));
        let mut of_plotly = Vec::new();
        for trace in figure["data"].as_array().expect("traces") {
            for (x, y) in numbers(&trace["x"]).into_iter().zip(numbers(&trace["y"])) {
                of_plotly.push(frame.place(&point(x, y)));
            }
        }
        let of_svg = marks(&svg(&chart));
        assert_eq!((of_svg.len(), of_plotly.len()), (6, 6));
        for (svg, plotly) in of_svg.iter().zip(&of_plotly) {
            let apart = (svg.0 - plotly.0).abs().max((svg.1 - plotly.1).abs());
            assert!(apart <= 0.05 + 1e-9, "{svg:?} {plotly:?}");
        }
    }
}

#[test]
fn many_points_go_to_web_gl() {
    let points = |count: u32| (0..count).map(|x| point(f64::from(x), 1.0)).collect();
    let kind = |count| {
        parse(&plotly_json(&scatter(vec![series("a", 0, points(count), vec![])])))["data"][0]["type"].clone()
    };
    assert_eq!((kind(5_000), kind(5_001)), ("scatter".into(), "scattergl".into()));
}

#[test]
fn long_series_are_thinned_without_losing_their_frontier() {
    let points = (0..2_000_u32).map(|x| point(f64::from(x), f64::from(x * 7919 % 1000))).collect();
    let frontier: Vec<usize> = (0..100).map(|index| index * 20).collect();
    let chart = scatter(vec![series("a", 0, points, frontier.clone())]);
    let frame = Frame::of(&chart, &drawn(&chart));
    let thinned = drawn(&chart).remove(0).thinned(&frame);
    assert_eq!((thinned.frontier.len(), thinned.len()), (100, 500));
    assert_eq!(marks(&svg(&chart)).len(), 500);
    assert!(notes(&chart)[1].starts_with("500 of 2,000 measurements drawn here"), "{:?}", notes(&chart));
    assert_eq!(csv(&chart).lines().count(), 2_001);
    assert_eq!(table(&chart).matches("<tr><th scope=\"row\">").count(), 200);
    assert!(table(&chart).contains("200 of 2,000 measurements; the CSV file has all."));
}

#[test]
fn a_frontier_larger_than_the_limit_is_drawn_whole() {
    let points = (0..700_u32).map(|x| point(f64::from(x), 700.0 - f64::from(x))).collect();
    let chart = scatter(vec![series("a", 0, points, (0..600).collect())]);
    assert!(marks(&svg(&chart)).len() >= 600);
}

#[test]
fn one_point_is_a_mark_without_a_line() {
    let chart = scatter(vec![series("a", 0, vec![point(5.0, 5.0)], vec![0])]);
    assert_eq!(marks(&svg(&chart)).len(), 1);
    assert!(!svg(&chart).contains("class=\"line"));
}

#[test]
fn without_points_every_face_says_so() {
    for chart in [scatter(vec![]), scatter(vec![series("a", 0, vec![], vec![])])] {
        assert!(svg(&chart).contains("No measurements"));
        assert_eq!(table(&chart), "<p>No measurements.</p>");
        assert!(!figure(&chart, PLACE).contains("<details"));
        assert_eq!(csv(&chart).lines().count(), 1);
        parse(&plotly_json(&chart));
    }
}

#[test]
fn equal_points_are_drawn() {
    for scale in [Scale::Linear, Scale::Log] {
        let mut chart = scatter(vec![series("a", 0, vec![point(5.0, 5.0), point(5.0, 5.0)], vec![0])]);
        (chart.x.scale, chart.y.scale) = (scale, scale);
        assert!(marks(&svg(&chart)).iter().all(|(x, y)| x.is_finite() && y.is_finite()));
        assert!(!svg(&chart).contains("NaN") && !svg(&chart).contains("inf"));
    }
}

#[test]
fn a_zero_has_no_place_on_a_log_axis_and_a_note_says_so() {
    let mut chart = scatter(vec![series("a", 0, vec![point(5.0, 0.0), point(5.0, 50.0)], vec![0, 1])]);
    chart.y.scale = Scale::Log;
    assert_eq!(marks(&svg(&chart)).len(), 1);
    assert_eq!(
        notes(&chart)[1],
        "1 of 2 measurements not drawn: zero and less have no place on a logarithmic axis."
    );
    assert!(table(&chart).contains("<td class=\"num\">0</td>"));
}

#[test]
fn values_that_are_not_finite_are_left_out_and_counted() {
    let points = vec![point(1.0, f64::NAN), point(f64::INFINITY, 2.0), point(3.0, 3.0)];
    let chart = scatter(vec![series("a", 0, points, vec![0, 2, 9])]);
    assert_eq!(marks(&svg(&chart)).len(), 1);
    assert_eq!(notes(&chart)[1], "2 of 3 measurements left out: a value is missing.");
    assert!(!figure(&chart, PLACE).contains("NaN") && !csv(&chart).contains("inf"));
    assert!(!parse(&plotly_json(&chart))["data"].to_string().contains("null"));
}

#[test]
fn a_thousand_series_are_drawn_and_the_legend_stays_short() {
    let many =
        (0..1_000).map(|slot| series(&format!("s{slot}"), slot, vec![point(slot as f64, 1.0)], vec![0]));
    let chart = scatter(many.collect());
    assert_eq!(marks(&svg(&chart)).len(), 1_000);
    assert!(legend(&chart).contains("and 940 more series"));
}

#[test]
fn markup_in_any_text_stays_text_in_every_face() {
    let evil = "<script>alert('1')</script>\"&".repeat(40);
    let mut chart = two_series();
    for text in
        [&mut chart.title, &mut chart.summary, &mut chart.x.label, &mut chart.y.unit, &mut chart.notes[0]]
    {
        text.clone_from(&evil);
    }
    if let Kind::Scatter(series) = &mut chart.kind {
        (series[0].name, series[0].key) = (evil.clone(), evil.clone());
        let point = &mut series[0].points[0];
        (point.label, point.href) = (evil.clone(), evil.clone());
        point.details[0] = (evil.clone(), evil.clone());
    }
    let mut rows = bars();
    if let Kind::Bars(bars) = &mut rows.kind {
        (bars[0].name, bars[0].href) = (evil.clone(), evil);
    }
    for chart in [&chart, &rows] {
        for text in [figure(chart, PLACE), svg_document(chart)] {
            assert!(!text.contains("<script") && !text.contains("')"), "{text}");
        }
    }
    let trace = parse(&plotly_json(&chart))["data"][0].clone();
    assert!(!trace["text"][0].as_str().expect("text").contains("<script"));
}

#[test]
fn a_page_needs_no_inline_style() {
    for chart in [two_series(), bars()] {
        assert!(!figure(&chart, PLACE).contains("style"));
    }
}

#[test]
fn a_gap_is_named_and_never_a_zero() {
    assert!(svg(&bars()).contains(">not published</text>"));
    assert!(table(&bars()).contains("<td class=\"num\">not published</td>"));
    assert_eq!(csv(&bars()).lines().last(), Some("three,,/hardware/three/"));
    let figure = parse(&plotly_json(&bars()));
    assert_eq!(figure["data"][0]["x"], serde_json::json!([4.8, null]));
}

#[test]
fn a_document_stands_alone() {
    for chart in [two_series(), bars()] {
        let document = svg_document(&chart);
        assert!(document.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        assert!(!document.contains("var("));
    }
}

/// The points of an SVG's marks: where its paths of marks move to in absolute coordinates.
fn marks(svg: &str) -> Vec<(f64, f64)> {
    let mut marks = Vec::new();
    for path in svg
        .split("<path class=\"")
        .skip(1)
        .filter(|path| path.starts_with("mark") || path.starts_with("dominated"))
    {
        let data = path.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("path data");
        for mark in data.split('M').skip(1) {
            let position = mark.split('m').next().expect("a position");
            let (x, y) = position.split_once(' ').expect("two coordinates");
            marks.push((x.parse().expect("x"), y.parse().expect("y")));
        }
    }
    marks
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

fn pretty(json: &str) -> String {
    serde_json::to_string_pretty(&parse(json)).expect("JSON")
}

fn numbers(array: &Value) -> Vec<f64> {
    array.as_array().expect("an array").iter().map(|value| value.as_f64().expect("a number")).collect()
}
