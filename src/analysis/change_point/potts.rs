//! A step function fitted to a series: the Potts problem in L1.
//!
//! Minimises γ · (number of steps) + Σ |value − median of its piece|, exactly for pieces of up to [`MAX_PIECE`] values by
//! dynamic programming (Friedrich, Kempe, Liebscher and Winkler 2008, "Complexity penalized M-estimation"), then
//! approximately by joining pieces and moving their borders, as asv's `solve_potts_approx` does.

use super::range_median::RangeMedian;

/// Longest piece of the exact part.
pub(super) const MAX_PIECE: usize = 20;

/// The ends (exclusive) of the pieces for the penalty `gamma`; none for an empty series of `count` values.
pub(super) fn pieces(count: usize, gamma: f64, levels: &mut RangeMedian<'_>) -> Vec<usize> {
    let mut ends = best_partition(count, gamma, levels);
    join(&mut ends, gamma, levels);
    move_borders(&mut ends, levels);
    ends
}

/// Bellman's recursion; of equal partitions the one whose last piece is shortest.
fn best_partition(count: usize, gamma: f64, levels: &mut RangeMedian<'_>) -> Vec<usize> {
    // A single value is a piece; asv doesn't ask for more.
    let mut cost = vec![f64::INFINITY; count + 1];
    let mut start_of_last = vec![0; count + 1];
    cost[0] = -gamma;
    for end in 1..=count {
        for start in end.saturating_sub(MAX_PIECE)..end {
            let candidate = cost[start] + gamma + levels.distance(start, end);
            if candidate <= cost[end] {
                cost[end] = candidate;
                start_of_last[end] = start;
            }
        }
    }
    let mut ends = Vec::new();
    let mut end = count;
    while end > 0 {
        ends.push(end);
        end = start_of_last[end];
    }
    ends.reverse();
    ends
}

/// Joins neighbouring pieces while that lowers the cost: from the left, the best of the first joint that pays and the two
/// after it.
fn join(ends: &mut Vec<usize>, gamma: f64, levels: &mut RangeMedian<'_>) {
    // Joints before this one are known not to pay.
    let mut from = 1;
    loop {
        let mut best: Option<usize> = None;
        let (mut best_change, mut first_paying) = (0.0, 0);
        for right in from..ends.len() {
            if best.is_some_and(|joint| joint + 2 < right) {
                break;
            }
            let start = if right >= 2 { ends[right - 2] } else { 0 };
            let (border, end) = (ends[right - 1], ends[right]);
            let apart = levels.distance(start, border) + levels.distance(border, end) + gamma;
            let change = levels.distance(start, end) - apart;
            if change <= best_change {
                if best.is_none() {
                    first_paying = right;
                }
                best_change = change;
                best = Some(right - 1);
            }
        }
        let Some(joint) = best else { return };
        ends.remove(joint);
        from = first_paying.min(joint).max(1);
    }
}

/// Moves each border by up to [`MAX_PIECE`] to where the two pieces beside it fit best.
fn move_borders(ends: &mut [usize], levels: &mut RangeMedian<'_>) {
    let mut start = 0;
    for right in 1..ends.len() {
        let (border, end) = (ends[right - 1], ends[right]);
        let mut best = levels.distance(start, border) + levels.distance(border, end);
        let mut moved = border;
        for to in (start + 1).max(border.saturating_sub(MAX_PIECE))..=(end - 1).min(border + MAX_PIECE) {
            if to == border {
                continue;
            }
            let distance = levels.distance(start, to) + levels.distance(to, end);
            if distance < best {
                best = distance;
                moved = to;
            }
        }
        ends[right - 1] = moved;
        start = moved;
    }
}
