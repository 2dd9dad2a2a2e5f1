//! Makes one minified style sheet of several.

use lightningcss::dependencies::{Dependency, DependencyOptions, Location};
use lightningcss::error::ErrorLocation;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::targets::{Browsers, Features, Targets};

use super::fingerprint::fingerprint;
use super::source::Text;
use super::{Asset, AssetError};
use crate::publish::OutputFile;

/// Bundles style sheets in their order under a name. None gives an empty sheet.
pub(super) fn bundle<'a>(
    name: &str,
    styles: impl Iterator<Item = &'a Text>,
) -> Result<(OutputFile, Asset), AssetError> {
    let minified = styles.map(minify).collect::<Result<Vec<_>, _>>()?.join("\n");
    let asset = fingerprint(name, minified.as_bytes(), Vec::new());
    Ok((OutputFile::new(asset.href.clone(), minified), asset))
}

/// Browsers of 2022. Nesting and `light-dark()` are left as written, because what they would be compiled to is long and
/// changes what a custom property means. Browsers that don't know them yet skip the declaration.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    let browsers = Browsers {
        chrome: version(105, 0),
        edge: version(105, 0),
        firefox: version(105, 0),
        safari: version(16, 0),
        ios_saf: version(16, 0),
        ..Browsers::default()
    };
    Targets {
        browsers: Some(browsers),
        exclude: Features::Nesting | Features::LightDark,
        ..Targets::default()
    }
}

fn minify(style: &Text) -> Result<String, AssetError> {
    let options = ParserOptions { filename: style.path.clone(), ..ParserOptions::default() };
    let mut sheet =
        StyleSheet::parse(&style.text, options).map_err(|e| fault(style, e.loc.as_ref(), &e.kind))?;
    sheet
        .minify(MinifyOptions { targets: targets(), ..MinifyOptions::default() })
        .map_err(|e| fault(style, e.loc.as_ref(), &e.kind))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            targets: targets(),
            analyze_dependencies: Some(DependencyOptions::default()),
            ..PrinterOptions::default()
        })
        .map_err(|e| fault(style, e.loc.as_ref(), &e.kind))?;
    place_addresses(style, printed.code, &printed.dependencies.unwrap_or_default())
}

/// Puts the addresses that the printer left open into the code, as seen from where the bundle goes.
fn place_addresses(
    style: &Text,
    mut code: String,
    dependencies: &[Dependency],
) -> Result<String, AssetError> {
    for dependency in dependencies {
        match dependency {
            Dependency::Import(import) => {
                let what = format!(
                    "imports \"{}\". All style sheets of the folder are bundled, site.css first, then by name: \
                     remove the @import",
                    import.url
                );
                return Err(fault_at(style, import.loc.start, what));
            }
            Dependency::Url(url) => {
                let address = address(&style.name, &url.url).ok_or_else(|| {
                    let what =
                        format!("url(\"{}\") leads out of the static folder. Expected a file in it", url.url);
                    fault_at(style, url.loc.start, what)
                })?;
                code = code.replace(&url.placeholder, &address);
            }
        }
    }
    Ok(code)
}

/// The address of `url`, written in the style sheet `css/<name>`, as seen from the folder of assets.
fn address(name: &str, url: &str) -> Option<String> {
    let is_elsewhere = url.starts_with(['#', '?']) || url.starts_with("//") || url.contains(':');
    if is_elsewhere {
        return Some(url.to_owned());
    }
    if let Some(from_root) = url.strip_prefix('/') {
        return Some(format!("../{from_root}"));
    }
    let mut parts: Vec<&str> = std::iter::once("css").chain(name.split('/')).collect();
    parts.pop();
    for part in url.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(format!("../{}", parts.join("/")))
}

fn fault(style: &Text, place: Option<&ErrorLocation>, what: &impl ToString) -> AssetError {
    // Lines of errors count from 0.
    let line = place.map_or(1, |place| place.line as usize + 1);
    AssetError::Fault { path: style.path.clone(), line, what: what.to_string() }
}

fn fault_at(style: &Text, place: Location, what: String) -> AssetError {
    AssetError::Fault { path: style.path.clone(), line: place.line as usize, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(name: &str, text: &str) -> Text {
        Text { path: format!("static/css/{name}"), name: name.to_owned(), text: text.to_owned() }
    }

    fn bundled(text: &str) -> String {
        String::from_utf8(bundle("site.css", [style("site.css", text)].iter()).unwrap().0.into_bytes())
            .unwrap()
    }

    fn error(text: &str) -> String {
        bundle("site.css", [style("site.css", text)].iter()).unwrap_err().to_string()
    }

    #[test]
    fn style_sheets_are_minified_in_order() {
        let (file, asset) = bundle(
            "site.css",
            [style("site.css", "a { color: #ff0000; }\n"), style("b.css", "b { margin: 0px; }")].iter(),
        )
        .unwrap();
        assert_eq!(*file.bytes(), *b"a{color:red}\nb{margin:0}");
        assert_eq!(file.path, asset.href);
    }

    #[test]
    fn what_modern_browsers_know_is_kept() {
        let kept = bundled(
            ":root { --ink: light-dark(#111, #eee); color-scheme: light dark; } \
             .a { color: var(--ink); background: light-dark(white, black); &:hover { color: red } }",
        );
        assert!(kept.contains("--ink:light-dark(#111,#eee)"), "{kept}");
        assert!(kept.contains("light-dark(#fff,#000)") || kept.contains("light-dark(white,black)"), "{kept}");
        assert!(kept.contains("&:hover"), "{kept}");
        assert!(!kept.contains("--lightningcss"), "{kept}");
    }

    #[test]
    fn a_fault_is_reported_with_its_file_and_line() {
        let found = error("a { color: red }\n\nb { color red; }\n");
        assert!(found.starts_with("static/css/site.css:3: "), "{found}");
        let found = error("a {}\n@import \"b.css\";\n");
        assert!(found.starts_with("static/css/site.css:2: "), "{found}");
        let found = error("@import \"b.css\";\n");
        assert!(found.starts_with("static/css/site.css:1: ") && found.contains("remove"), "{found}");
    }

    #[test]
    fn addresses_hold_from_where_the_bundle_goes() {
        for (written, expected) in [
            ("../img/a.svg", "../img/a.svg"),
            ("font.woff2", "../css/font.woff2"),
            ("./x/../font.woff2#a", "../css/font.woff2#a"),
            ("/img/a.svg", "../img/a.svg"),
            ("#clip", "#clip"),
            ("data:image/png;base64,AA", "data:image/png;base64,AA"),
        ] {
            let css = bundled(&format!("a{{background:url(\"{written}\")}}"));
            let found = css.split_once("url(").unwrap().1.trim_start_matches('"');
            assert!(found.starts_with(expected), "{written} became {css}");
        }
        let found = error("\na{background:url(../../secret.svg)}");
        assert!(found.starts_with("static/css/site.css:2: ") && found.contains("secret"), "{found}");
    }
}
