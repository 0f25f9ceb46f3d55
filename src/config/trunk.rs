//! The settings of the trunks, and of how the city writes telephone numbers.

use std::net::IpAddr;
use std::num::NonZeroU64;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};

/// One trunk: a way to and from the telephone network.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// What `[outside] gateways` and the log call it.
    pub name: String,
    /// Where calls go out to, such as `sip:192.0.2.20:5060`.
    pub address: String,
    /// Further networks that its calls come from; its own address always counts.
    #[serde(default)]
    pub accept: Vec<Network>,
    /// How often it is asked whether it is there, seconds.
    #[serde(default = "half_a_minute")]
    pub options_s: NonZeroU64,
    /// As whom the hotline registers with it; nothing: not at all.
    pub register: Option<Register>,
}

/// Addresses that calls are taken from: a network in CIDR notation, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(pub IpNet);

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let single = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or_else(|_| single()).map(Self).map_err(|_| {
            serde::de::Error::custom(format!(
                "`{text}` is no network; write it as `192.0.2.16/28`, or as one address"
            ))
        })
    }
}

/// An account with a provider.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The number or name that is registered.
    pub user: String,
    /// The password.
    pub secret: String,
    /// The name that the password belongs to, where it is not `user`.
    pub login: Option<String>,
    /// The provider's domain, where it is not the host of the trunk's address.
    pub domain: Option<String>,
    /// How long a registration shall hold, seconds; it is renewed before.
    #[serde(default = "an_hour")]
    pub expires_s: u32,
}

const fn half_a_minute() -> NonZeroU64 {
    NonZeroU64::MIN.saturating_add(29)
}

const fn an_hour() -> u32 {
    3_600
}

/// How the city writes telephone numbers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Numbering {
    /// The country code that is taken off, without `+`; with an empty one numbers stay as they come.
    pub country_code: String,
    /// The city's area code with its 0, put before local numbers; with an empty one they stay as they come.
    pub area_code: String,
    /// What stands before the country code of a foreign number.
    pub international_prefix: String,
}

impl Default for Numbering {
    fn default() -> Self {
        let [country_code, area_code, international_prefix] = ["86", "", "00"].map(str::to_owned);
        Self { country_code, area_code, international_prefix }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use crate::config::Config;

    fn read(accept: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(&format!(
            "[[trunk]]\nname = \"a\"\naddress = \"sip:192.0.2.1\"\naccept = [{accept}]\n"
        ))
    }

    #[test]
    fn a_network_is_cidr_or_one_address() {
        let config = read("\"192.0.2.16/28\", \"2001:db8::1\"").unwrap();
        let accept: Vec<_> = config.trunk[0].accept.iter().map(|network| network.0.to_string()).collect();
        assert_eq!(accept, ["192.0.2.16/28", "2001:db8::1/128"]);
    }

    #[test]
    fn what_is_no_network_is_named_with_its_line() {
        for wrong in ["192.0.2.16/33", "provider.example", "192.0.2"] {
            let error = read(&format!("{wrong:?}")).unwrap_err().to_string();
            assert!(error.contains(wrong) && error.contains("line 4"), "{error}");
        }
    }
}
