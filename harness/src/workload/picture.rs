//! Images made on the fly: coloured rectangles, so that they compress as pictures do and no two are the same.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fastrand::Rng;

/// Rectangles on a picture.
const RECTANGLES: usize = 24;

/// A picture of this size as a PNG in a data URL.
pub(super) fn data_url(width: u32, height: u32, random: &mut Rng) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png(width, height, random)))
}

fn png(width: u32, height: u32, random: &mut Rng) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Writing to memory doesn't fail, and the size was checked with the options.
    let written =
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&paint(width, height, random)));
    debug_assert!(written.is_ok());
    bytes
}

fn paint(width: u32, height: u32, random: &mut Rng) -> Vec<u8> {
    let (columns, rows) = (width as usize, height as usize);
    let mut pixels = vec![0; columns * rows * 3];
    for number in 0..RECTANGLES {
        let colour = [random.u8(..), random.u8(..), random.u8(..)];
        // The first one is the background.
        let (left, top) = if number == 0 { (0, 0) } else { (random.usize(..columns), random.usize(..rows)) };
        let (right, bottom) = if number == 0 {
            (columns, rows)
        } else {
            (random.usize(left..columns) + 1, random.usize(top..rows) + 1)
        };
        for row in top..bottom {
            let line = &mut pixels[(row * columns + left) * 3..(row * columns + right) * 3];
            for pixel in line.chunks_exact_mut(3) {
                pixel.copy_from_slice(&colour);
            }
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_png_of_its_size_and_repeats_with_its_seed() {
        let bytes = png(31, 17, &mut Rng::with_seed(3));
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.width, frame.height), (31, 17));
        assert_eq!(pixels, paint(31, 17, &mut Rng::with_seed(3)));
        let urls = [1, 1, 2].map(|seed| data_url(8, 8, &mut Rng::with_seed(seed)));
        assert!(urls[0] == urls[1] && urls[0] != urls[2]);
        assert!(urls[0].starts_with("data:image/png;base64,iVBOR"), "{}", urls[0]);
    }
}
