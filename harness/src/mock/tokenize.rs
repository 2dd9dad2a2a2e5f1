//! Counting tokens for clients that ask: `/tokenize`.

use super::script;

/// The answer of `/tokenize`: in vLLM's form where a `prompt` is asked about, in llama.cpp's where it is `content`. Each
/// word is a token, whose number is its length.
pub(super) fn answer(body: &[u8]) -> Vec<u8> {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let tokens = |text: &str| text.split_ascii_whitespace().map(str::len).collect::<Vec<_>>();
    match (asked["prompt"].as_str(), asked["content"].as_str()) {
        (Some(prompt), _) => {
            let tokens = tokens(prompt);
            let answer =
                serde_json::json!({"count": tokens.len(), "max_model_len": 1 << 20, "tokens": tokens});
            script::plain(200, &answer.to_string())
        }
        (None, Some(content)) => {
            script::plain(200, &serde_json::json!({"tokens": tokens(content)}).to_string())
        }
        (None, None) => script::error(400, "neither prompt nor content"),
    }
}
