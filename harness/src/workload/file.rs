//! Prompts from a file of the user's.
//!
//! JSON lines, each with a `prompt` or with `messages` (`role`, `content`), and if it likes with `output_tokens`; or
//! ShareGPT's form, `conversations` of `from` and `value`, a line each or all in one JSON list. Of a conversation that the
//! model began or ended, what the user asked first is sent.

use crate::{
    input_file::{self, InputError},
    protocol::{Message, Prompt, Role},
};
use serde::Deserialize;
use std::path::Path;

/// A prompt of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FilePrompt {
    pub(crate) prompt: Prompt,
    /// Output tokens, where the file says.
    pub(crate) output_tokens: Option<u32>,
}

#[derive(Deserialize)]
struct Row {
    prompt: Option<String>,
    messages: Option<Vec<Said>>,
    conversations: Option<Vec<Shared>>,
    output_tokens: Option<u32>,
}

#[derive(Deserialize)]
struct Said {
    role: String,
    content: String,
}

#[derive(Deserialize)]
struct Shared {
    from: String,
    value: String,
}

/// Reads a file of prompts.
pub(crate) fn read_prompts(path: &Path) -> Result<Vec<FilePrompt>, InputError> {
    input_file::read(path, "no prompts in it", parse)
}

/// Reads a file's text; an error has its line.
fn parse(text: &str) -> Result<Vec<FilePrompt>, (usize, String)> {
    if text.trim_start().starts_with('[') {
        let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| (error.line(), error.to_string()))?;
        // Conversations that the model began alone are common in such lists, and nothing is asked in them.
        return Ok(rows.into_iter().filter_map(|row| prompt(row).ok()).collect());
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let row = serde_json::from_str(line).map_err(|error| format!("not a prompt: {error}"));
            row.and_then(prompt).map_err(|what| (index + 1, what))
        })
        .collect()
}

fn prompt(row: Row) -> Result<FilePrompt, String> {
    let output_tokens = match row.output_tokens {
        Some(0) => return Err("output_tokens 0 asks for nothing".into()),
        tokens => tokens,
    };
    let messages = match (row.prompt, row.messages, row.conversations) {
        (Some(text), None, None) => vec![Message::new(Role::User, text)],
        (None, Some(messages), None) => messages.into_iter().map(message).collect::<Result<_, _>>()?,
        (None, None, Some(turns)) => first_question(turns)?,
        _ => return Err("has not exactly one of `prompt`, `messages` and `conversations`".into()),
    };
    if messages.iter().all(|message| message.text.trim().is_empty()) {
        return Err("has no text".into());
    }
    Ok(FilePrompt { prompt: Prompt { messages, ..Prompt::default() }, output_tokens })
}

fn message(said: Said) -> Result<Message, String> {
    let role = match said.role.as_str() {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        other => return Err(format!("`{other}` is not a role: system, user or assistant")),
    };
    Ok(Message::new(role, said.content))
}

/// What the system and the user said before the model first did.
fn first_question(turns: Vec<Shared>) -> Result<Vec<Message>, String> {
    let mut messages = Vec::new();
    for turn in turns {
        match turn.from.as_str() {
            "system" => messages.push(Message::new(Role::System, turn.value)),
            "human" | "user" => {
                messages.push(Message::new(Role::User, turn.value));
                return Ok(messages);
            }
            _ => break,
        }
    }
    Err("begins with an answer".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let lines = r#"{"prompt":"a b","output_tokens":7}

{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}
{"conversations":[{"from":"human","value":"h"},{"from":"gpt","value":"g"}],"id":"x"}
"#;
        let prompts = parse(lines).unwrap();
        assert_eq!(prompts.len(), 3);
        assert_eq!((prompts[0].prompt.text().as_str(), prompts[0].output_tokens), ("a b", Some(7)));
        assert_eq!(prompts[1].prompt.messages[0].role, Role::System);
        assert_eq!((prompts[2].prompt.text().as_str(), prompts[2].output_tokens), ("h", None));
        let list = r#"[{"id":"1","conversations":[{"from":"system","value":"s"},{"from":"human","value":"h"}]},
            {"id":"2","conversations":[{"from":"gpt","value":"g"}]}]"#;
        let prompts = parse(list).unwrap();
        assert_eq!(prompts.len(), 1);
        assert_eq!(prompts[0].prompt.text(), "s\n\nh");
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, line, words) in [
            ("{\"prompt\":\"a\"}\n{\"prompt\":", 2, "not a prompt"),
            ("{\"prompt\":\"a\"}\n\n{}", 3, "not exactly one"),
            ("{\"prompt\":\"a\",\"messages\":[]}", 1, "not exactly one"),
            ("{\"messages\":[{\"role\":\"wizard\",\"content\":\"x\"}]}", 1, "not a role"),
            ("{\"prompt\":\" \"}", 1, "no text"),
            ("{\"prompt\":\"a\",\"output_tokens\":0}", 1, "asks for nothing"),
            ("{\"prompt\":\"a\",\"output_tokens\":-4}", 1, "not a prompt"),
            ("{\"conversations\":[{\"from\":\"gpt\",\"value\":\"g\"}]}", 1, "begins with an answer"),
            ("[{\"prompt\":\"a\"},\n{\"prompt\":5}]", 2, "expected a string"),
        ] {
            let (found, what) = parse(text).unwrap_err();
            assert!(found == line && what.contains(words), "{text}: {found} {what}");
        }
    }

    #[test]
    fn a_file_that_is_none_is_told_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.jsonl");
        std::fs::write(&path, "\n\n").unwrap();
        assert!(read_prompts(&path).unwrap_err().to_string().ends_with("prompts.jsonl: no prompts in it"));
        std::fs::write(&path, b"{\"prompt\":\"\xff\"}\n").unwrap();
        assert!(read_prompts(&path).unwrap_err().to_string().contains("UTF-8"));
        assert!(read_prompts(folder.path()).is_err());
        assert!(read_prompts(Path::new("/nowhere.jsonl")).is_err());
    }
}
