//! The colours of `static/css/chart.css`, for the faces that can't read custom properties: files that leave the page.

/// The style sheet.
pub(super) const CSS: &str = include_str!("../../static/css/chart.css");
/// The line in it that ends the light palette and the rules for drawings.
const END_OF_DRAWINGS: &str = "/* End of what a drawing needs outside of a page. */";

/// The value of a custom property in the light palette.
pub fn light(name: &str) -> &'static str {
    let start = CSS.find(&format!("--{name}:")).map_or(CSS.len(), |at| at + name.len() + 3);
    CSS[start..].split([';', '}']).next().unwrap_or_default().trim()
}

/// The light colours of the series, in order.
pub(super) fn series() -> Vec<&'static str> {
    (1..=super::COLORS).map(|slot| light(&format!("series-{slot}"))).collect()
}

/// The colours that a Plotly figure carries: the light theme's. `chart/look.js` puts in the page's own.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FigureColors {
    background: &'static str,
    text: &'static str,
    grid: &'static str,
    series: Vec<&'static str>,
}

/// The colours of every figure, for scripts that make figures of their own.
pub fn figure_colors() -> FigureColors {
    FigureColors {
        background: light("chart-background"),
        text: light("chart-text"),
        grid: light("chart-grid"),
        series: series(),
    }
}

/// The rules for drawings with their custom properties put in: style for an SVG that stands alone.
pub fn drawing_rules() -> String {
    let mut rules = CSS.split(END_OF_DRAWINGS).next().unwrap_or_default();
    let mut resolved = String::with_capacity(rules.len());
    while let Some((before, after)) = rules.split_once("var(--") {
        let (name, rest) = after.split_once(')').unwrap_or((after, ""));
        resolved.push_str(before);
        resolved.push_str(light(name));
        rules = rest;
    }
    resolved.push_str(rules);
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rgb = [f64; 3];

    /// What dichromats see, in linear RGB: Machado, Oliveira and Fernandes, *A Physiologically-based Model for
    /// Simulation of Color Vision Deficiency*, 2009, severity 1.0.
    const VISIONS: [(&str, [Rgb; 3]); 4] = [
        ("full colour vision", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
        (
            "tritanopia",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];
    /// The least distance of two series' colours in OKLab, for every vision. A just noticeable difference is about
    /// 0.02; shapes and dashes tell series apart beside it.
    const APART: f64 = 0.06;

    /// The blocks of the style sheet that set the palette: light, dark by preference, dark by choice, high contrast.
    fn palettes() -> Vec<Vec<(&'static str, &'static str)>> {
        let blocks =
            CSS.split("--chart-background: #").skip(1).map(|block| block.split('}').next().expect("a block"));
        blocks
            .map(|block| {
                let first = block.split(';').next().expect("a value");
                let rest = block.split(';').skip(1).filter_map(|line| line.trim().split_once(": "));
                std::iter::once(("--chart-background", first)).chain(rest).collect()
            })
            .collect()
    }

    fn linear(hex: &str) -> Rgb {
        let hex = hex.trim_start_matches('#');
        [0, 2, 4].map(|at| {
            let value =
                f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a hexadecimal colour")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// WCAG 2.2's contrast ratio.
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let luminance = |[r, g, b]: Rgb| 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        let (a, b) = (luminance(a), luminance(b));
        a.max(b) / a.min(b)
    }

    /// Björn Ottosson, *A perceptual color space for image processing*, 2020.
    fn oklab([r, g, b]: Rgb) -> Rgb {
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }

    fn seen(matrix: &[Rgb; 3], color: Rgb) -> Rgb {
        matrix.map(|row| (0..3).map(|i| row[i] * color[i]).sum::<f64>().clamp(0.0, 1.0))
    }

    fn distance(a: Rgb, b: Rgb) -> f64 {
        (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
    }

    fn value(palette: &[(&str, &'static str)], name: &str) -> Rgb {
        linear(palette.iter().find(|(key, _)| *key == name).unwrap_or_else(|| panic!("no {name}")).1)
    }

    #[test]
    fn every_series_stands_out_from_the_background_in_both_themes() {
        assert_eq!(palettes().len(), 4);
        for (palette, least) in palettes().into_iter().zip([3.0, 3.0, 3.0, 4.5]) {
            let background = value(&palette, "--chart-background");
            for slot in 1..=super::super::COLORS {
                let ratio = contrast(value(&palette, &format!("--series-{slot}")), background);
                assert!(ratio >= least, "series {slot}: {ratio:.2}");
            }
            for text in ["--chart-text", "--chart-muted"] {
                let ratio = contrast(value(&palette, text), background);
                assert!(ratio >= 4.5, "{text}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn series_stay_apart_for_colour_blind_readers() {
        for palette in palettes() {
            for (vision, matrix) in &VISIONS {
                let colors: Vec<Rgb> = (1..=super::super::COLORS)
                    .map(|slot| oklab(seen(matrix, value(&palette, &format!("--series-{slot}")))))
                    .collect();
                for (i, a) in colors.iter().enumerate() {
                    for (j, b) in colors.iter().enumerate().skip(i + 1) {
                        let apart = distance(*a, *b);
                        assert!(apart >= APART, "series {} and {} with {vision}: {apart:.3}", i + 1, j + 1);
                    }
                }
            }
        }
    }

    /// Ten colours that all stand out from the background can't be far apart in grey; no two are the same, and their
    /// shapes and dashes differ.
    #[test]
    fn no_two_series_are_one_grey() {
        const GREYS_APART: f64 = 0.015;
        for palette in palettes() {
            let lightness = |slot: usize| {
                let [r, g, b] = value(&palette, &format!("--series-{slot}"));
                (0.2126 * r + 0.7152 * g + 0.0722 * b).cbrt()
            };
            let mut greys: Vec<f64> = (1..=super::super::COLORS).map(lightness).collect();
            greys.sort_by(f64::total_cmp);
            let least = greys.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
            assert!(least >= GREYS_APART, "{least:.4}");
        }
    }

    #[test]
    fn the_two_dark_palettes_are_one() {
        let palettes = palettes();
        assert_eq!(palettes[1], palettes[2]);
    }

    #[test]
    fn rules_for_a_drawing_stand_alone() {
        let rules = drawing_rules();
        assert!(rules.contains(&format!(".series-1 {{ color: {}; }}", light("series-1"))));
        assert!(!rules.contains("var(") && !rules.contains("@media"));
        assert_eq!(series().len(), 10);
    }
}
