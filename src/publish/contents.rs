//! What a file holds while it waits to be written: as it is, or packed.
//!
//! A site waits in memory until all of it is known to be sound, and tables and lists of the API are most of its bytes: packed,
//! they take a tenth of the room. Small files aren't worth it, and without the feature `datasets` there is nothing to pack with.

use std::borrow::Cow;

/// Files of fewer bytes than this are kept as they are.
#[cfg(feature = "datasets")]
const SMALL: usize = 4 << 10;
/// How hard zstd tries: the least, since the bytes are unpacked again in the same build.
#[cfg(feature = "datasets")]
const EFFORT: i32 = 1;

/// The bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents(Kept);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kept {
    Plain(Vec<u8>),
    #[cfg(feature = "datasets")]
    Packed {
        packed: Vec<u8>,
        size: usize,
    },
}

impl Default for Contents {
    fn default() -> Self {
        Self::plain(Vec::new())
    }
}

impl Contents {
    /// Bytes that are kept as they are.
    pub fn plain(mut bytes: Vec<u8>) -> Self {
        // Room that growing left over would wait with them.
        bytes.shrink_to_fit();
        Self(Kept::Plain(bytes))
    }

    /// Bytes that are kept packed, where that is worth it.
    #[cfg(feature = "datasets")]
    pub fn packed(bytes: Vec<u8>) -> Self {
        if bytes.len() < SMALL {
            return Self::plain(bytes);
        }
        match zstd::bulk::compress(&bytes, EFFORT) {
            Ok(mut packed) if packed.len() < bytes.len() / 2 => {
                packed.shrink_to_fit();
                Self(Kept::Packed { packed, size: bytes.len() })
            }
            _ => Self::plain(bytes),
        }
    }

    /// Bytes that are kept packed, where that is worth it, which it never is without zstd.
    #[cfg(not(feature = "datasets"))]
    pub fn packed(bytes: Vec<u8>) -> Self {
        Self::plain(bytes)
    }

    /// The bytes.
    ///
    /// # Panics
    /// When the memory that they were packed into has changed.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.0 {
            Kept::Plain(bytes) => Cow::Borrowed(bytes),
            #[cfg(feature = "datasets")]
            Kept::Packed { packed, size } => {
                Cow::Owned(zstd::bulk::decompress(packed, *size).expect("what was packed here unpacks"))
            }
        }
    }

    /// The bytes, when the contents aren't needed any more.
    pub fn into_bytes(self) -> Vec<u8> {
        match self.0 {
            Kept::Plain(bytes) => bytes,
            #[cfg(feature = "datasets")]
            Kept::Packed { .. } => self.bytes().into_owned(),
        }
    }

    /// How many bytes there are.
    pub fn size(&self) -> usize {
        match &self.0 {
            Kept::Plain(bytes) => bytes.len(),
            #[cfg(feature = "datasets")]
            Kept::Packed { size, .. } => *size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_bytes_take_less_room_and_come_back_as_they_were() {
        let bytes: Vec<u8> =
            (0..40_000).flat_map(|row| format!("{{\"row\":{row}}},\n").into_bytes()).collect();
        let contents = Contents::packed(bytes.clone());
        #[cfg(feature = "datasets")]
        assert!(matches!(&contents.0, Kept::Packed { packed, .. } if packed.len() < bytes.len() / 4));
        assert_eq!(contents.size(), bytes.len());
        assert_eq!(contents.bytes(), bytes.as_slice());
        assert_eq!(contents.into_bytes(), bytes);
    }

    #[test]
    fn what_is_small_or_random_is_kept_as_it_is() {
        let mut hasher = blake3::Hasher::new();
        let mut random = vec![0; 100_000];
        hasher.update(b"").finalize_xof().fill(&mut random);
        for bytes in [Vec::new(), b"small".to_vec(), random] {
            assert!(matches!(Contents::packed(bytes.clone()).bytes(), Cow::Borrowed(kept) if kept == bytes));
        }
    }
}
