//! Markdown to HTML: headings, links, tables of contents.
