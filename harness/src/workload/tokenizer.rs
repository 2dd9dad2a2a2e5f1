//! A model's tokenizer from a `tokenizer.json`, as Hugging Face's library writes it.

use std::path::{Path, PathBuf};

/// A tokenizer, and where it is from.
#[derive(Clone)]
pub(crate) struct Local {
    tokenizer: library::Tokenizer,
    /// As the record has it.
    pub(crate) origin: record::Tokenizer,
}

/// Why there is no tokenizer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenizerError {
    /// Neither a file nor a model of the hub's cache.
    #[error(
        "`{0}` is no file, and the Hugging Face cache ({1}) has no tokenizer.json of a model of that name. Name a tokenizer.json, or download it first"
    )]
    Missing(String, String),
    /// The file can't be read.
    #[error("{path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file isn't a tokenizer.
    #[error("{path}: not a tokenizer.json: {what}", path = path.display())]
    NotOne {
        /// The file.
        path: PathBuf,
        /// The library's words.
        what: String,
    },
}

impl Local {
    /// The tokenizer in `name`: a file, a folder with a `tokenizer.json`, or a model of the hub's cache.
    pub(crate) fn open(name: &str) -> Result<Self, TokenizerError> {
        let path = Path::new(name);
        if path.is_dir() && path.join("tokenizer.json").is_file() {
            return Self::load(&path.join("tokenizer.json"), "file", None);
        }
        if path.is_file() {
            return Self::load(path, "file", None);
        }
        match in_hub_cache(&hub_cache(), name) {
            Some(path) => Self::load(&path, "hub_cache", Some(name)),
            None => Err(TokenizerError::Missing(name.to_owned(), hub_cache().display().to_string())),
        }
    }

    /// The tokenizer of `model` in the hub's cache, if there is one that can be read.
    pub(crate) fn cached(model: &str) -> Option<Self> {
        Self::load(&in_hub_cache(&hub_cache(), model)?, "hub_cache", Some(model)).ok()
    }

    fn load(path: &Path, source: &str, model: Option<&str>) -> Result<Self, TokenizerError> {
        let bytes =
            std::fs::read(path).map_err(|source| TokenizerError::Read { path: path.to_owned(), source })?;
        let tokenizer =
            library::read(&bytes).map_err(|what| TokenizerError::NotOne { path: path.to_owned(), what })?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let origin = record::Tokenizer {
            source: source.to_owned(),
            name: model.map(str::to_owned).or(file),
            hash: Some(blake3::hash(&bytes).to_hex()[..32].to_owned()),
        };
        Ok(Self { tokenizer, origin })
    }

    /// Tokens of `text` alone, without any that mark its beginning. None when it can't be encoded.
    pub(crate) fn count(&self, text: &str) -> Option<u32> {
        library::count(&self.tokenizer, text)
    }
}

/// Hugging Face's library.
#[cfg(feature = "tokenizer")]
mod library {
    pub(super) type Tokenizer = std::sync::Arc<tokenizers::Tokenizer>;

    pub(super) fn read(bytes: &[u8]) -> Result<Tokenizer, String> {
        let mut tokenizer = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| error.to_string())?;
        // Files are often saved with the padding and the cut of somebody's training.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| error.to_string())?;
        Ok(tokenizer.into())
    }

    pub(super) fn count(tokenizer: &Tokenizer, text: &str) -> Option<u32> {
        let encoding = tokenizer.encode_fast(text, false).ok()?;
        u32::try_from(encoding.len()).ok()
    }
}

/// What stands in for it where it was left out: no tokenizer can be read.
#[cfg(not(feature = "tokenizer"))]
mod library {
    #[derive(Clone)]
    pub(super) enum Tokenizer {}

    pub(super) fn read(_: &[u8]) -> Result<Tokenizer, String> {
        Err("this program was built without the feature `tokenizer`".into())
    }

    pub(super) fn count(tokenizer: &Tokenizer, _: &str) -> Option<u32> {
        match *tokenizer {}
    }
}

