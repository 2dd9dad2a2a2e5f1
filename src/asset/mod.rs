//! Style sheets and scripts: bundled, minified, fingerprinted.
