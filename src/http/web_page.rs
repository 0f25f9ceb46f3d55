//! The web page, embedded when it was built before the program: its files, and `index.html` for every other
//! address, since the page finds its way by itself.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use super::{Problem, ProblemCode};

/// What is shown where the program was built without the page.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Jiesu</title>\
<p>网页尚未编入本程序。请用 <code>make release</code> 重新构建。</p>\
<p>This program was built without its web page. Build it with <code>make release</code>. The interface below \
<code>/api</code> works.</p>";

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Files;

/// Answers what no route answers.
pub(super) async fn web_page(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::new(ProblemCode::NotFound).into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return wrong_method().await;
    }
    if let Some(response) = file(path) {
        return response;
    }
    // A missing picture is missing; a missing page is the page's own business.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) && path != "index.html" {
        return Problem::new(ProblemCode::NotFound).into_response();
    }
    file("index.html").unwrap_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response())
}

/// Answers a known path asked in a way that it does not have.
pub(super) async fn wrong_method() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, axum::Json(Problem::new(ProblemCode::NotFound))).into_response()
}

fn file(path: &str) -> Option<Response> {
    let file = Files::get(path)?;
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    // Vite puts a hash into the names below `assets`: such a file never changes.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, mime.as_ref()), (header::CACHE_CONTROL, cache)];
    Some((headers, file.data).into_response())
}
