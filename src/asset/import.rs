//! Finds what a JavaScript module imports.
//!
//! This is a scanner, not a parser: it knows strings, templates, comments, regular expressions and words, which is
//! enough to tell an import from a text that looks like one. It decides by the token before it whether a `/` divides or
//! opens a regular expression; the few programs that this misreads (a regular expression right after the `)` of an
//! `if`, with a quote in it) are reported, not passed on.

use std::ops::Range;

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// Where its specifier is in the source, without the quotes.
    pub(super) specifier: Range<usize>,
    /// Whether it is loaded only when the program gets there: `import("./x.js")`.
    pub(super) dynamic: bool,
}

/// Everything that `source` imports by a literal name, in order.
///
/// # Errors
/// The place of a string or comment that doesn't end.
pub(super) fn imports(source: &str) -> Result<Vec<Import>, usize> {
    let tokens =
        Scanner { source: source.as_bytes(), at: 0, tokens: Vec::new(), templates: Vec::new() }.scan()?;
    let kind = |index: usize| tokens.get(index).map(|token: &Token| &source[token.clone().range()]);
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Token::Text(range) = token else { continue };
        let specifier = range.start + 1..range.end - 1;
        let before = |back: usize| index.checked_sub(back).and_then(kind).unwrap_or_default();
        let is_static = matches!(before(1), "import" | "from") && before(2) != ".";
        let is_dynamic = before(1) == "(" && before(2) == "import" && before(3) != ".";
        if is_static || is_dynamic {
            found.push(Import { specifier, dynamic: is_dynamic });
        }
    }
    Ok(found)
}

#[derive(Clone)]
enum Token {
    /// A name, keyword or number.
    Word(Range<usize>),
    /// A string with its quotes.
    Text(Range<usize>),
    /// A template or a regular expression.
    Literal(Range<usize>),
    /// Anything else, byte by byte.
    Sign(Range<usize>),
}

impl Token {
    fn range(self) -> Range<usize> {
        match self {
            Self::Word(range) | Self::Text(range) | Self::Literal(range) | Self::Sign(range) => range,
        }
    }
}

struct Scanner<'a> {
    source: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    /// For each template that the scanner is in a `${…}` of, how many braces are open in there.
    templates: Vec<usize>,
}

