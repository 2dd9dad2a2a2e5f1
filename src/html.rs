//! Escaping: the only way by which text from outside becomes HTML in Rust code.

use std::fmt;

/// Text that is escaped when it is written, for element content and for quoted attributes.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(position) = rest.find(['&', '<', '>', '"', '\'']) {
            formatter.write_str(&rest[..position])?;
            formatter.write_str(match rest.as_bytes()[position] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[position + 1..];
        }
        formatter.write_str(rest)
    }
}

/// JSON that can stand in a script element: no character in it means anything to HTML.
pub fn script_json(value: &serde_json::Value) -> String {
    value.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// Text as HTML in which what stands between backticks is code; an odd backtick stays as it is.
pub fn with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return Escaped(text).to_string();
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => Escaped(part).to_string(),
        _ => format!("<code>{}</code>", Escaped(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_an_element_or_an_attribute() {
        let hostile = r#""><script>alert('x')</script>&"#;
        assert_eq!(
            Escaped(hostile).to_string(),
            "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"
        );
        assert_eq!(Escaped("plain é").to_string(), "plain é");
    }

    #[test]
    fn code_is_marked_and_still_escaped() {
        assert_eq!(with_code("no `<b>` here"), "no <code>&lt;b&gt;</code> here");
        assert_eq!(with_code("one ` alone"), "one ` alone");
    }

    #[test]
    fn nothing_ends_a_script_element_and_nothing_is_lost() {
        let hostile = serde_json::json!({ "</script>": "<!--<script>&lt;" });
        let text = script_json(&hostile);
        assert!(!text.contains(['<', '>', '&']), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), hostile);
    }
}
