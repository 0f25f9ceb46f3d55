//! The trunks of the settings, the way out by them, and the phones whose addresses are known.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use jiesu_sip::auth::Login;
use jiesu_sip::message::{Uri, WireText};
use jiesu_sip::registrar::Register;
use tokio::sync::watch;

use crate::call::{Outside, Way};
use crate::config::{self, Config};
use crate::gateway::{Telephone, Trunk, keep_alive, peer_of, resolve};

/// The trunks, with their addresses looked up.
pub(super) async fn trunks(config: &Config) -> Result<Vec<Trunk>> {
    let mut trunks: Vec<Trunk> = Vec::new();
    for trunk in &config.trunk {
        let name = &trunk.name;
        let fit = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        ensure!(
            !name.is_empty() && name.chars().all(fit),
            "[[trunk]] name: `{name}` must be of the letters a to z, digits, - and _"
        );
        ensure!(
            trunks.iter().all(|known| known.name != *name),
            "the trunk `{name}` stands twice in the settings"
        );
        let address = address_of(trunk)?;
        let peer = peer_of(&address).await.with_context(|| format!("the trunk `{name}`"))?;
        let register = match &trunk.register {
            None => None,
            Some(register) => {
                ensure!(!register.secret.is_empty(), "the trunk `{name}`: the secret is empty");
                Some(Register {
                    registrar: at_domain(&address, register, None)?,
                    aor: at_domain(&address, register, Some(&register.user))?,
                    to: peer,
                    login: Some(Login {
                        username: register.login.clone().unwrap_or_else(|| register.user.clone()),
                        password: register.secret.clone(),
                    }),
                    expires: Duration::from_secs(register.expires_s.into()),
                })
            }
        };
        let accept = trunk.accept.iter().map(|network| network.0).collect();
        trunks.push(Trunk { name: name.clone(), address, peer, accept, register });
    }
    // A name that no trunk has is found now, before anything is opened.
    outside(config, &trunks, &Ups::new())?;
    Ok(trunks)
}

fn address_of(trunk: &config::Trunk) -> Result<Uri> {
    let read = trunk.address.parse().ok().filter(Uri::is_sip);
    read.ok_or_else(|| {
        anyhow!(
            "the trunk `{}`: `{}` is no SIP address; write it as sip:192.0.2.20:5060",
            trunk.name,
            trunk.address
        )
    })
}

/// The provider's domain, or the registered address in it.
fn at_domain(address: &Uri, register: &config::Register, user: Option<&str>) -> Result<Uri> {
    let Some(domain) = &register.domain else {
        return Ok(Uri { user: user.map(WireText::from), ..address.clone() });
    };
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    format!("sip:{user}{domain}").parse().map_err(|error| {
        anyhow!("[[trunk]] register: `{domain}` is no domain ({error}); write it as ims.example.com")
    })
}

/// Whether each trunk answers, by its name.
pub(super) type Ups = HashMap<String, watch::Receiver<bool>>;

/// Asks each trunk from now on whether it is there; until the first answer it is taken to be.
pub(super) fn watch_trunks(config: &Config, trunks: &[Trunk], telephone: &Telephone) -> Ups {
    let watched = config.trunk.iter().zip(trunks).map(|(settings, trunk)| {
        let (up, is_up) = watch::channel(true);
        let every = Duration::from_secs(settings.options_s.get());
        let (telephone, name) = (telephone.clone(), trunk.name.clone());
        tokio::spawn(keep_alive(telephone, name.clone(), trunk.address.clone(), every, up));
        (name, is_up)
    });
    watched.collect()
}

/// The way to outside numbers.
pub(super) fn outside(config: &Config, trunks: &[Trunk], ups: &Ups) -> Result<Outside> {
    let gateway = |name: &String| {
        let trunk = trunks.iter().find(|trunk| trunk.name == *name);
        let way = |trunk: &Trunk| Way { address: trunk.address.clone(), up: ups.get(name).cloned() };
        trunk.map(way).ok_or_else(|| {
            anyhow!("[outside] gateways: there is no trunk `{name}`; name one of the [[trunk]] sections")
        })
    };
    let config::Outside { gateways, number, allowed } = &config.outside;
    Ok(Outside {
        gateways: gateways.iter().map(gateway).collect::<Result<_>>()?,
        number: number.clone(),
        allowed: allowed.clone(),
    })
}

/// The addresses of the seats' phones that do not register. One that has none now cannot call, and is dialled later all
/// the same.
pub(super) async fn phone_addresses(seats: &[config::Seat]) -> HashSet<IpAddr> {
    let mut addresses = HashSet::new();
    for config::Seat { extension, phone, .. } in seats {
        let Some(Ok(phone)) = phone.as_ref().map(|phone| phone.parse()) else { continue };
        match resolve(&phone).await {
            Ok(addr) => drop(addresses.insert(addr.ip())),
            Err(error) => tracing::warn!(seat = extension, %error, "a seat's phone has no address"),
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn read(settings: &str) -> Config {
        toml::from_str(settings).unwrap()
    }

    async fn refused(settings: &str) -> String {
        format!("{:#}", trunks(&read(settings)).await.unwrap_err())
    }

    const TRUNK: &str = "[[trunk]]\nname = \"telecom\"\naddress = \"sip:192.0.2.20:5080\"\n";

    #[tokio::test]
    async fn a_trunk_that_is_wrong_is_named_with_what_to_write() {
        let doubled = format!("{TRUNK}{TRUNK}");
        assert!(refused(&doubled).await.contains("`telecom` stands twice"));
        let address = refused(&TRUNK.replace("sip:", "")).await;
        assert!(address.contains("`telecom`") && address.contains("write it as sip:"), "{address}");
        assert!(refused(&TRUNK.replace("telecom", "tele com")).await.contains("`tele com`"));
        let secret = format!("{TRUNK}register = {{ user = \"12345\", secret = \"\" }}\n");
        assert!(refused(&secret).await.contains("secret is empty"));
    }

    #[tokio::test]
    async fn an_account_is_at_its_domain_or_at_the_trunks_address() {
        for (domain, aor) in
            [("", "sip:12345@192.0.2.20:5080"), ("domain = \"ims.example\"", "sip:12345@ims.example")]
        {
            let comma = if domain.is_empty() { "" } else { "," };
            let account =
                format!("{TRUNK}register = {{ user = \"12345\", secret = \"s\"{comma} {domain} }}\n");
            let register = trunks(&read(&account)).await.unwrap().remove(0).register.unwrap();
            assert_eq!(register.aor.to_string(), aor);
            assert_eq!(register.registrar.user, None);
            assert_eq!(register.to.addr.to_string(), "192.0.2.20:5080");
            assert_eq!(register.expires, Duration::from_secs(3_600));
        }
    }

    #[tokio::test]
    async fn the_way_out_goes_by_the_names_of_trunks() {
        let config = read(&format!("{TRUNK}[outside]\ngateways = [\"telecom\"]\n"));
        let known = trunks(&config).await.unwrap();
        let ways = outside(&config, &known, &Ups::new()).unwrap().gateways;
        assert_eq!(ways.iter().map(|way| &way.address).collect::<Vec<_>>(), [&known[0].address]);
        let error = outside(&config, &[], &Ups::new()).unwrap_err().to_string();
        assert!(error.contains("`telecom`") && error.contains("[[trunk]]"), "{error}");
    }
}