impl Scanner<'_> {
    fn scan(mut self) -> Result<Vec<Token>, usize> {
        while let Some(byte) = self.peek(0) {
            match byte {
                _ if byte.is_ascii_whitespace() => self.at += 1,
                b'/' if self.peek(1) == Some(b'/') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => self.skip_comment()?,
                b'"' | b'\'' => self.text(byte)?,
                b'`' => self.template()?,
                b'/' if self.is_operand_next() => self.regular_expression()?,
                b'}' if self.templates.last() == Some(&0) => {
                    self.templates.pop();
                    self.template()?;
                }
                _ if is_word(byte) => self.word(),
                _ => self.sign(byte),
            }
        }
        Ok(self.tokens)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.get(self.at + ahead).copied()
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) -> Result<(), usize> {
        let rest = &self.source[self.at + 2..];
        let length = rest.windows(2).position(|pair| pair == b"*/").ok_or(self.at)?;
        self.at += length + 4;
        Ok(())
    }

    fn text(&mut self, quote: u8) -> Result<(), usize> {
        let start = self.at;
        loop {
            self.at += 1;
            match self.peek(0) {
                None | Some(b'\n') => return Err(start),
                Some(b'\\') => self.at += 1,
                Some(byte) if byte == quote => break,
                Some(_) => {}
            }
        }
        self.at += 1;
        self.tokens.push(Token::Text(start..self.at));
        Ok(())
    }

    /// A template, or what is left of one after a `${…}`, up to its end or to the next `${`.
    fn template(&mut self) -> Result<(), usize> {
        let start = self.at;
        loop {
            self.at += 1;
            match self.peek(0).ok_or(start)? {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.peek(1) == Some(b'{') => {
                    self.at += 2;
                    self.templates.push(0);
                    // What follows is an expression.
                    self.tokens.push(Token::Sign(self.at - 1..self.at));
                    return Ok(());
                }
                _ => {}
            }
        }
        self.at += 1;
        self.tokens.push(Token::Literal(start..self.at));
        Ok(())
    }

    fn regular_expression(&mut self) -> Result<(), usize> {
        let start = self.at;
        let mut in_class = false;
        loop {
            self.at += 1;
            match self.peek(0) {
                None | Some(b'\n') => return Err(start),
                Some(b'\\') => self.at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(_) => {}
            }
        }
        self.at += 1;
        self.tokens.push(Token::Literal(start..self.at));
        Ok(())
    }

    fn word(&mut self) {
        let start = self.at;
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        self.tokens.push(Token::Word(start..self.at));
    }

    fn sign(&mut self, byte: u8) {
        if let Some(open) = self.templates.last_mut() {
            match byte {
                b'{' => *open += 1,
                b'}' => *open -= 1,
                _ => {}
            }
        }
        self.at += 1;
        self.tokens.push(Token::Sign(self.at - 1..self.at));
    }

    /// Whether a value is expected here, so that a `/` opens a regular expression.
    fn is_operand_next(&self) -> bool {
        const BEFORE_OPERANDS: [&[u8]; 13] = [
            b"return", b"typeof", b"case", b"in", b"of", b"delete", b"void", b"throw", b"new", b"else",
            b"do", b"yield", b"await",
        ];
        match self.tokens.last() {
            None => true,
            Some(Token::Word(range)) => BEFORE_OPERANDS.contains(&&self.source[range.clone()]),
            Some(Token::Sign(range)) => !matches!(self.source[range.start], b')' | b']' | b'}'),
            Some(Token::Text(_) | Token::Literal(_)) => false,
        }
    }
}

/// Letters beyond ASCII are taken for parts of names, which is where they can be outside strings.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<(&str, bool)> {
        imports(source).unwrap().into_iter().map(|i| (&source[i.specifier], i.dynamic)).collect()
    }

    #[test]
    fn every_form_of_import_is_found() {
        let source = "import './a.js';\nimport b, { c as d } from \"./b.js\"\nimport * as e from'./e.js'\n\
            export { f } from './f.js'; export * from './g.js';\nconst h = await import(/* later */ './h.js');\n\
            import type from './i.js'; import {from} from './j.js'";
        let expected: Vec<_> = "abefghij".chars().map(|c| (format!("./{c}.js"), c == 'h')).collect();
        let found = found(source);
        assert_eq!(found.iter().map(|(s, d)| ((*s).to_owned(), *d)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_only_looks_like_an_import_is_not_one() {
        for source in [
            "// import './a.js'",
            "/* import './a.js' */",
            "\"import './a.js'\"",
            "`import './a.js' ${x}`",
            "`${ `import './a.js'` } import './a.js'`",
            "/import '.\\/a.js'/.test(x)",
            "x = y / 2; /[/'\"]/.exec(z)",
            "loader.import('./a.js')",
            "import(name); import.meta.url; Array.from('./a.js')",
            "const important = './a.js'",
            "a = b / c; d = 'from'; e = './a.js' / 2",
        ] {
            assert_eq!(found(source), [], "{source}");
        }
    }

    #[test]
    fn templates_hold_code() {
        assert_eq!(found("`a ${ {x: '}'} } ${await import('./a.js')} '`; import './b.js'").len(), 2);
    }

    #[test]
    fn a_string_that_does_not_end_is_reported() {
        assert_eq!(imports("x;\n'abc\n'"), Err(3));
        assert_eq!(imports("/* a"), Err(0));
        assert_eq!(imports("`a"), Err(0));
        assert_eq!(imports("'a\\"), Err(0));
    }
}
