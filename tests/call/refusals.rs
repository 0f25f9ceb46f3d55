//! Calls that cannot be: each is refused with what is wrong with it. And an address that is taken.

use std::net::SocketAddr;

use jiesu::domain::EndCause;
use jiesu::gateway::{Gateway, GatewayConfig, GatewayError};
use jiesu_sip::endpoint::LegEnd;

use super::support::{LOCALHOST, Options, Phone, Service, answer, assert_ended, end};

fn description(media: &str) -> Vec<u8> {
    format!("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n{media}").into_bytes()
}

async fn refusal(body: Vec<u8>) -> (u16, EndCause) {
    let service = Service::start(Options::default()).await;
    let phone = Phone::new().await;
    let mut leg = phone.dial_with(service.uri("12345"), body).await;
    let LegEnd::Rejected { status, .. } = end(&mut leg).await else { panic!("not refused") };
    let call = service.desk.ended().await;
    assert_ended(&call, call.end_cause.unwrap());
    assert!(call.answered_at.is_none());
    service.stop().await;
    (status, call.end_cause.unwrap())
}

#[tokio::test]
async fn an_unknown_codec_is_488() {
    let offer = description("m=audio 4000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n");
    assert_eq!(refusal(offer).await, (488, EndCause::Failed));
}

#[tokio::test]
async fn a_description_without_audio_is_488() {
    let offer = description("m=video 4000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
    assert_eq!(refusal(offer).await, (488, EndCause::Failed));
}

#[tokio::test]
async fn a_description_that_is_none_is_400() {
    assert_eq!(refusal(b"hello".to_vec()).await, (400, EndCause::Failed));
}

#[tokio::test]
async fn a_call_over_tcp_is_a_call() {
    let service = Service::start(Options::default()).await;
    let phone = Phone::new().await;
    let target = format!("sip:12345@{};transport=tcp", service.tcp_addr).parse().unwrap();
    let (mut leg, _sound) = phone.dial(target).await;
    answer(&mut leg).await;
    leg.hang_up().await;
    assert_ended(&service.desk.ended().await, EndCause::Abandoned);
    service.stop().await;
}

#[tokio::test]
async fn a_port_in_use_is_named_with_what_to_do() {
    let taken = std::net::UdpSocket::bind((LOCALHOST, 0)).unwrap();
    let addr = taken.local_addr().unwrap();
    let Err(error) = Gateway::bind(GatewayConfig::new(addr)).await else { panic!("bound twice") };
    assert!(matches!(error, GatewayError::AddressTaken { .. }));
    let text = error.to_string();
    assert!(text.contains(&addr.to_string()) && text.contains("sip.listen_udp"), "{text}");

    let taken = std::net::TcpListener::bind((LOCALHOST, 0)).unwrap();
    let config = GatewayConfig {
        listen_tcp: Some(taken.local_addr().unwrap()),
        ..GatewayConfig::new(SocketAddr::new(LOCALHOST, 0))
    };
    let Err(error) = Gateway::bind(config).await else { panic!("bound twice") };
    assert!(error.to_string().contains("sip.listen_tcp"), "{error}");
}

#[tokio::test]
async fn listening_everywhere_needs_an_address_to_tell_others() {
    let config = GatewayConfig::new("0.0.0.0:0".parse().unwrap());
    let Err(error) = Gateway::bind(config.clone()).await else { panic!("nothing to advertise") };
    assert!(error.to_string().contains("sip.advertised_ip"), "{error}");
    let config = GatewayConfig { advertised_ip: Some(LOCALHOST), ..config };
    let (_gateway, telephone, _calls) = Gateway::bind(config).await.unwrap();
    assert_eq!(telephone.udp_addr().ip(), LOCALHOST);
}
