//! Fewer points with the same look: largest-triangle-three-buckets.
//!
//! Sveinn Steinarsson, *Downsampling Time Series for Visual Representation*, M.Sc. thesis, University of Iceland, 2013,
//! section 4.2. The points between the first and the last are split into as many buckets as points are wanted. Of each
//! bucket the point stays that spans the largest triangle with the one kept before and the average of the next bucket.

/// Indices of the `keep` points that stay, ascending; all of them when there are no more than that. `points` are in
/// drawing order. The first and the last point always stay, so fewer than 2 is taken as 2.
pub(super) fn largest_triangle_three_buckets(points: &[(f64, f64)], keep: usize) -> Vec<usize> {
    let keep = keep.max(2);
    if points.len() <= keep {
        return (0..points.len()).collect();
    }
    let last = points.len() - 1;
    let inner = keep - 2;
    let start_of = |bucket: usize| 1 + bucket * (last - 1) / inner;
    let mut kept = Vec::with_capacity(keep);
    kept.push(0);
    let mut before = points[0];
    for bucket in 0..inner {
        let (start, end) = (start_of(bucket), start_of(bucket + 1));
        let next = if bucket + 1 < inner { &points[end..start_of(bucket + 2)] } else { &points[last..] };
        let after = average(next);
        let chosen = (start..end)
            .max_by(|a, b| {
                doubled_area(before, points[*a], after).total_cmp(&doubled_area(before, points[*b], after))
            })
            .unwrap_or(start);
        kept.push(chosen);
        before = points[chosen];
    }
    kept.push(last);
    kept
}

fn average(points: &[(f64, f64)]) -> (f64, f64) {
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    (x / count, y / count)
}

/// Twice the area of a triangle.
fn doubled_area(a: (f64, f64), b: (f64, f64), c: (f64, f64)) -> f64 {
    ((a.0 - c.0) * (b.1 - a.1) - (a.0 - b.0) * (c.1 - a.1)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_spike_survives() {
        let points: Vec<(f64, f64)> =
            (0..100).map(|x| (f64::from(x), if x == 37 { 50.0 } else { 0.0 })).collect();
        assert!(largest_triangle_three_buckets(&points, 10).contains(&37));
    }

    #[test]
    fn few_points_all_stay() {
        assert_eq!(largest_triangle_three_buckets(&[], 5), [0; 0]);
        assert_eq!(largest_triangle_three_buckets(&[(0.0, 0.0), (1.0, 1.0)], 5), [0, 1]);
    }

    proptest! {
        #[test]
        fn the_ends_stay_and_the_order_too(ys in prop::collection::vec(-1e3..1e3_f64, 3..300), keep in 0..60_usize) {
            let points: Vec<(f64, f64)> = ys.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect();
            let kept = largest_triangle_three_buckets(&points, keep);
            prop_assert_eq!(kept.len(), points.len().min(keep.max(2)));
            prop_assert_eq!((kept[0], kept[kept.len() - 1]), (0, points.len() - 1));
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
