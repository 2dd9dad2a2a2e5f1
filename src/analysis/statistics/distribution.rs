//! The normal and Student's t distribution, on statrs's special functions.

use statrs::function::{
    beta::{checked_beta_reg, inv_beta_reg},
    erf,
};
use std::f64::consts::SQRT_2;

/// P(Z <= z) for a standard normal Z.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * erf::erfc(-z / SQRT_2)
}

/// The z with P(Z <= z) = `probability`; infinite at 0 and 1.
pub fn normal_quantile(probability: f64) -> f64 {
    if probability <= 0.0 {
        f64::NEG_INFINITY
    } else if probability >= 1.0 {
        f64::INFINITY
    } else {
        -SQRT_2 * erf::erfc_inv(2.0 * probability)
    }
}

/// P(|T| >= |t|) for Student's t with `degrees` of freedom: I_x(degrees / 2, 1/2) at x = degrees / (degrees + t²)
/// (Abramowitz and Stegun 26.7.1). NaN for a `t` that isn't a number, 0 for an infinite one.
pub fn student_t_two_sided(t: f64, degrees: f64) -> f64 {
    if t.is_nan() || degrees.is_nan() || degrees <= 0.0 {
        return f64::NAN;
    }
    if t.is_infinite() {
        return 0.0;
    }
    checked_beta_reg(0.5 * degrees, 0.5, degrees / (degrees + t * t)).unwrap_or(f64::NAN)
}

/// The t with P(|T| <= t) = `confidence`.
pub fn student_t_quantile(confidence: f64, degrees: f64) -> f64 {
    let x = inv_beta_reg(0.5 * degrees, 0.5, 1.0 - confidence);
    (degrees * (1.0 - x) / x).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_quantiles() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-9);
        assert!((normal_cdf(1.959_963_984_540_054) - 0.975).abs() < 1e-10);
        assert!((student_t_quantile(0.95, 10.0) - 2.228_138_851_964_939).abs() < 1e-7);
        assert!((student_t_two_sided(2.228_138_851_964_939, 10.0) - 0.05).abs() < 1e-9);
        assert_eq!(student_t_two_sided(f64::INFINITY, 3.0), 0.0);
        assert!(student_t_two_sided(f64::NAN, 3.0).is_nan());
    }
}
