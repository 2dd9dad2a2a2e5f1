//! SQLite as WebAssembly, with which the page for questions answers in the reader's browser; from npm (sql.js), where it has
//! brought it.

use super::{Asset, fingerprinted};
use crate::publish::OutputFile;
use std::{fs, path::Path};

/// Where npm puts it, from the site's folder: the script, the WebAssembly that it runs, and the licence of both.
pub const SQLITE: [&str; 3] = [
    "node_modules/sql.js/dist/sql-wasm-browser.js",
    "node_modules/sql.js/dist/sql-wasm-browser.wasm",
    "node_modules/sql.js/LICENSE",
];

/// The names of script and WebAssembly among the site's assets.
pub const SQLITE_NAMES: [&str; 2] = ["query/sqlite.js", "query/sqlite.wasm"];

/// The engine's files in the order of [`SQLITE_NAMES`]; nothing where npm's aren't all there.
pub fn sqlite(root: &Path) -> Option<[(OutputFile, Asset); 2]> {
    let [script, wasm, licence] = SQLITE.map(|file| fs::read(root.join(file)).ok());
    let [of_script, of_wasm] = SQLITE_NAMES;
    Some([fingerprinted(of_script, module(&licence?, &script?)), fingerprinted(of_wasm, wasm?)])
}

/// The script, which leaves its one function to whoever reads it as a plain script, as a module; with the licence, which asks
/// to be in every copy. It sets `module`, which no module may do to a name that isn't declared.
fn module(licence: &[u8], script: &[u8]) -> Vec<u8> {
    [b"/*\n", licence, b"*/\n", b"let module;\n", script, b"\nexport default initSqlJs;\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_there_whole_or_not_at_all() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("node_modules/sql.js/dist")).expect("folders");
        for (file, text) in SQLITE.into_iter().zip(["var initSqlJs;", "\0asm", "MIT\n"]) {
            assert_eq!(sqlite(root.path()), None, "without {file} nothing answers");
            fs::write(root.path().join(file), text).expect("a file");
        }
        let [(script, _), (wasm, asset)] = sqlite(root.path()).expect("an engine");
        assert_eq!(
            *script.bytes(),
            *b"/*\nMIT\n*/\nlet module;\nvar initSqlJs;\nexport default initSqlJs;\n"
        );
        assert_eq!(*wasm.bytes(), *b"\0asm");
        assert!(
            asset.href.starts_with("assets/query/sqlite.") && asset.href.ends_with(".wasm"),
            "{}",
            asset.href
        );
    }
}
