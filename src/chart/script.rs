//! Plotly's script, from where the build finds it.

use plotly::Plot;
use std::path::Path;

/// The partial bundle that the site prefers: a third of the full script.
const BUNDLE: &str = "node_modules/plotly.js-basic-dist-min/plotly-basic.min.js";

/// The name, among the site's assets, of the script for charts of more points than SVG bears.
pub const PLOTLY_WEB_GL: &str = "plotly-webgl.js";

/// The bundle that draws with WebGL and runs no text as code, which the pages' policy forbids.
const WEB_GL_BUNDLE: &str = "node_modules/plotly.js-strict-dist-min/plotly-strict.min.js";

/// Where npm puts the scripts, from the site's folder.
pub const SCRIPTS: [&str; 2] = [BUNDLE, WEB_GL_BUNDLE];

/// The script for charts of more points than SVG bears, where npm has brought it. Without it they are drawn as SVG.
pub fn plotly_web_gl_script(root: &Path) -> Option<Vec<u8>> {
    std::fs::read(root.join(WEB_GL_BUNDLE)).ok()
}

/// Plotly's script, to be written into the site once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotlyScript {
    /// The script itself.
    pub bytes: Vec<u8>,
    /// Its version, such as `4.1.1`.
    pub version: String,
    /// Where it is from.
    pub from: Origin,
}

/// Where Plotly's script was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The bundle for basic charts (lines, points, bars) from npm.
    Npm,
    /// The full script that the `plotly` crate carries.
    Crate,
}

/// Plotly's script: the bundle in `node_modules` under `root` if it can be read, else the full one of the crate.
pub fn plotly_script(root: &Path) -> PlotlyScript {
    let (bytes, from) = match std::fs::read(root.join(BUNDLE)) {
        Ok(bytes) => (bytes, Origin::Npm),
        Err(_) => (of_crate().into_bytes(), Origin::Crate),
    };
    PlotlyScript { version: version(&bytes), bytes, from }
}

/// The crate hands out its script inside of a script element, with another one (MathJax) behind it.
fn of_crate() -> String {
    let elements = Plot::offline_js_sources();
    let script = elements.split_once('>').map_or("", |(_, rest)| rest);
    script.split("</script>").next().unwrap_or_default().to_owned()
}

/// The version in the comment at the top: `* plotly.js (basic - minified) v4.1.1`.
fn version(script: &[u8]) -> String {
    let head = String::from_utf8_lossy(&script[..script.len().min(300)]).into_owned();
    let line = head.lines().find(|line| line.contains("plotly.js")).unwrap_or_default();
    let version = line.split_whitespace().find_map(|word| word.strip_prefix('v'));
    version.unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_yields_the_plain_script() {
        let root = tempfile::tempdir().expect("a folder");
        let script = plotly_script(root.path());
        let text = String::from_utf8(script.bytes).expect("text");
        assert_eq!(script.from, Origin::Crate);
        assert!(script.version.starts_with("3."), "{}", script.version);
        assert!(text.starts_with("/**\n* plotly.js"));
        assert!(text.trim_end().ends_with("}));"), "{}", &text[text.len() - 80..]);
        assert!(!text.contains("<script") && !text.contains("MathJax.js"));
    }

    #[test]
    fn the_npm_bundle_comes_first() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join(BUNDLE);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(&path, "/**\n* plotly.js (basic - minified) v4.1.1\n*/\n").expect("a file");
        let script = plotly_script(root.path());
        assert_eq!((script.from, script.version.as_str()), (Origin::Npm, "4.1.1"));
    }
}
