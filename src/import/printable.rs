//! Foreign text for a terminal.

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 300;

/// Foreign text without what could steer a terminal or turn the order of its letters, and not longer than a few lines.
pub(crate) fn printable(text: &str) -> String {
    let mut letters = text.chars();
    let mut clean: String = letters
        .by_ref()
        .take(LONGEST)
        .map(|letter| if steers(letter) { '\u{fffd}' } else { letter })
        .collect();
    if letters.next().is_some() {
        clean.push('…');
    }
    clean
}

/// Control characters (C0 and C1), separators of lines, marks and overrides of direction, and letters without width.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left_and_long_texts_are_cut() {
        for letter in
            ['\u{1b}', '\u{7}', '\n', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{2028}']
        {
            assert_eq!(printable(&format!("a{letter}b")), "a\u{fffd}b", "{letter:?}");
        }
        assert_eq!(printable("Kimi-K2.5 é 模型 `x`"), "Kimi-K2.5 é 模型 `x`");
        let long = printable(&"é".repeat(100_000));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with("é…"));
        assert_eq!(printable(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
    }
}
