//! Foreign labels to the site's keys.

use crate::catalog::{KnownFramework, Names};
use record::{AcceleratorKey, ModelKey};

/// What runner labels append to an accelerator's name, longest first so that no part of one is left behind.
const RUNNER_SUFFIXES: [&str; 18] = [
    "-multinode-slurm",
    "-dgxc-slurm",
    "-multinode",
    "-disagg",
    "-nscale",
    "-slurm",
    "-dgxc",
    "-amds",
    "-amd",
    "-trt",
    "-nvs",
    "-nvd",
    "-lat",
    "-nv",
    "-nb",
    "-cw",
    "-cr",
    "-tw",
];

/// What model names append for the numeric format.
const FORMAT_SUFFIXES: [&str; 4] = ["-nvfp4", "-mxfp4", "-fp4", "-fp8"];

/// The accelerator that a runner label such as `cluster:mi355x-amds_04` stands for.
pub(crate) fn accelerator<'n>(names: &'n Names, label: &str) -> Option<&'n AcceleratorKey> {
    let label = label.trim().to_lowercase();
    let mut rest = label.strip_prefix("cluster:").unwrap_or(&label);
    loop {
        if let Some(key) = names.accelerator(rest) {
            return Some(key);
        }
        rest = without_number(rest)
            .or_else(|| RUNNER_SUFFIXES.iter().find_map(|suffix| rest.strip_suffix(suffix)))?;
    }
}

fn without_number(label: &str) -> Option<&str> {
    let (start, number) = label.rsplit_once('_')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(start)
}

/// The model that a short prefix or an exact name stands for.
pub(crate) fn model<'n>(names: &'n Names, prefix: Option<&str>, exact: Option<&str>) -> Option<&'n ModelKey> {
    prefix.and_then(|prefix| known_model(names, prefix)).or_else(|| {
        let exact = repository(exact?);
        known_model(names, &exact)
            .or_else(|| exact.rsplit('/').next().and_then(|name| known_model(names, name)))
    })
}

fn known_model<'n>(names: &'n Names, name: &str) -> Option<&'n ModelKey> {
    names.model(name).or_else(|| {
        let lower = name.to_lowercase();
        FORMAT_SUFFIXES.iter().find_map(|suffix| names.model(lower.strip_suffix(suffix)?))
    })
}

/// `organisation/name` out of a path into a Hugging Face cache; other names as they stand.
pub(crate) fn repository(exact: &str) -> String {
    let cached = exact.split('/').find_map(|segment| segment.strip_prefix("models--"));
    cached.map_or_else(|| exact.trim_end_matches('/').to_owned(), |cached| cached.replacen("--", "/", 1))
}

/// The framework that a label stands for.
pub(crate) fn framework<'n>(names: &'n Names, label: &str) -> Option<&'n KnownFramework> {
    names.framework(label.trim())
}

/// A name as a part of a file name: what is not a letter, digit or dot becomes a dash.
pub(crate) fn slug(name: &str) -> String {
    let dashed: String = name
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' })
        .collect();
    let words = dashed.split('-').map(|word| {
        let parts: Vec<&str> = word.split('.').filter(|part| !part.is_empty()).collect();
        parts.join(".")
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_end_matches(['.', '-']);
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        for key in ["b200", "mi355x", "gb200"] {
            names.add_accelerator(key.into());
        }
        names.add_model("dsr1", &"dsr1".into());
        names.add_model("openai/gpt-oss-120b", &"gptoss120b".into());
        names
    }

    #[test]
    fn runner_labels_shrink_to_accelerators() {
        let names = names();
        for (label, key) in [
            ("b200", "b200"),
            ("B200-TRT", "b200"),
            ("cluster:mi355x-amds", "mi355x"),
            ("mi355x-amd_0", "mi355x"),
            ("b200-dgxc-slurm_4", "b200"),
            ("gb200-nv-multinode-slurm_12", "gb200"),
            ("b200-nb_1", "b200"),
        ] {
            assert_eq!(accelerator(&names, label).map(AcceleratorKey::as_str), Some(key), "{label}");
        }
        for label in ["", "_1", "b2000", "-nv", "h100"] {
            assert_eq!(accelerator(&names, label), None, "{label}");
        }
    }

    #[test]
    fn models_are_found_by_prefix_then_by_name() {
        let names = names();
        let found = |prefix, exact| model(&names, prefix, exact).map(ModelKey::as_str);
        assert_eq!(found(Some("dsr1"), Some("anything")), Some("dsr1"));
        assert_eq!(found(Some("dsr1-mxfp4"), None), Some("dsr1"));
        let cached = "/models/models--openai--gpt-oss-120b/snapshots/b5c9";
        assert_eq!(found(None, Some(cached)), Some("gptoss120b"));
        assert_eq!(found(None, Some("<script>alert(1)</script>")), None);
        assert_eq!(found(None, None), None);
    }

    #[test]
    fn slugs_are_slugs() {
        for name in ["MiniMaxAI/MiniMax-M2.5", "<script>", "../../etc", "", "....", "é", "a..b", "x-"] {
            let slug = slug(name);
            assert!(record::is_slug(&slug), "{name} gave {slug}");
        }
        assert_eq!(slug("MiniMax-M2.5"), "minimax-m2.5");
    }
}
