//! Refuses what another site's page sends with our cookie. A browser says by `Sec-Fetch-Site`, an older one (and
//! any over plain HTTP) by `Origin`, where a request comes from; what says neither is no browser.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Problem, ProblemCode};

/// Lets a request pass that changes nothing, or that comes from our own page.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request.headers()) {
        return next.run(request).await;
    }
    Problem::new(ProblemCode::CrossSite).into_response()
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, rest)| rest);
    // `null`, or a name that differs: another site.
    matches!((host, authority), (Some(host), Some(authority)) if host.eq_ignore_ascii_case(authority))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_same_origin(&headers)
    }

    #[test]
    fn the_browsers_word_counts_first() {
        assert!(allowed(&[("sec-fetch-site", "same-origin"), ("host", "a"), ("origin", "http://b")]));
        assert!(!allowed(&[("sec-fetch-site", "same-site")]));
        assert!(!allowed(&[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn else_the_origin_must_be_the_host() {
        assert!(allowed(&[("host", "desk:8080"), ("origin", "http://desk:8080")]));
        assert!(!allowed(&[("host", "desk:8080"), ("origin", "http://desk")]));
        assert!(!allowed(&[("host", "desk"), ("origin", "null")]));
        assert!(!allowed(&[("origin", "http://desk")]));
    }

    #[test]
    fn what_is_no_browser_passes() {
        assert!(allowed(&[("host", "desk")]));
    }
}
