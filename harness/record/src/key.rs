//! The short names that records and content files share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! key {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a name as it stands; [`crate::validate`] reports names that are not slugs.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
    };
}

key!(
    /// An accelerator's key, the file name of its guide: `h100`, `mi355x`.
    AcceleratorKey
);
key!(
    /// A model's key, the file name of its page: `dsr1`, `gptoss120b`.
    ModelKey
);
key!(
    /// A serving framework's key, the file name of its page: `vllm`, `dynamo-trt`.
    FrameworkKey
);
key!(
    /// A numeric format as measured: `fp8`, `nvfp4`, `mxfp4`, `bf16`, `int4`.
    Precision
);

impl Precision {
    /// The family for grouping: `nvfp4` and `mxfp4` are both `fp4`; other formats are their own family.
    pub fn family(&self) -> &str {
        match self.as_str() {
            "nvfp4" | "mxfp4" => "fp4",
            "mxfp8" => "fp8",
            other => other,
        }
    }
}

/// Whether `text` can be a path segment of the site: lower-case letters, digits, `-`, `_` and inner dots.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && !text.starts_with(['.', '-'])
        && !text.ends_with('.')
        && !text.contains("..")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_can_never_leave_their_folder() {
        for good in ["h100", "qwen3.5", "dynamo-trt", "a_b"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "..", "a..b", ".hidden", "a/b", "A100", "a b", "<script>", "é", "-x", "x."] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn four_bit_formats_share_a_family_but_keep_their_names() {
        assert_eq!(Precision::from("nvfp4").family(), "fp4");
        assert_eq!(Precision::from("mxfp4").family(), "fp4");
        assert_eq!(Precision::from("int4").family(), "int4");
    }
}