/// Where Hugging Face's programs keep what they download.
fn hub_cache() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("HF_HUB_CACHE")
        .or_else(|| variable("HF_HOME").map(|home| home.join("hub")))
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("huggingface/hub")))
        .unwrap_or_else(|| variable("HOME").unwrap_or_default().join(".cache/huggingface/hub"))
}

/// The `tokenizer.json` of `model` in `cache`: of the revision that `main` names, else of any.
fn in_hub_cache(cache: &Path, model: &str) -> Option<PathBuf> {
    if model.is_empty() || model.contains("..") || model.starts_with('/') {
        return None;
    }
    let folder = cache.join(format!("models--{}", model.replace('/', "--")));
    let main = std::fs::read_to_string(folder.join("refs/main")).ok();
    let named = main.map(|revision| folder.join("snapshots").join(revision.trim()).join("tokenizer.json"));
    if let Some(path) = named.filter(|path| path.is_file()) {
        return Some(path);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder.join("snapshots"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("tokenizer.json")))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop()
}

#[cfg(all(test, feature = "tokenizer"))]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;

    /// A tokenizer of words: known ones are a token each, others are cut into letters.
    pub(in crate::workload) fn write_one(path: &Path) {
        let mut vocabulary = serde_json::Map::new();
        let letters = ('a'..='z').flat_map(|letter| [letter.to_string(), format!("##{letter}")]);
        let known = ["[UNK]", "the", "of", "and", "to", "in", ".", ","].map(str::to_owned);
        for (id, token) in known.into_iter().chain(letters).enumerate() {
            vocabulary.insert(token, id.into());
        }
        let tokenizer = serde_json::json!({
            "version": "1.0",
            "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
            "padding": null, "added_tokens": [],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": null, "decoder": null,
            "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocabulary,
            },
        });
        std::fs::write(path, tokenizer.to_string()).unwrap();
    }

    #[test]
    fn a_file_a_folder_and_a_cached_model_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        write_one(&path);
        let tokenizer = Local::open(path.to_str().unwrap()).ok().unwrap();
        // The cut to four tokens that stands in the file is not obeyed.
        assert_eq!(tokenizer.count("the of and to in the of and"), Some(8));
        assert_eq!(tokenizer.count("The cat."), Some(5));
        assert_eq!(
            (tokenizer.origin.source.as_str(), tokenizer.origin.name.as_deref()),
            ("file", Some("tokenizer.json"))
        );
        assert_eq!(tokenizer.origin.hash.as_ref().unwrap().len(), 32);
        assert!(Local::open(folder.path().to_str().unwrap()).is_ok());

        let model = folder.path().join("models--org--name");
        for revision in ["aaa", "bbb"] {
            std::fs::create_dir_all(model.join("snapshots").join(revision)).unwrap();
            write_one(&model.join("snapshots").join(revision).join("tokenizer.json"));
        }
        assert!(in_hub_cache(folder.path(), "org/name").unwrap().ends_with("bbb/tokenizer.json"));
        std::fs::create_dir_all(model.join("refs")).unwrap();
        std::fs::write(model.join("refs/main"), "aaa").unwrap();
        assert!(in_hub_cache(folder.path(), "org/name").unwrap().ends_with("aaa/tokenizer.json"));
        assert_eq!(in_hub_cache(folder.path(), "../org"), None);
        assert_eq!(in_hub_cache(folder.path(), "other"), None);
    }

    #[test]
    fn what_is_no_tokenizer_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.json");
        for content in [&b"{\"model\": 5}"[..], b"not json", b"\xff\xfe", b""] {
            std::fs::write(&path, content).unwrap();
            let error = Local::open(path.to_str().unwrap()).err().unwrap().to_string();
            assert!(error.contains("weights.json: not a tokenizer.json"), "{error}");
        }
        let error = Local::open("nowhere/at-all").err().unwrap().to_string();
        assert!(error.contains("nowhere/at-all") && error.contains("is no file"), "{error}");
    }
}
