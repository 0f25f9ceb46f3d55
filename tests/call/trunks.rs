//! Trunks: whose calls are taken, and the hotline's own registration with a provider.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiesu::domain::EndCause;
use jiesu::gateway::{
    Gateway, GatewayConfig, OutgoingCall, Target, Telephone, TelephoneError, Trunk, keep_alive,
};
use jiesu_sip::auth::{Login, Secret};
use jiesu_sip::endpoint::{LegEnd, Peer, Protocol};
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::registrar::Register;

use super::support::{LOCALHOST, Options, Phone, Service, answer, assert_ended, end, free_addr, open_media};

/// The hotline's account with the provider.
const NUMBER: &str = "12345";

fn trunk(addr: SocketAddr, accept: &[&str], register: Option<Register>) -> Trunk {
    Trunk {
        name: "provider".to_owned(),
        address: Uri::sip(None, addr),
        peer: Peer { protocol: Protocol::Udp, addr },
        accept: accept.iter().map(|network| network.parse().unwrap()).collect(),
        register,
    }
}

#[tokio::test]
async fn with_a_list_only_the_trunk_gets_through() {
    let trunk = trunk("192.0.2.20:5060".parse().unwrap(), &["127.0.0.8/30"], None);
    let service = Service::start(Options { trunks: vec![trunk], ..Options::default() }).await;
    let stranger = Phone::new().await;
    let (mut leg, _media) = stranger.dial(service.uri("12345")).await;
    assert!(matches!(end(&mut leg).await, LegEnd::Rejected { status: 403, .. }));
    let from_the_list = Phone::at(Ipv4Addr::new(127, 0, 0, 9).into()).await;
    let (mut leg, _media) = from_the_list.dial(service.uri("12345")).await;
    answer(&mut leg).await;
    leg.hang_up().await;
    assert_ended(&service.desk.ended().await, EndCause::Abandoned);
    assert_eq!(service.desk.calls().len(), 1, "the stranger's call was none");
    service.stop().await;
}

/// A provider whose only customer is the hotline.
async fn provider(secret: Secret) -> (Telephone, SocketAddr) {
    let phones = HashMap::from([(NUMBER.to_owned(), secret)]);
    let config = GatewayConfig { phones, ..GatewayConfig::new(SocketAddr::new(LOCALHOST, 0)) };
    let (gateway, telephone, _) = Gateway::bind(config).await.unwrap();
    tokio::spawn(gateway.run());
    let addr = telephone.udp_addr();
    (telephone, addr)
}

/// What a customer's call becomes that the provider passes on.
async fn passes_on(provider: &Telephone, offer: Vec<u8>) -> Result<jiesu::gateway::Leg, TelephoneError> {
    let from = NameAddr::new(Uri::sip(Some("13800006921"), provider.udp_addr()));
    provider.dial(OutgoingCall { target: Target::Registered(NUMBER.to_owned()), from, offer }).await
}

async fn registers_is_called_and_is_gone(secret: Secret) {
    let (provider, addr) = provider(secret).await;
    let account = Register {
        registrar: Uri::sip(None, addr),
        aor: Uri::sip(Some(NUMBER), addr),
        to: Peer { protocol: Protocol::Udp, addr },
        login: Some(Login { username: NUMBER.to_owned(), password: "one".to_owned() }),
        expires: Duration::from_secs(3_600),
    };
    let trunk = trunk(addr, &["192.0.2.0/24"], Some(account));
    let service = Service::start(Options { trunks: vec![trunk], ..Options::default() }).await;
    let mut media = open_media().await;
    let registered = async {
        loop {
            match passes_on(&provider, media.offer()).await {
                Err(TelephoneError::NotRegistered(_)) => tokio::task::yield_now().await,
                dialled => return dialled.unwrap(),
            }
        }
    };
    let mut leg = tokio::time::timeout(Duration::from_secs(10), registered).await.expect("it registers");
    answer(&mut leg).await;
    leg.hang_up().await;
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::Abandoned);
    assert_eq!((call.caller_number.as_str(), call.called_number.as_str()), ("13800006921", NUMBER));
    service.stop().await;
    let gone = async {
        while !matches!(passes_on(&provider, media.offer()).await, Err(TelephoneError::NotRegistered(_))) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("it takes its registration back");
}

#[tokio::test]
async fn the_hotline_registers_with_the_strongest_digest_is_called_there_and_takes_it_back_at_a_stop() {
    registers_is_called_and_is_gone(Secret::Password("one".to_owned())).await;
}

#[tokio::test]
async fn a_provider_that_knows_md5_only_is_answered_too() {
    registers_is_called_and_is_gone(Secret::md5_only(NUMBER, jiesu::gateway::REALM, "one")).await;
}

#[tokio::test]
async fn a_trunk_is_down_while_it_does_not_answer_and_up_again_when_it_does() {
    let asker = Phone::new().await;
    let addr = free_addr();
    let trunk: Uri = format!("sip:{addr};transport=tcp").parse().unwrap();
    let (up, mut is_up) = tokio::sync::watch::channel(true);
    let asking = keep_alive(asker.telephone, "provider".to_owned(), trunk, Duration::from_millis(50), up);
    tokio::spawn(asking);
    let limit = Duration::from_secs(10);
    tokio::time::timeout(limit, is_up.wait_for(|up| !up)).await.expect("it is found to be down").unwrap();
    let config =
        GatewayConfig { listen_tcp: Some(addr), ..GatewayConfig::new(SocketAddr::new(LOCALHOST, 0)) };
    let (gateway, _telephone, _calls) = Gateway::bind(config).await.unwrap();
    tokio::spawn(gateway.run());
    tokio::time::timeout(limit, is_up.wait_for(|up| *up)).await.expect("it is found to be up").unwrap();
}
