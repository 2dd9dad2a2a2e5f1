//! Names every script by what it holds, and its importers accordingly.
//!
//! A script's name changes with its bytes, so that those who import it change too, and their names in turn: each script
//! is named after everything that it imports.

use std::collections::{BTreeMap, BTreeSet};

use super::fingerprint::fingerprint;
use super::import::{Import, imports};
use super::source::Text;
use super::{Asset, AssetError};
use crate::publish::OutputFile;

type Linked = (String, OutputFile, Asset);

/// Links all scripts to each other's new names.
pub(super) fn link(scripts: &BTreeMap<String, Text>) -> Result<Vec<Linked>, AssetError> {
    let mut linker = Linker { scripts, done: BTreeMap::new(), path: Vec::new() };
    for name in scripts.keys() {
        linker.visit(name)?;
    }
    Ok(linker.done.into_iter().map(|(name, (file, asset))| (name, file, asset)).collect())
}

struct Linker<'a> {
    scripts: &'a BTreeMap<String, Text>,
    done: BTreeMap<String, (OutputFile, Asset)>,
    /// The scripts that are being visited, each imported by the one before.
    path: Vec<String>,
}

impl Linker<'_> {
    fn visit(&mut self, name: &str) -> Result<(), AssetError> {
        if self.done.contains_key(name) {
            return Ok(());
        }
        if let Some(first) = self.path.iter().position(|visited| visited == name) {
            let names = self.path[first..].iter().map(String::as_str).chain([name]);
            return Err(AssetError::Circle { names: names.map(|name| format!("js/{name}")).collect() });
        }
        self.path.push(name.to_owned());
        let script = &self.scripts[name];
        let (bytes, needed) = self.rewrite(script)?;
        let asset = fingerprint(name, bytes.as_bytes(), needed.into_iter().collect());
        let file = OutputFile::new(asset.href.clone(), bytes);
        self.done.insert(name.to_owned(), (file, asset));
        self.path.pop();
        Ok(())
    }

    /// The script with the new names of its imports, and all the scripts that must be there before it runs.
    fn rewrite(&mut self, script: &Text) -> Result<(String, BTreeSet<String>), AssetError> {
        let found = imports(&script.text).map_err(|at| {
            let what = "a string, comment or regular expression begins here and doesn't end. If it does, put the \
                        regular expression in parentheses";
            fault(script, at, what.to_owned())
        })?;
        let mut needed = BTreeSet::new();
        let mut text = String::with_capacity(script.text.len() + 16 * found.len());
        let mut copied = 0;
        for import in found {
            let target = resolve(script, &import, self.scripts)?;
            self.visit(&target)?;
            let asset = &self.done[&target].1;
            text.push_str(&script.text[copied..import.specifier.start]);
            text.push_str(&renamed(&script.text[import.specifier.clone()], &asset.href));
            copied = import.specifier.end;
            if !import.dynamic {
                needed.extend(asset.imports.iter().cloned());
                needed.insert(target);
            }
        }
        text.push_str(&script.text[copied..]);
        Ok((text, needed))
    }
}

/// The name of the script that an import means.
fn resolve(script: &Text, import: &Import, scripts: &BTreeMap<String, Text>) -> Result<String, AssetError> {
    let specifier = &script.text[import.specifier.clone()];
    let fail = |what: String| Err(fault(script, import.specifier.start, what));
    if !(specifier.starts_with("./") || specifier.starts_with("../")) {
        return fail(format!(
            "imports \"{specifier}\". Expected a script of this site by its relative path, such as \"./chart.js\""
        ));
    }
    let mut parts: Vec<&str> = script.name.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." if parts.pop().is_none() => return fail(format!("imports \"{specifier}\", outside js/")),
            ".." => {}
            part => parts.push(part),
        }
    }
    let name = parts.join("/");
    if scripts.contains_key(&name) {
        Ok(name)
    } else {
        fail(format!(
            "imports \"{specifier}\", but there is no js/{name}. Correct the path, or add the script"
        ))
    }
}

/// A specifier with the last part of `href` for its own: folders stay as they are.
fn renamed(specifier: &str, href: &str) -> String {
    let file = href.rsplit('/').next().unwrap_or(href);
    specifier.rsplit_once('/').map_or_else(|| file.to_owned(), |(folder, _)| format!("{folder}/{file}"))
}

fn fault(script: &Text, at: usize, what: String) -> AssetError {
    let line = script.text[..at].matches('\n').count() + 1;
    AssetError::Fault { path: script.path.clone(), line, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(scripts: &[(&str, &str)]) -> Result<BTreeMap<String, (String, Asset)>, AssetError> {
        let texts = scripts.iter().map(|(name, text)| {
            let path = format!("static/js/{name}");
            ((*name).to_owned(), Text { path, name: (*name).to_owned(), text: (*text).to_owned() })
        });
        let linked = link(&texts.collect())?;
        let text = |file: OutputFile| String::from_utf8(file.into_bytes()).unwrap();
        Ok(linked.into_iter().map(|(name, file, asset)| (name, (text(file), asset))).collect())
    }

    fn file_name(asset: &Asset) -> &str {
        asset.href.rsplit('/').next().unwrap()
    }

    #[test]
    fn imports_lead_to_the_fingerprinted_names() {
        let linked = linked(&[
            ("app.js", "import { draw } from './chart/draw.js';\ndraw();\nimport('./late.js');\n"),
            ("chart/draw.js", "export { scale as draw } from \"../scale.js\";"),
            ("late.js", "console.log('import ./scale.js')"),
            ("scale.js", "export const scale = 1;"),
        ])
        .unwrap();
        let name = |script: &str| file_name(&linked[script].1);
        let expected = format!(
            "import {{ draw }} from './chart/{}';\ndraw();\nimport('./{}');\n",
            name("chart/draw.js"),
            name("late.js")
        );
        assert_eq!(linked["app.js"].0, expected);
        assert_eq!(
            linked["chart/draw.js"].0,
            format!("export {{ scale as draw }} from \"../{}\";", name("scale.js"))
        );
        assert_eq!(linked["scale.js"].0, "export const scale = 1;", "scripts are published as written");
        assert_eq!(
            linked["app.js"].1.imports,
            ["chart/draw.js", "scale.js"],
            "what must be there at the start"
        );
    }

    #[test]
    fn a_change_below_renames_everything_above() {
        let with = |text| {
            linked(&[("a.js", "import './b.js'"), ("b.js", "import './c.js'"), ("c.js", text), ("d.js", "")])
        };
        let (one, two) = (with("1").unwrap(), with("2").unwrap());
        for name in ["a.js", "b.js", "c.js"] {
            assert_ne!(one[name].1.href, two[name].1.href);
        }
        assert_eq!(one["d.js"].1, two["d.js"].1);
    }

    #[test]
    fn an_import_that_leads_nowhere_is_reported_with_its_place() {
        for (bad, said) in [
            ("./missing.js", "no js/missing.js"),
            ("../x.js", "outside js/"),
            ("lodash", "relative path"),
            ("https://cdn.example/x.js", "relative path"),
            ("/assets/x.js", "relative path"),
        ] {
            let error = linked(&[("a.js", &format!("// first\nimport '{bad}';"))]).unwrap_err().to_string();
            assert!(error.starts_with("static/js/a.js:2: ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn scripts_that_import_each_other_are_reported_as_a_circle() {
        let error =
            linked(&[("a.js", "import './b.js'"), ("b.js", "import './c.js'"), ("c.js", "import './b.js'")]);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("js/b.js → js/c.js → js/b.js"), "{error}");
    }
}
