//! Files as they are read: never more of one than an honest file of its kind can have, so that a hostile one costs nothing.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// No text that people write, and no other file of the content that isn't a record, comes near this size.
pub(crate) const LARGEST_TEXT: u64 = 8 << 20;

/// The bytes of a file of at most `most` bytes. A larger one is refused by its size, before any of it is read; one that
/// grows meanwhile is not read past the limit.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > most {
        return Err(too_large(most));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

fn too_large(most: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {} MiB", most >> 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_refused_above_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        std::fs::write(&path, vec![7; 1 << 20]).expect("a file");
        assert_eq!(read(&path, 1 << 20).expect("its bytes").len(), 1 << 20);
        // A hole of a terabyte, which nobody could read.
        File::options().write(true).open(&path).and_then(|file| file.set_len(1 << 40)).expect("a hole");
        assert_eq!(read(&path, 1 << 20).expect_err("refused").to_string(), "larger than 1 MiB");
    }
}
