//! Names that change with what a file holds, so that browsers may keep it for ever.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};

use super::{Asset, FOLDER};

/// How many hexadecimal digits of the hash a name carries.
const DIGITS: usize = 8;

/// The asset that `bytes` make under the name `name`, such as `chart/plot.js`.
pub(super) fn fingerprint(name: &str, bytes: &[u8], imports: Vec<String>) -> Asset {
    let hash = blake3::hash(bytes).to_hex();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let href = format!("{FOLDER}/{stem}.{}.{extension}", &hash[..DIGITS]);
    let integrity = format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)));
    Asset { href, integrity, imports }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_the_integrity_are_those_of_the_bytes() {
        // The published hashes of the empty input: BLAKE3 af1349b9…, SHA-384 38b060a7….
        let asset = fingerprint("chart/plot.min.js", b"", Vec::new());
        assert_eq!(asset.href, "assets/chart/plot.min.af1349b9.js");
        assert_eq!(
            asset.integrity,
            "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
        );
    }
}
