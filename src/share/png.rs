//! PNG as small as a drawing can be: up to 256 colours, one byte a pixel.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

/// Colours that share their upper five bits a channel are counted together.
const BINS: usize = 1 << 15;

/// Encodes an image: with a palette when it is opaque, as it is when parts of it are transparent. Nothing when it can't be
/// encoded, which takes an image of no size.
pub(super) fn encode(pixmap: &Pixmap) -> Option<Vec<u8>> {
    let runs = runs(pixmap.data());
    let opaque = runs.iter().all(|run| run.color[3] == u8::MAX);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_depth(BitDepth::Eight);
    let data = if opaque {
        let palette = Palette::of(&runs);
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(palette.colors.concat());
        // Drawings are flat: whole rows repeat, which filters only hide.
        encoder.set_filter(Filter::NoFilter);
        encoder.set_compression(Compression::Balanced);
        palette.indices(&runs)
    } else {
        encoder.set_color(ColorType::Rgba);
        let plain = pixmap.pixels().iter().map(PremultipliedColorU8::demultiply);
        plain.flat_map(|c| [c.red(), c.green(), c.blue(), c.alpha()]).collect()
    };
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&data).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

/// Neighbouring pixels of one colour.
struct Run {
    /// Red, green, blue, alpha.
    color: [u8; 4],
    length: usize,
}

/// The pixels of an image in runs, of which a drawing has few.
fn runs(data: &[u8]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut rest = data;
    while let Some(color) = rest.first_chunk::<4>() {
        let mut length = 1;
        while rest.get(4 * length..4 * length + 4) == Some(color) {
            length += 1;
        }
        runs.push(Run { color: *color, length });
        rest = &rest[4 * length..];
    }
    runs
}

/// The most frequent colours of an image, and for every colour the nearest of them.
struct Palette {
    colors: Vec<[u8; 3]>,
    nearest: Vec<u8>,
}

/// How often the colours of a bin occur, and the sum of each channel.
#[derive(Clone, Copy, Default)]
struct Bin {
    count: usize,
    sums: [usize; 3],
}

impl Bin {
    fn mean(&self) -> [u8; 3] {
        self.sums.map(|sum| ((sum + self.count / 2) / self.count) as u8)
    }
}

impl Palette {
    fn of(runs: &[Run]) -> Self {
        let mut bins = vec![Bin::default(); BINS];
        for run in runs {
            let bin = &mut bins[bin_of(run.color)];
            bin.count += run.length;
            for (sum, channel) in bin.sums.iter_mut().zip(run.color) {
                *sum += usize::from(channel) * run.length;
            }
        }
        let mut used: Vec<(usize, Bin)> =
            bins.into_iter().enumerate().filter(|(_, bin)| bin.count > 0).collect();
        // Of equally frequent ones the darker comes first, so that the same image always gets the same palette.
        used.sort_by_key(|(index, bin)| (std::cmp::Reverse(bin.count), *index));
        let colors: Vec<[u8; 3]> = used.iter().take(256).map(|(_, bin)| bin.mean()).collect();
        let mut nearest = vec![0; BINS];
        for (rank, (index, bin)) in used.iter().enumerate() {
            nearest[*index] = u8::try_from(rank).unwrap_or_else(|_| nearest_of(&colors, bin.mean()));
        }
        Self { colors, nearest }
    }

    fn indices(&self, runs: &[Run]) -> Vec<u8> {
        let mut indices = Vec::new();
        for run in runs {
            indices.resize(indices.len() + run.length, self.nearest[bin_of(run.color)]);
        }
        indices
    }
}

fn bin_of([red, green, blue, _]: [u8; 4]) -> usize {
    usize::from(red >> 3) << 10 | usize::from(green >> 3) << 5 | usize::from(blue >> 3)
}

fn nearest_of(colors: &[[u8; 3]], wanted: [u8; 3]) -> u8 {
    let distance = |color: &[u8; 3]| -> u32 {
        color.iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let nearest = colors.iter().enumerate().min_by_key(|(_, color)| distance(color));
    nearest.map_or(0, |(index, _)| index as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::{Color, Paint, Rect, Transform};

    fn decoded(bytes: &[u8]) -> (ColorType, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG file");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let frame = reader.next_frame(&mut pixels).expect("an image");
        (frame.color_type, pixels)
    }

    fn half_red(paper: Color) -> Pixmap {
        let mut pixmap = Pixmap::new(4, 1).expect("pixels");
        pixmap.fill(paper);
        let mut paint = Paint::default();
        paint.set_color_rgba8(200, 10, 20, 255);
        let left = Rect::from_xywh(0.0, 0.0, 2.0, 1.0).expect("a place");
        pixmap.fill_rect(left, &paint, Transform::identity(), None);
        pixmap
    }

    #[test]
    fn an_opaque_image_of_few_colours_keeps_each_of_them() {
        let bytes = encode(&half_red(Color::WHITE)).expect("encoded");
        let expected = [[200, 10, 20], [200, 10, 20], [255; 3], [255; 3]].concat();
        assert_eq!(decoded(&bytes), (ColorType::Rgb, expected));
    }

    #[test]
    fn a_transparent_image_stays_transparent() {
        let (kind, pixels) = decoded(&encode(&half_red(Color::TRANSPARENT)).expect("encoded"));
        assert_eq!(kind, ColorType::Rgba);
        assert_eq!(pixels[..4], [200, 10, 20, 255]);
        assert_eq!(pixels[12..], [0, 0, 0, 0]);
    }

    #[test]
    fn a_colour_too_many_becomes_the_nearest_one() {
        let mut pixmap = Pixmap::new(300, 1).expect("pixels");
        for (index, pixel) in pixmap.data_mut().chunks_exact_mut(4).enumerate() {
            // 300 bins.
            let (red, green) = ((index % 32 * 8) as u8, (index / 32 * 8) as u8);
            pixel.copy_from_slice(&[red, green, 0, 255]);
        }
        let (_, pixels) = decoded(&encode(&pixmap).expect("encoded"));
        for (index, pixel) in pixels.chunks_exact(3).enumerate() {
            let (red, green) = ((index % 32 * 8) as u8, (index / 32 * 8) as u8);
            // The bins with the most red are left out; five steps of red away there is always another one.
            let step = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
            let distance = step(pixel[0], red) + step(pixel[1], green);
            assert!(distance <= 1600, "{index}: {pixel:?}");
        }
    }
}
