//! Minimum of a function of one variable by golden-section search (Kiefer 1953).

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    /// Stop when the bracket is narrower.
    pub(super) x: f64,
    /// Stop when the two inner values differ by less than this share of the first ones.
    pub(super) f: f64,
}

/// Where `f` is smallest, beginning with evaluations at `a` and `b` themselves, as asv does (`expand_bounds`).
pub(super) fn golden_section(mut f: impl FnMut(f64) -> f64, a: f64, b: f64, tolerance: Tolerance) -> f64 {
    let ratio = 2.0 / (1.0 + 5.0_f64.sqrt());
    let mut x0 = (ratio * a - (1.0 - ratio) * b) / (2.0 * ratio - 1.0);
    let mut x3 = (ratio * b - (1.0 - ratio) * a) / (2.0 * ratio - 1.0);
    let mut x1 = ratio * x0 + (1.0 - ratio) * x3;
    let mut x2 = (1.0 - ratio) * x0 + ratio * x3;
    let (mut f1, mut f2) = (f(x1), f(x2));
    let scale = f1.abs().max(f2.abs());
    // The bracket shrinks by a third each time; the bound only matters for values that aren't numbers.
    for _ in 0..200 {
        if (x0 - x3).abs() < tolerance.x || (f1 - f2).abs() < tolerance.f * scale {
            break;
        }
        if f2 < f1 {
            (x0, x1) = (x1, x2);
            x2 = ratio * x1 + (1.0 - ratio) * x3;
            f1 = f2;
            f2 = f(x2);
        } else {
            (x3, x2) = (x2, x1);
            x1 = ratio * x2 + (1.0 - ratio) * x0;
            f2 = f1;
            f1 = f(x1);
        }
    }
    if f2 < f1 { x2 } else { x1 }
}
