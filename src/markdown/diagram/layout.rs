//! Which box goes where: layers from top to bottom, so that every arrow leads down, and an order within each that crosses few.
//!
//! After K. Sugiyama, S. Tagawa and M. Toda, Methods for Visual Understanding of Hierarchical System Structures, 1981: longest
//! paths give the layers, waypoints carry an arrow through the layers that it passes, and barycentres give the order.

use super::Diagram;

/// How often the order is improved, down and up.
const SWEEPS: usize = 8;

/// What stands at a place of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A box, by its place in the diagram.
    Box(usize),
    /// A waypoint of an arrow, by its place in the diagram.
    Way(usize),
}

/// The layers, from top to bottom, each from left to right.
#[derive(Debug)]
pub(super) struct Layers(pub(super) Vec<Vec<Slot>>);

impl Layers {
    /// The layer of a box.
    #[cfg(test)]
    pub(super) fn layer_of(&self, wanted: usize) -> usize {
        self.0.iter().position(|layer| layer.contains(&Slot::Box(wanted))).unwrap_or_default()
    }
}

/// Puts the boxes into layers; nothing when the arrows lead in a circle.
pub(super) fn layers(diagram: &Diagram<'_>) -> Option<Layers> {
    let depth = depths(diagram)?;
    let mut layers = vec![Vec::new(); depth.iter().max().map_or(0, |deepest| deepest + 1)];
    for (index, layer) in depth.iter().enumerate() {
        layers[*layer].push(Slot::Box(index));
    }
    for (index, arrow) in diagram.arrows.iter().enumerate() {
        for layer in &mut layers[depth[arrow.from] + 1..depth[arrow.to]] {
            layer.push(Slot::Way(index));
        }
    }
    let mut layers = Layers(layers);
    for sweep in 0..SWEEPS {
        order(diagram, &mut layers, sweep % 2 == 0);
    }
    Some(layers)
}

/// How many arrows lead to each box at most, one after the other.
fn depths(diagram: &Diagram<'_>) -> Option<Vec<usize>> {
    let mut depths = vec![0; diagram.boxes.len()];
    // A path without a circle has fewer arrows than there are boxes.
    for _ in 0..diagram.boxes.len() {
        let mut settled = true;
        for arrow in &diagram.arrows {
            if depths[arrow.to] < depths[arrow.from] + 1 {
                depths[arrow.to] = depths[arrow.from] + 1;
                settled = false;
            }
        }
        if settled {
            return Some(depths);
        }
    }
    None
}

/// Sorts each layer by the middle of what its members are joined to in the layer before (or, on the way up, after) it.
fn order(diagram: &Diagram<'_>, layers: &mut Layers, downwards: bool) {
    let count = layers.0.len();
    for step in 1..count {
        let (this, other) = if downwards { (step, step - 1) } else { (count - 1 - step, count - step) };
        let places = layers.0[other].clone();
        let mut keyed: Vec<(f64, Slot)> = layers.0[this]
            .iter()
            .enumerate()
            .map(|(at, slot)| (middle(diagram, *slot, &places, downwards).unwrap_or(at as f64), *slot))
            .collect();
        // A stable sort: equals keep their order, so the drawing is the same every time.
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        layers.0[this] = keyed.into_iter().map(|(_, slot)| slot).collect();
    }
}

/// The mean place of what a slot is joined to in the neighbouring layer.
fn middle(diagram: &Diagram<'_>, slot: Slot, places: &[Slot], downwards: bool) -> Option<f64> {
    let place = |wanted: Slot| places.iter().position(|slot| *slot == wanted);
    let joined: Vec<usize> = diagram
        .arrows
        .iter()
        .enumerate()
        .filter(|(index, arrow)| match slot {
            Slot::Way(way) => way == *index,
            Slot::Box(own) => own == if downwards { arrow.to } else { arrow.from },
        })
        .filter_map(|(index, arrow)| {
            place(Slot::Way(index))
                .or_else(|| place(Slot::Box(if downwards { arrow.from } else { arrow.to })))
        })
        .collect();
    (!joined.is_empty()).then(|| joined.iter().sum::<usize>() as f64 / joined.len() as f64)
}
