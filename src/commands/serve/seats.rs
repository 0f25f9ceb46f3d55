//! The seats of the settings: their phones, the secrets of those that register, the pages of agents who have no phone,
//! and who sits there.

use std::collections::HashMap;

use anyhow::{Result, anyhow, bail};
use jiesu_sip::auth::Secret;

use crate::call::Seat;
use crate::config;
use crate::domain::{Role, User, UserId};
use crate::gateway::{REALM, Target};

/// The secrets of the phones that register, by their extension.
pub(super) fn phones(seats: &[config::Seat]) -> Result<HashMap<String, Secret>> {
    let mut phones = HashMap::new();
    for config::Seat { extension, phone, secret, md5_only, .. } in seats {
        let secret = match (phone, secret) {
            (Some(_), None) => continue,
            (None, Some(secret)) if secret.is_empty() => bail!("seat {extension}: the secret is empty"),
            (None, Some(secret)) if *md5_only => Secret::md5_only(extension, REALM, secret),
            (None, Some(secret)) => Secret::Password(secret.clone()),
            (None, None) => continue,
            (Some(_), Some(_)) => bail!(
                "seat {extension} has both `phone`, the address of a phone that does not register, and `secret`, the \
                 password of one that does: leave one of them out"
            ),
        };
        if phones.insert(extension.clone(), secret).is_some() {
            bail!("seat {extension} stands twice in the settings");
        }
    }
    Ok(phones)
}

/// The seats of the settings, with who sits there.
pub(super) fn seats(seats: &[config::Seat], users: &[User]) -> Result<Vec<Seat>> {
    seats.iter().map(|seat| {
        let phone = match (&seat.phone, &seat.secret) {
            (None, None) => None,
            (None, Some(_)) => Some(Target::Registered(seat.extension.clone())),
            (Some(phone), _) => Some(Target::Address(phone.parse().map_err(|error| {
                anyhow!("seat {}: `{phone}` is no SIP address ({error}); write it as sip:8001@192.0.2.7:5060", seat.extension)
            })?)),
        };
        let agent = match &seat.agent {
            None => None,
            Some(name) => Some(users.iter().find(|user| user.username == *name).ok_or_else(|| {
                anyhow!("seat {}: there is no user `{name}`; add one with `jiesu user add {name} --role agent`", seat.extension)
            })?),
        };
        Ok(Seat {
            extension: seat.extension.clone(),
            phone,
            agent: agent.map(|user| user.id),
            agent_name: agent.map(|user| user.display_name.clone()),
            in_queue: agent.is_none_or(|user| user.role != Role::Supervisor),
            skills: seat.skills.clone(),
            overflow: seat.overflow,
        })
    }).collect()
}

/// Who talks in the page, and at which seat.
pub(super) fn browsers(seats: &[Seat]) -> Result<HashMap<UserId, String>> {
    let mut extensions = HashMap::new();
    for Seat { extension, agent, .. } in seats.iter().filter(|seat| seat.phone.is_none()) {
        let Some(agent) = agent else {
            bail!(
                "seat {extension} has no `phone` and no `secret`, so its agent talks in the page: name the user as `agent`"
            )
        };
        if let Some(other) = extensions.insert(*agent, extension.clone()) {
            bail!(
                "seats {other} and {extension} are the page of the same agent: one of them needs another `agent`"
            );
        }
    }
    Ok(extensions)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn read(seats: &str) -> Vec<config::Seat> {
        toml::from_str::<config::Config>(seats).unwrap().hotline.seat
    }

    fn seat(keys: &str) -> String {
        format!("[[hotline.seat]]\nextension = \"8001\"\n{keys}\n")
    }

    #[test]
    fn a_seat_with_a_secret_is_a_phone_that_registers() {
        let settings = read(&seat("secret = \"one\""));
        assert_eq!(phones(&settings).unwrap()["8001"], Secret::Password("one".to_owned()));
        assert_eq!(seats(&settings, &[]).unwrap()[0].phone, Some(Target::Registered("8001".to_owned())));
        let old = read(&seat("secret = \"one\"\nmd5_only = true"));
        assert_eq!(phones(&old).unwrap()["8001"], Secret::md5_only("8001", REALM, "one"));
    }

    #[test]
    fn a_seat_with_neither_is_the_page_of_its_agent_and_of_no_other_seat() {
        let user = |name: &str| User {
            id: UserId::new(),
            username: name.to_owned(),
            display_name: name.to_owned(),
            role: crate::domain::Role::Agent,
            department: None,
        };
        let users = [user("wang"), user("li")];
        let read = |text: &str| {
            let settings = read(text);
            assert!(phones(&settings).unwrap().is_empty());
            browsers(&seats(&settings, &users).unwrap()).map_err(|error| error.to_string())
        };
        let other = |agent: &str| format!("[[hotline.seat]]\nextension = \"8002\"\nagent = \"{agent}\"\n");
        let pages = read(&(seat("agent = \"wang\"") + &other("li"))).unwrap();
        assert_eq!(
            pages,
            HashMap::from([(users[0].id, "8001".to_owned()), (users[1].id, "8002".to_owned())])
        );
        let error = read(&(seat("agent = \"wang\"") + &other("wang"))).unwrap_err();
        assert!(error.contains("8001 and 8002"), "{error}");
        let error = read(&seat("")).unwrap_err();
        assert!(error.contains("name the user as `agent`"), "{error}");
    }

    #[test]
    fn a_seat_with_an_address_does_not_register() {
        let settings = read(&seat("phone = \"sip:8001@192.0.2.7\""));
        assert!(phones(&settings).unwrap().is_empty());
        let phone = "sip:8001@192.0.2.7".parse().unwrap();
        assert_eq!(seats(&settings, &[]).unwrap()[0].phone, Some(Target::Address(phone)));
    }

    #[test]
    fn a_seat_has_one_of_both_and_its_extension_once() {
        for wrong in [
            seat("secret = \"\""),
            seat("phone = \"sip:8001@192.0.2.7\"\nsecret = \"one\""),
            seat("secret = \"one\"") + &seat("secret = \"two\""),
        ] {
            let error = phones(&read(&wrong)).unwrap_err().to_string();
            assert!(error.contains("seat 8001"), "{error}");
        }
    }
}
