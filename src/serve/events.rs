//! Tells open pages that the site is another, as server-sent events.
//!
//! A page asks with the version that it shows. The answer is one event, as soon as there is another version: the page
//! reloads then, so that there is never a second. As the page names its version, a change between its loading and its
//! asking isn't missed. While nothing changes, an answer without an event comes now and then, and the browser asks
//! again by itself: no line stays silent for so long that something between the two gives up on it.

use std::time::Duration;

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch::Receiver;
use tokio::time::timeout;

use super::live::Live;

const SILENCE: Duration = Duration::from_secs(25);

/// Answers when the site is no longer the version in the query.
pub(super) async fn events(State(mut live): State<Receiver<Live>>, uri: Uri) -> Response {
    let shown = uri.query().and_then(|query| query.strip_prefix("version=")).unwrap_or_default().to_owned();
    let changed = timeout(SILENCE, live.wait_for(|live| live.is_ready() && live.version() != shown)).await;
    let body = match changed {
        Ok(Ok(live)) => format!("retry: 100\nid: {}\ndata: reload\n\n", live.version()),
        // Silence, or the end of the builder.
        Ok(Err(_)) | Err(_) => "retry: 100\n: nothing new\n\n".to_owned(),
    };
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
