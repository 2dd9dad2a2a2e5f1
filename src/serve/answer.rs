//! Answers requests from memory.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch::Receiver;

use super::content_type::content_type;
use super::live::Live;
use super::{events, overlay};

/// Everything that can be asked for.
pub(super) fn router(live: Receiver<Live>) -> Router {
    Router::new()
        .route("/_site/events", get(events::events))
        .route("/_site/reload.js", get(|| async { plain("reload.js", overlay::SCRIPT) }))
        .route("/_site/error.css", get(|| async { plain("error.css", overlay::STYLE) }))
        .fallback(site)
        .with_state(live)
}

async fn site(State(mut live): State<Receiver<Live>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    // The first request may come before the first build is done; it waits for it.
    let ready = live.wait_for(Live::is_ready).await.map(|live| live.clone());
    ready.map_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response(), |live| answer(&live, &uri))
}

/// The answer to a request for an address.
fn answer(live: &Live, uri: &Uri) -> Response {
    if !live.has_site() {
        return page(live, StatusCode::INTERNAL_SERVER_ERROR, overlay::EMPTY_PAGE.as_bytes());
    }
    // The site is a table of names: a path that isn't one of them leads nowhere, whatever it spells.
    let path = decode(uri.path()).unwrap_or_default();
    let Some(mut path) = path.strip_prefix('/').map(str::to_owned) else { return not_found(live) };
    if path.is_empty() || path.ends_with('/') {
        path.push_str("index.html");
    }
    if let Some(bytes) = live.file(&path) {
        let kind = content_type(&path);
        return if kind.starts_with("text/html") {
            page(live, StatusCode::OK, bytes)
        } else {
            response(StatusCode::OK, kind, bytes.clone())
        };
    }
    if live.file(&format!("{path}/index.html")).is_some() {
        return redirect_to_folder(uri);
    }
    not_found(live)
}

fn page(live: &Live, status: StatusCode, bytes: &[u8]) -> Response {
    response(status, content_type("page.html"), overlay::add_to(bytes, live))
}

fn not_found(live: &Live) -> Response {
    let bytes = live.file("404.html").map_or(overlay::NOT_FOUND_PAGE.as_bytes(), |bytes| bytes);
    page(live, StatusCode::NOT_FOUND, bytes)
}

/// Links in a folder's page are meant as seen from the address with a slash.
fn redirect_to_folder(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}/{query}", uri.path());
    let no_store = (header::CACHE_CONTROL, "no-store".to_owned());
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location), no_store]).into_response()
}

fn plain(name: &str, text: &'static str) -> Response {
    response(StatusCode::OK, content_type(name), text)
}

fn response(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A path with its `%xx` read; none when that gives no text.
fn decode(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digit = |index: usize| char::from(digits[index]).to_digit(16);
        decoded.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
        rest = after;
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_in_paths_are_read() {
        assert_eq!(decode("/a%20b/%C3%BC.html").as_deref(), Some("/a b/ü.html"));
        for bad in ["/%", "/%2", "/%zz", "/%+1", "/%ff"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
