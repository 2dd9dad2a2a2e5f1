//! Text of strangers in a comment on a pull request.

/// Text that Markdown takes for text, in a table too: no markup, no HTML, no mention of somebody, one line.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => safe.extend(['\\', character]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("@\u{200b}"),
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_record_becomes_markup() {
        assert_eq!(escaped("a|b\n<img src=x> *x* @team"), "a\\|b &lt;img src=x&gt; \\*x\\* @\u{200b}team");
    }
}
