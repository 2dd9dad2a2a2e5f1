//! The Pareto frontier of a set of points.

use super::Direction;

/// Indices of the points that no other point dominates, by ascending x (then ascending y).
///
/// A point dominates another when it is at least as good on both axes and better on one; equal points don't dominate
/// each other, so ties are kept. Points that aren't finite are never on the frontier. O(n log n).
pub fn frontier(points: &[(f64, f64)], x: Direction, y: Direction) -> Vec<usize> {
    // Mirrored so that more is better on both axes.
    let mirrored = |index: usize| (x.signed(points[index].0), y.signed(points[index].1));
    let mut order: Vec<usize> = (0..points.len())
        .filter(|&index| points[index].0.is_finite() && points[index].1.is_finite())
        .collect();
    // Best x first; among equal x the best y first.
    order.sort_by(|&a, &b| {
        let ((ax, ay), (bx, by)) = (mirrored(a), mirrored(b));
        bx.total_cmp(&ax).then(by.total_cmp(&ay))
    });
    let mut kept: Vec<usize> = Vec::new();
    for index in order {
        let point = mirrored(index);
        // Everything kept so far is at least as good on x, so only its best y matters, and the last kept has it.
        let undominated =
            kept.last().is_none_or(|&last| point.1 > mirrored(last).1 || point == mirrored(last));
        if undominated {
            kept.push(index);
        }
    }
    kept.sort_by(|&a, &b| points[a].0.total_cmp(&points[b].0).then(points[a].1.total_cmp(&points[b].1)));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dominates(a: (f64, f64), b: (f64, f64), x: Direction, y: Direction) -> bool {
        let (ax, ay, bx, by) = (x.signed(a.0), y.signed(a.1), x.signed(b.0), y.signed(b.1));
        ax >= bx && ay >= by && (ax > bx || ay > by)
    }

    fn direction() -> impl Strategy<Value = Direction> {
        prop_oneof![Just(Direction::Higher), Just(Direction::Lower)]
    }

    proptest! {
        // Small whole numbers make ties frequent.
        #[test]
        fn it_is_what_brute_force_finds(
            raw in prop::collection::vec((0_u8..12, 0_u8..12), 0..40),
            x in direction(),
            y in direction(),
        ) {
            let points: Vec<(f64, f64)> = raw.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).collect();
            let mut brute: Vec<usize> = (0..points.len())
                .filter(|&i| !points.iter().any(|&other| dominates(other, points[i], x, y)))
                .collect();
            let mut found = frontier(&points, x, y);
            prop_assert!(found.windows(2).all(|pair| points[pair[0]].0 <= points[pair[1]].0));
            found.sort_unstable();
            brute.sort_unstable();
            prop_assert_eq!(found, brute);
        }

        #[test]
        fn a_dominated_point_never_changes_it(
            raw in prop::collection::vec((1_u8..50, 1_u8..50), 1..30),
            pick in any::<prop::sample::Index>(),
        ) {
            let mut points: Vec<(f64, f64)> = raw.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).collect();
            let before = frontier(&points, Direction::Higher, Direction::Higher);
            let over = points[*pick.get(&before)];
            points.push((over.0 - 0.5, over.1 - 0.5));
            prop_assert_eq!(frontier(&points, Direction::Higher, Direction::Higher), before);
        }
    }

    #[test]
    fn points_that_are_not_finite_are_never_on_it() {
        let points = [(f64::NAN, 1.0), (1.0, f64::INFINITY), (1.0, 1.0)];
        assert_eq!(frontier(&points, Direction::Higher, Direction::Higher), [2]);
        assert!(frontier(&[], Direction::Higher, Direction::Lower).is_empty());
    }
}
