//! A diagram as SVG. Colours and fonts are the style sheet's; nothing here has an id, so a page may hold many.

use super::{
    Diagram,
    layout::{Layers, Slot},
};
use crate::html::Escaped;
use std::fmt::Write;

/// Pixels of one character of a box and of a label, a little more than they are on average.
const CHARACTER: f64 = 8.0;
const SMALL_CHARACTER: f64 = 6.8;
/// Pixels around a box's text, of a box's height, between boxes, and between layers.
const PADDING: f64 = 12.0;
const HEIGHT: f64 = 36.0;
const GAP: f64 = 20.0;
const RISE: f64 = 48.0;
/// Pixels of a waypoint, and of the edge around everything.
const WAY: f64 = 12.0;
const EDGE: f64 = 8.0;

/// Where something is: its middle and its width.
#[derive(Clone, Copy)]
struct Place {
    middle: f64,
    width: f64,
    top: f64,
}

/// Draws a diagram whose boxes have their places.
pub(super) fn svg(diagram: &Diagram<'_>, layers: &Layers) -> String {
    let widths: Vec<f64> = layers.0.iter().map(|layer| layer_width(diagram, layer)).collect();
    let widest = widths.iter().copied().fold(0.0, f64::max);
    let labels = diagram.arrows.iter().map(|arrow| length(arrow.label) * SMALL_CHARACTER).fold(0.0, f64::max);
    let width = (widest + 2.0 * EDGE).max(labels + 2.0 * EDGE);
    let height = layers.0.len() as f64 * (HEIGHT + RISE) - RISE + 2.0 * EDGE;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"{}\">",
        Escaped(diagram.title)
    );
    let places: Vec<Vec<Place>> = layers
        .0
        .iter()
        .enumerate()
        .map(|(index, layer)| {
            place(diagram, layer, (width - widths[index]) / 2.0, EDGE + index as f64 * (HEIGHT + RISE))
        })
        .collect();
    for (index, arrow) in diagram.arrows.iter().enumerate() {
        let from = find(layers, &places, Slot::Box(arrow.from));
        let to = find(layers, &places, Slot::Box(arrow.to));
        let ways = layers.0.iter().zip(&places).filter_map(|(layer, places)| {
            Some(places[layer.iter().position(|slot| *slot == Slot::Way(index))?])
        });
        let ways: Vec<Place> = ways.collect();
        draw_arrow(&mut svg, from, &ways, to);
        if !arrow.label.is_empty() {
            draw_label(&mut svg, arrow.label, from, *ways.first().unwrap_or(&to), width);
        }
    }
    for (layer, places) in layers.0.iter().zip(&places) {
        for (slot, place) in layer.iter().zip(places) {
            if let Slot::Box(index) = slot {
                draw_box(&mut svg, diagram.boxes[*index], *place);
            }
        }
    }
    svg.push_str("</svg>");
    svg
}

fn length(text: &str) -> f64 {
    text.chars().count() as f64
}

fn slot_width(diagram: &Diagram<'_>, slot: Slot) -> f64 {
    match slot {
        Slot::Box(index) => length(diagram.boxes[index]) * CHARACTER + 2.0 * PADDING,
        Slot::Way(_) => WAY,
    }
}

fn layer_width(diagram: &Diagram<'_>, layer: &[Slot]) -> f64 {
    let widths: f64 = layer.iter().map(|slot| slot_width(diagram, *slot)).sum();
    widths + GAP * (layer.len() as f64 - 1.0)
}

/// The places of a layer that starts at `left`.
fn place(diagram: &Diagram<'_>, layer: &[Slot], left: f64, top: f64) -> Vec<Place> {
    let mut left = left;
    let mut places = Vec::new();
    for slot in layer {
        let width = slot_width(diagram, *slot);
        places.push(Place { middle: left + width / 2.0, width, top });
        left += width + GAP;
    }
    places
}

fn find(layers: &Layers, places: &[Vec<Place>], wanted: Slot) -> Place {
    let layer = layers.0.iter().position(|layer| layer.contains(&wanted)).unwrap_or_default();
    let at = layers.0[layer].iter().position(|slot| *slot == wanted).unwrap_or_default();
    places[layer][at]
}

/// A line from the lower edge of one box, through waypoints, to the upper edge of another, with a head.
fn draw_arrow(svg: &mut String, from: Place, ways: &[Place], to: Place) {
    let (mut x, mut y) = (from.middle, from.top + HEIGHT);
    let _ = write!(svg, "<path class=\"diagram-line\" d=\"M{x:.1} {y:.1}");
    for way in ways {
        curve(svg, (x, y), (way.middle, way.top));
        let _ = write!(svg, "V{:.1}", way.top + HEIGHT);
        (x, y) = (way.middle, way.top + HEIGHT);
    }
    curve(svg, (x, y), (to.middle, to.top - 6.0));
    let (x, y) = (to.middle, to.top);
    let _ = write!(svg, "\"/><path class=\"diagram-head\" d=\"M{x:.1} {y:.1}l-4.5 -8h9z\"/>");
}

/// From one height to the next: down at both ends.
fn curve(svg: &mut String, (x, y): (f64, f64), (to_x, to_y): (f64, f64)) {
    let half = (y + to_y) / 2.0;
    let _ = write!(svg, "C{x:.1} {half:.1} {to_x:.1} {half:.1} {to_x:.1} {to_y:.1}");
}

/// A label in the middle of an arrow's way to the next layer, where no box is, and within the drawing.
fn draw_label(svg: &mut String, label: &str, from: Place, next: Place, width: f64) {
    let half = length(label) * SMALL_CHARACTER / 2.0;
    let x =
        (f64::midpoint(from.middle, next.middle)).clamp(EDGE + half, (width - EDGE - half).max(EDGE + half));
    let y = f64::midpoint(from.top + HEIGHT, next.top) + 4.0;
    let _ = write!(svg, "<text class=\"diagram-label\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", Escaped(label));
}

fn draw_box(svg: &mut String, name: &str, place: Place) {
    let (x, y, width) = (place.middle - place.width / 2.0, place.top, place.width);
    let _ = write!(
        svg,
        "<rect class=\"diagram-box\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" rx=\"6\"/>\
         <text class=\"diagram-text\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        place.middle,
        y + HEIGHT / 2.0 + 5.0,
        Escaped(name)
    );
}
