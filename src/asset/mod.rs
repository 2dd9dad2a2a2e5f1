//! Style sheets and scripts: bundled, minified, fingerprinted.
//!
//! | in `static/` | becomes |
//! |---|---|
//! | `css/site.css`, then the other `css/*.css` by name | one minified `assets/site.<fingerprint>.css` |
//! | `css/tools/*.css`, for the pages that ask something of their readers | one minified `assets/tools.<fingerprint>.css` |
//! | `css/chart.css`, then `css/embed.css`, which is in no other | one minified `assets/embed.<fingerprint>.css` |
//! | `js/**/*.js` | a module each, `assets/**/<name>.<fingerprint>.js`, as written but for the names that it imports |
//! | everything else | itself, at its own path |
//!
//! Hidden files and type declarations (`*.d.ts`) stay behind. Nothing is written to disk here.

mod error;
mod fingerprint;
mod import;
mod script;
mod source;
mod sqlite;
mod style;

use std::collections::BTreeMap;
use std::path::Path;

pub use error::AssetError;
pub use sqlite::{SQLITE, SQLITE_NAMES, sqlite};

use crate::publish::OutputFile;

/// The name of the one style sheet in [`Assets::by_name`].
pub const STYLE_SHEET: &str = "site.css";

/// The name of the style sheet of the pages with forms in [`Assets::by_name`].
pub const TOOLS_SHEET: &str = "tools.css";

/// The folder of the style sheets that [`TOOLS_SHEET`] is made of.
const TOOLS: &str = "tools/";

/// The name of the style sheet of charts on other people's pages in [`Assets::by_name`].
pub const EMBED_SHEET: &str = "embed.css";

/// What [`EMBED_SHEET`] begins with.
const CHART_SHEET: &str = "chart.css";

/// The folder that fingerprinted files go to.
const FOLDER: &str = "assets";

/// Everything that `static/` gives to the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The files to publish, by path.
    pub files: Vec<OutputFile>,
    /// What a page needs to name them: the style sheet as [`STYLE_SHEET`], each script by its path in `static/js`, such as
    /// `chart/plot.js`.
    pub by_name: BTreeMap<String, Asset>,
}

/// A fingerprinted style sheet or script, as a page refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path from the root of the site, without a leading slash: `assets/site.0f1e2d3c.css`.
    pub href: String,
    /// The value of the `integrity` attribute: `sha384-…`.
    pub integrity: String,
    /// For a script, the names of all modules that it needs before it runs, to be preloaded; sorted.
    pub imports: Vec<String>,
}

/// A file that some other part of the build brings, such as Plotly's script: the file to publish, and how a page refers
/// to it. `name` is like `plotly.js`.
pub fn fingerprinted(name: &str, bytes: Vec<u8>) -> (OutputFile, Asset) {
    let asset = fingerprint::fingerprint(name, &bytes, Vec::new());
    (OutputFile::new(asset.href.clone(), bytes), asset)
}

/// Reads `static_dir` and makes everything that the site takes from it.
///
/// # Errors
/// When a file can't be read or a link leaves the folder, when a style sheet is wrong, and when a script imports what
/// isn't there, or itself.
pub fn assets(static_dir: &Path) -> Result<Assets, AssetError> {
    let source = source::read(static_dir)?;
    let mut assets = Assets { files: source.others, ..Assets::default() };
    let (embed, site): (Vec<_>, Vec<_>) = source.styles.iter().partition(|style| style.name == EMBED_SHEET);
    let (tools, site): (Vec<_>, Vec<_>) = site.into_iter().partition(|style| style.name.starts_with(TOOLS));
    let chart = site.iter().filter(|style| style.name == CHART_SHEET);
    let embed: Vec<_> = if embed.is_empty() { embed } else { chart.copied().chain(embed).collect() };
    for (name, styles) in [(STYLE_SHEET, site), (TOOLS_SHEET, tools), (EMBED_SHEET, embed)] {
        if !styles.is_empty() {
            let (file, asset) = style::bundle(name, styles.into_iter())?;
            assets.files.push(file);
            assets.by_name.insert(name.to_owned(), asset);
        }
    }
    for (name, file, asset) in script::link(&source.scripts)? {
        assets.files.push(file);
        assets.by_name.insert(name, asset);
    }
    assets.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(assets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn static_dir(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn every_file_gets_its_place() {
        let dir = static_dir(&[
            ("favicon.svg", "<svg/>"),
            ("img/a/logo.png", "png"),
            ("css/site.css", "a { color: red }"),
            ("css/print.css", "b { color: blue }"),
            ("js/chart/plot.js", "export const x = 1;\n"),
            ("js/types.d.ts", "declare const x: number;"),
            (".DS_Store", ""),
            (".well-known/security.txt", "mail us"),
        ]);
        let assets = assets(dir.path()).unwrap();
        let paths: Vec<_> = assets.files.iter().map(|file| file.path.as_str()).collect();
        let style = &assets.by_name[STYLE_SHEET].href;
        let script = &assets.by_name["chart/plot.js"].href;
        assert_eq!(
            paths,
            [".well-known/security.txt", script.as_str(), style, "favicon.svg", "img/a/logo.png"]
        );
        assert!(style.starts_with("assets/site.") && style.ends_with(".css"), "{style}");
        assert!(script.starts_with("assets/chart/plot.") && script.ends_with(".js"), "{script}");
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_it() {
        let error = assets(Path::new("/nowhere/static")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/static"), "{error}");
    }

    #[test]
    fn a_link_may_lead_around_the_folder_but_not_out_of_it() {
        use std::os::unix::fs::symlink;
        let dir = static_dir(&[("img/a.svg", "a")]);
        symlink("img/a.svg", dir.path().join("b.svg")).unwrap();
        let found = assets(dir.path()).unwrap();
        assert_eq!(found.files[0], OutputFile::new("b.svg", "a"));

        for target in ["/etc/hostname", "/etc"] {
            let link = dir.path().join("out.txt");
            symlink(target, &link).unwrap();
            let error = assets(dir.path()).unwrap_err().to_string();
            assert!(error.contains("out.txt") && error.contains(target), "{error}");
            fs::remove_file(link).unwrap();
        }
        symlink("missing", dir.path().join("broken")).unwrap();
        assert!(assets(dir.path()).unwrap_err().to_string().contains("broken"));
    }

    #[test]
    fn the_same_files_give_the_same_assets() {
        let dir = static_dir(&[("css/site.css", "a{}"), ("js/a.js", "1"), ("js/b.js", "2")]);
        assert_eq!(assets(dir.path()).unwrap(), assets(dir.path()).unwrap());
    }
}
