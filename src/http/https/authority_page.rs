//! How a seat comes to trust the local authority: its certificate to download, how to install it, and plain HTTP
//! that serves only these and sends everything else to HTTPS.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::uri::{Authority as HostAndPort, Uri};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;

use super::{Authority, Https};

/// The page and the certificate, beside the desk.
pub fn with_authority_page(router: Router, https: &Https) -> Router {
    match https.authority() {
        Some(authority) => router.merge(authority_routes(authority)),
        None => router,
    }
}

/// What plain HTTP answers where HTTPS is spoken at `https_port`.
pub fn plain_router(https: &Https, https_port: u16) -> Router {
    let redirecting = Router::new().fallback(to_https).with_state(https_port);
    with_authority_page(redirecting, https)
}

fn authority_routes(authority: Arc<Authority>) -> Router {
    Router::new()
        .route("/authority", get(page))
        .route("/authority.crt", get(certificate))
        .with_state(authority)
}

async fn certificate(State(authority): State<Arc<Authority>>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"jiesu-authority.crt\""),
    ];
    (headers, authority.der().to_vec()).into_response()
}

async fn page(State(authority): State<Arc<Authority>>) -> Html<String> {
    Html(PAGE.replace("FINGERPRINT", &authority.fingerprint()))
}

async fn to_https(State(port): State<u16>, headers: HeaderMap, uri: Uri) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<HostAndPort>().ok());
    let Some(host) = host else {
        return (StatusCode::BAD_REQUEST, "the request names no host; use HTTPS\n").into_response();
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Redirect::permanent(&format!("https://{}:{port}{path}", host.host())).into_response()
}

const PAGE: &str = r#"<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>接诉 Jiesu</title></head><body>
<h1>信任本机的证书 · Trust this service</h1>
<p><a href="/authority.crt">jiesu-authority.crt</a></p>
<p>SHA-256: <code>FINGERPRINT</code></p>
<p>安装之前，请与管理员核对上面的指纹；它也写在服务启动时的日志里。
Before you install it, compare the fingerprint with the one in the log of the service's start.</p>
<h2>Windows</h2>
<p>双击文件，“安装证书”，“本地计算机”，放入“受信任的根证书颁发机构”。多台电脑可用组策略：计算机配置，Windows 设置，安全设置，公钥策略。</p>
<p>Open the file, Install Certificate, Local Machine, Trusted Root Certification Authorities. For many machines use
Group Policy: Computer Configuration, Windows Settings, Security Settings, Public Key Policies.</p>
<h2>统信 UOS · 麒麟 Kylin · Debian · Ubuntu</h2>
<pre>sudo apt install libnss3-tools
certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n jiesu -i jiesu-authority.crt</pre>
<p>每个使用 Chromium 内核浏览器的用户各执行一次。Once for each user of a browser made from Chromium. 如果没有该数据库，
先执行 If there is no such database, first: <code>certutil -d sql:$HOME/.pki/nssdb -N --empty-password</code></p>
<h2>Firefox</h2>
<p>设置，隐私与安全，查看证书，证书颁发机构，导入。Settings, Privacy &amp; Security, View Certificates, Authorities, Import.</p>
<h2>macOS</h2>
<pre>sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain jiesu-authority.crt</pre>
</body></html>
"#;
