//! Many files as one: zip and zstd-compressed tar, without clocks or owners, so that the same files are the same bytes.

use crate::publish::{self, OutputFile, PublishError};
use std::io;
#[cfg(feature = "datasets")]
use std::io::{Cursor, Read, Write};
use thiserror::Error;

/// How files are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// `.zip`
    Zip,
    /// `.tar.zst`
    TarZst,
}

/// Why an archive was not packed or not unpacked.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// This program was built without archives.
    #[error("this program was built without archives. Build it with the cargo feature `datasets`")]
    NotBuiltIn,
    /// The archive is damaged, or the machine refuses.
    #[error("{0}. Expected a .zip or a .tar.zst")]
    Io(#[from] io::Error),
    /// A file in the archive would lie outside the folder that it is unpacked to.
    #[error(transparent)]
    Path(#[from] PublishError),
    /// The archive holds more than any results do.
    #[error("holds more than {} MB of files. Unpack it yourself, and give the folder", MOST >> 20)]
    TooLarge,
}

/// The most bytes that are unpacked: a small file can hold a large nothing.
const MOST: u64 = 4 << 30;
/// How hard zstd tries, of 22.
#[cfg(feature = "datasets")]
const EFFORT: i32 = 10;

impl Packing {
    /// The packing that a file's name ends with.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if name.ends_with(".zip") {
            Some(Self::Zip)
        } else {
            name.ends_with(".tar.zst").then_some(Self::TarZst)
        }
    }

    /// The packing that bytes begin with.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PK\x03\x04") {
            Some(Self::Zip)
        } else {
            bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]).then_some(Self::TarZst)
        }
    }
}

/// Packs files, in the order of their paths.
///
/// # Errors
/// A path that no file may have, and whatever the packing's library refuses.
pub fn pack(mut files: Vec<OutputFile>, packing: Packing) -> Result<Vec<u8>, ArchiveError> {
    publish::check_paths(&files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    packed(&files, packing)
}

/// Unpacks the plain files of an archive; links, devices and folders without files are left out.
///
/// # Errors
/// A damaged archive, one that holds too much, and paths that leave the folder or get in each other's way.
pub fn unpack(bytes: &[u8], packing: Packing) -> Result<Vec<OutputFile>, ArchiveError> {
    let files = entries(bytes, packing)?;
    publish::check_paths(&files)?;
    Ok(files)
}

#[cfg(feature = "datasets")]
fn packed(files: &[OutputFile], packing: Packing) -> Result<Vec<u8>, ArchiveError> {
    match packing {
        Packing::Zip => {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            // The day of a zip file's beginning of time, whatever today is.
            let options = zip::write::SimpleFileOptions::default()
                .last_modified_time(zip::DateTime::default())
                .unix_permissions(0o644);
            for file in files {
                archive.start_file(&*file.path, options).map_err(io::Error::from)?;
                archive.write_all(&file.bytes())?;
            }
            Ok(archive.finish().map_err(io::Error::from)?.into_inner())
        }
        Packing::TarZst => {
            let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), EFFORT)?);
            for file in files {
                let mut header = tar::Header::new_gnu();
                header.set_size(file.contents.size() as u64);
                header.set_mode(0o644);
                header.set_mtime(0);
                archive.append_data(&mut header, &file.path, &*file.bytes())?;
            }
            Ok(archive.into_inner()?.finish()?)
        }
    }
}

/// The plain files of an archive, by whatever paths it says: not to be written anywhere before these are checked.
///
/// # Errors
/// A damaged archive, and one that holds too much.
#[cfg(feature = "datasets")]
pub(crate) fn entries(bytes: &[u8], packing: Packing) -> Result<Vec<OutputFile>, ArchiveError> {
    let mut room = MOST;
    let mut files = Vec::new();
    let mut add = |path: String, reader: &mut dyn Read| -> Result<(), ArchiveError> {
        let mut bytes = Vec::new();
        // One byte more than there is room for tells that it was too much.
        reader.take(room + 1).read_to_end(&mut bytes)?;
        room = room.checked_sub(bytes.len() as u64).ok_or(ArchiveError::TooLarge)?;
        files.push(OutputFile::new(path, bytes));
        Ok(())
    };
    match packing {
        Packing::Zip => {
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(io::Error::from)?;
            for index in 0..archive.len() {
                let mut file = archive.by_index(index).map_err(io::Error::from)?;
                if file.is_file() {
                    let name = file.name().map_err(io::Error::from)?.into_owned();
                    add(name, &mut file)?;
                }
            }
        }
        Packing::TarZst => {
            let mut archive = tar::Archive::new(zstd::Decoder::new(bytes)?);
            for file in archive.entries()? {
                let mut file = file?;
                if file.header().entry_type().is_file() {
                    let path = String::from_utf8_lossy(&file.path_bytes()).into_owned();
                    add(path, &mut file)?;
                }
            }
        }
    }
    Ok(files)
}

#[cfg(not(feature = "datasets"))]
fn packed(_: &[OutputFile], _: Packing) -> Result<Vec<u8>, ArchiveError> {
    Err(ArchiveError::NotBuiltIn)
}

#[cfg(not(feature = "datasets"))]
pub(crate) fn entries(_: &[u8], _: Packing) -> Result<Vec<OutputFile>, ArchiveError> {
    Err(ArchiveError::NotBuiltIn)
}

#[cfg(all(test, feature = "datasets"))]
mod tests {
    use super::*;

    fn files() -> Vec<OutputFile> {
        let long = format!("{}ü.json", "deep/".repeat(40));
        vec![
            OutputFile::new(long, "{}"),
            OutputFile::new("empty", ""),
            OutputFile::new("a/b.txt", "x\n".repeat(5000)),
        ]
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_same_files_are_the_same_bytes() {
        for packing in [Packing::Zip, Packing::TarZst] {
            let bytes = pack(files(), packing).expect("packed");
            let mut turned = files();
            turned.reverse();
            assert_eq!(
                bytes,
                pack(turned, packing).expect("packed"),
                "the order of the files doesn't matter"
            );
            assert_eq!(Packing::of_bytes(&bytes), Some(packing));
            let mut sorted = files();
            sorted.sort_by(|a, b| a.path.cmp(&b.path));
            assert_eq!(unpack(&bytes, packing).expect("unpacked"), sorted);
        }
        assert_eq!(Packing::of_name("x.TAR.zst"), Some(Packing::TarZst));
        assert_eq!(Packing::of_name("x.tar.gz"), None);
    }

    #[test]
    fn a_file_that_would_leave_the_folder_or_a_damaged_archive_is_refused() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("../outside", options).expect("started");
        let bytes = archive.finish().expect("finished").into_inner();
        assert!(matches!(unpack(&bytes, Packing::Zip), Err(ArchiveError::Path(_))));
        let bytes = pack(files(), Packing::TarZst).expect("packed");
        assert!(matches!(unpack(&bytes[..bytes.len() / 2], Packing::TarZst), Err(ArchiveError::Io(_))));
        assert!(unpack(b"PK\x03\x04", Packing::Zip).is_err());
    }
}
