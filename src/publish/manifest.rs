//! The web application manifest: name and icons for those who put the site on their home screen.

use super::OutputFile;
use crate::{config::Config, share};
use serde_json::{Value, json};

/// `manifest.webmanifest`. It names the icons that are among the site's `files`. Its addresses are relative to its own, so
/// that they hold below any path.
pub fn manifest(config: &Config, files: &[OutputFile]) -> OutputFile {
    let drawing = [("favicon.svg", "any".to_owned(), "image/svg+xml")];
    let pictures = share::ICONS.iter().map(|(path, size)| (*path, format!("{size}x{size}"), "image/png"));
    let icons: Vec<Value> = drawing
        .into_iter()
        .chain(pictures)
        .filter(|(path, ..)| files.iter().any(|file| file.path == *path))
        .map(|(path, sizes, kind)| json!({ "src": path, "sizes": sizes, "type": kind }))
        .collect();
    let manifest = json!({
        "name": config.title,
        "description": config.description,
        "lang": config.language,
        "start_url": "./",
        "scope": "./",
        "display": "minimal-ui",
        "icons": icons,
    });
    OutputFile::new("manifest.webmanifest", format!("{manifest:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_icons_that_exist_are_named() {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let icons = |paths: &[&str]| -> Vec<String> {
            let files: Vec<OutputFile> = paths.iter().map(|path| OutputFile::new(*path, "")).collect();
            let manifest: Value = serde_json::from_slice(&manifest(&config, &files).bytes()).expect("JSON");
            let icons = manifest["icons"].as_array().expect("a list");
            icons.iter().map(|icon| format!("{} {}", icon["src"], icon["sizes"])).collect()
        };
        assert_eq!(icons(&["index.html"]), [""; 0]);
        assert_eq!(
            icons(&["icon-192.png", "favicon.svg"]),
            [r#""favicon.svg" "any""#, r#""icon-192.png" "192x192""#]
        );
    }
}
