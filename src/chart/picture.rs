//! The parts of a chart's drawing, for a picture that is composed elsewhere.

use super::frame::WIDTH;
use super::legend::sample;
use super::{Chart, svg};

/// A drawing and the samples of its legend, as SVG for the inside of an element of the class `chart-svg`.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width of the drawing.
    pub width: f64,
    /// Height of the drawing.
    pub height: f64,
    /// The drawing.
    pub drawing: String,
    /// For each series a sample, 30 units wide around the height 0, and its name.
    pub legend: Vec<(String, String)>,
}

/// Takes a chart apart.
pub fn picture(chart: &Chart) -> Picture {
    let (height, drawing) = svg::drawing(chart);
    let legend =
        chart.series().iter().map(|series| (sample(series, 0.0, 0.0), series.name.clone())).collect();
    Picture { width: WIDTH, height, drawing, legend }
}
