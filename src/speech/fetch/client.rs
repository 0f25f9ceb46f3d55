//! The HTTP client: TLS by rustls with the machine's own certificates (a site's own authority is among them), and
//! a proxy where one is set.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use super::SourceError;

/// To find and reach a server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// A server that says nothing for so long is given up.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);

/// A client for an address. Of an https address no plain http one is followed to.
pub(super) fn agent(address: &str, proxy: Option<&str>) -> Result<Agent, SourceError> {
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(chosen(address, proxy, |name| std::env::var(name).ok())?)
        .https_only(is_https(address))
        .http_status_as_error(false)
        .user_agent(concat!("jiesu/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_recv_response(Some(SILENCE_TIMEOUT))
        .timeout_per_read(Some(SILENCE_TIMEOUT));
    Ok(config.build().new_agent())
}

fn is_https(address: &str) -> bool {
    address.starts_with("https://")
}

/// The proxy to use, as curl chooses it: the given one, else HTTPS_PROXY or HTTP_PROXY by the address, else
/// ALL_PROXY; NO_PROXY names hosts that are reached without, and all below them.
fn chosen(
    address: &str,
    given: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, SourceError> {
    let either = |upper: &str| {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        set(&upper.to_ascii_lowercase()).or_else(|| set(upper))
    };
    let own = if is_https(address) { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let named = given.map(str::to_owned).or_else(|| either(own)).or_else(|| either("ALL_PROXY"));
    let Some(named) = named.filter(|named| named != "none") else { return Ok(None) };
    let wrong = || SourceError::Proxy(named.clone());
    let parsed = Proxy::new(&named).map_err(|_| wrong())?;
    let mut proxy = Proxy::builder(parsed.protocol()).host(parsed.host()).port(parsed.port());
    if let Some(user) = parsed.username() {
        proxy = proxy.username(user);
    }
    if let Some(password) = parsed.password() {
        proxy = proxy.password(password);
    }
    // One that was given for this command is meant for it.
    let without = if given.is_some() { String::new() } else { either("NO_PROXY").unwrap_or_default() };
    for host in without.split([',', ' ']).map(str::trim).filter(|host| !host.is_empty()) {
        let host = host.trim_start_matches("*.").trim_start_matches('.');
        proxy = proxy.no_proxy(host).no_proxy(&format!(".{host}"));
    }
    proxy.build().map(Some).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn host(address: &str, given: Option<&str>, set: &[(&str, &str)]) -> Option<String> {
        let variable =
            |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let proxy = chosen(address, given, variable).unwrap()?;
        let passed_by = proxy.is_no_proxy(&address.parse().unwrap());
        (!passed_by).then(|| format!("{}:{}", proxy.host(), proxy.port()))
    }

    #[test]
    fn the_proxy_is_the_given_one_or_the_addresss_own_or_that_for_all() {
        let set = [("HTTPS_PROXY", "http://s:1"), ("http_proxy", "http://p:2"), ("ALL_PROXY", "http://a:3")];
        assert_eq!(host("https://x.example", None, &set).unwrap(), "s:1");
        assert_eq!(host("http://x.example", None, &set).unwrap(), "p:2");
        assert_eq!(host("http://x.example", None, &set[2..]).unwrap(), "a:3");
        assert_eq!(host("https://x.example", Some("g:4"), &set).unwrap(), "g:4");
        assert_eq!(host("https://x.example", Some("none"), &set), None);
        assert_eq!(host("https://x.example", None, &[]), None);
    }

    #[test]
    fn hosts_of_no_proxy_and_all_below_them_are_reached_without() {
        let set = [("HTTPS_PROXY", "http://s:1"), ("NO_PROXY", "gov.example, .lan,10.0.0.1")];
        for inside in
            ["https://gov.example/m", "https://models.gov.example", "https://a.lan", "https://10.0.0.1"]
        {
            assert_eq!(host(inside, None, &set), None, "{inside}");
        }
        assert!(host("https://notgov.example", None, &set).is_some());
        let all = [("HTTPS_PROXY", "http://s:1"), ("no_proxy", "*")];
        assert_eq!(host("https://x.example", None, &all), None);
    }

    #[test]
    fn what_is_no_proxy_is_said() {
        let said = chosen("https://x.example", Some("gopher://p"), |_| None).unwrap_err().to_string();
        assert!(said.contains("gopher://p") && said.contains("http://HOST:PORT"), "{said}");
    }
}
