//! What the service says on the wire to what it cannot take, asked by sipp, which knows nothing of our own SIP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs)]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::desk::Desk;
use support::ports;
use support::service::{PASSWORD, Service};
use support::settings::Settings;

#[path = "support/mod.rs"]
mod support;

const SDP: &str = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 4000 RTP/AVP 8\n";

/// The head of a request as sipp writes it; `[len]` is the length of the body.
fn request(method: &str, body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\n" };
    format!(
        "{method} sip:12345@[remote_ip]:[remote_port] SIP/2.0\n\
         Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n\
         Max-Forwards: 70\n\
         From: <sip:13800000000@[local_ip]>;tag=[call_number]\n\
         To: <sip:12345@[remote_ip]>\n\
         Call-ID: [call_id]\n\
         CSeq: 1 {method}\n\
         Contact: <sip:13800000000@[local_ip]:[local_port]>\n\
         {kind}Content-Length: [len]\n\n{body}"
    )
}

/// The ACK of a refusal, which sipp does not send by itself.
const ACK: &str = "<send><![CDATA[\n\
    ACK sip:12345@[remote_ip]:[remote_port] SIP/2.0\n\
    [last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n\
    CSeq: 1 ACK\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>";

/// What sipp must receive: the status, and a regular expression that a header, or the whole message, must match.
struct Expected<'a> {
    status: u16,
    look_in: Option<&'a str>,
    matching: &'a str,
}

/// Lets sipp send the request and fails where the answer is another. Over UDP sipp repeats what is not answered.
fn ask(service: &Service, transport: &str, request: &str, expected: &Expected<'_>) {
    ask_from("127.0.0.1", service, transport, request, expected);
}

/// The same from another of the machine's addresses.
fn ask_from(source: &str, service: &Service, transport: &str, request: &str, expected: &Expected<'_>) {
    let is_invite = request.starts_with("INVITE");
    let looks = match expected.look_in {
        Some(header) => format!("search_in=\"hdr\" header=\"{header}\""),
        None => "search_in=\"msg\"".to_owned(),
    };
    let scenario = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><scenario name=\"one question\">\
         <send retrans=\"500\"><![CDATA[\n{request}\n]]></send>\
         <recv response=\"100\" optional=\"true\"/>{before}\
         <recv response=\"{status}\"><action><ereg regexp=\"{regexp}\" {looks} check_it=\"true\" assign_to=\"1\"/>\
         </action></recv>{ack}<Reference variables=\"1\"/></scenario>",
        before = if expected.status == 180 { "" } else { "<recv response=\"180\" optional=\"true\"/>" },
        status = expected.status,
        regexp = expected.matching,
        ack = if is_invite && expected.status != 180 { ACK } else { "" },
    );
    let file = service.home().join("scenario.xml");
    std::fs::write(&file, scenario).expect("the scenario is written");
    let output = Command::new("sipp")
        .current_dir(service.home())
        .arg(service.sip.to_string())
        .args([
            "-i",
            source,
            "-p",
            &ports::free().port().to_string(),
            "-m",
            "1",
            "-t",
            transport,
            "-nostdin",
            "-timeout",
            "20s",
            "-timeout_error",
        ])
        .args(["-trace_err", "-error_file", "sipp_errors.log", "-sf"])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .expect("sipp is installed (make setup)");
    let errors = std::fs::read_to_string(service.home().join("sipp_errors.log")).unwrap_or_default();
    assert!(output.status.success(), "sipp saw something else than {}:\n{errors}", expected.status);
}

fn is(status: u16) -> Expected<'static> {
    Expected { status, look_in: None, matching: "SIP/2.0" }
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_the_status_that_says_why() {
    let service = Service::start(Settings::reading(&["bus_suggestion"])).await;
    for transport in ["u1", "t1"] {
        ask(&service, transport, &request("OPTIONS", ""), &is(200));
        let allow = Expected {
            status: 405,
            look_in: Some("Allow:"),
            matching: "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE",
        };
        ask(&service, transport, &request("PUBLISH", ""), &allow);
        let reliable = request("INVITE", SDP).replace("Contact:", "Require: 100rel\nContact:");
        let ringing = Expected { status: 180, look_in: Some("Require:"), matching: "100rel" };
        ask(&service, transport, &reliable, &ringing);
        let brief =
            request("INVITE", SDP).replace("Contact:", "Supported: timer\nSession-Expires: 60\nContact:");
        let min_se = Expected { status: 422, look_in: Some("Min-SE:"), matching: "90" };
        ask(&service, transport, &brief, &min_se);
        let malformed = request("INVITE", SDP).replace("Max-Forwards: 70", "Max-Forwards 70");
        let reason = Expected { status: 400, look_in: None, matching: "400 Bad Header Line" };
        ask(&service, transport, &malformed, &reason);
        ask(&service, transport, &request("INVITE", &SDP.replace("RTP/AVP 8", "RTP/AVP 18")), &is(488));
        ask(&service, transport, &request("INVITE", &SDP.replace("m=audio", "m=video")), &is(488));
        let text = request("INVITE", SDP).replace("application/sdp", "text/plain");
        ask(
            &service,
            transport,
            &text,
            &Expected { status: 415, look_in: Some("Accept:"), matching: "application/sdp" },
        );
    }
}

#[tokio::test]
async fn with_a_trunks_list_a_stranger_gets_403_and_the_list_the_number_that_it_asserts() {
    let trunk = "name = \"telecom\"\naddress = \"sip:192.0.2.20\"\naccept = [\"127.0.0.8/30\"]\n";
    let service =
        Service::start(Settings { trunk: Some(trunk), ..Settings::reading(&["bus_suggestion"]) }).await;
    let invite = request("INVITE", &SDP.replace("RTP/AVP 8", "RTP/AVP 18"));
    for transport in ["u1", "t1"] {
        ask_from("127.0.0.2", &service, transport, &invite, &is(403));
        // Past the door: only its codec is wrong.
        ask_from("127.0.0.9", &service, transport, &invite, &is(488));
        // A seat's phone, by its address.
        ask_from("127.0.0.1", &service, transport, &invite, &is(488));
        ask_from("127.0.0.2", &service, transport, &request("OPTIONS", ""), &is(200));
    }
    let asserted =
        request("INVITE", SDP).replace("Contact:", "P-Asserted-Identity: <tel:+8613800006921>\nContact:");
    ask_from("127.0.0.9", &service, "u1", &asserted, &is(200));
    let desk = Desk::try_sign_in(service.http, "agent", PASSWORD).await.expect("the agent signs in");
    let calls = desk.get("/api/calls").await.to_string();
    assert!(calls.contains("\"13800006921\""), "{calls}");
    // Nobody is at the trunk's address, and whoever answers for the desk is told.
    let silent = async {
        while !desk.get("/api/status").await["degraded"].to_string().contains("trunk") {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), silent).await.is_ok(), "the trunk is not missed");
}

#[tokio::test]
async fn one_call_more_than_the_limit_gets_503_with_retry_after() {
    let service =
        Service::start(Settings { max_calls: Some(1), ..Settings::reading(&["bus_suggestion"]) }).await;
    let _caller = hold_a_call(service.sip);
    let busy = Expected { status: 503, look_in: Some("Retry-After:"), matching: "[0-9]+" };
    ask(&service, "u1", &request("INVITE", SDP), &busy);
}

/// Calls and waits for the answer; the call stands while nobody hangs up.
fn hold_a_call(to: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let here = socket.local_addr().expect("bound");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    let invite = request("INVITE", SDP)
        .replace("[remote_ip]:[remote_port]", &to.to_string())
        .replace("[local_ip]:[local_port]", &here.to_string())
        .replace("[transport]", "UDP")
        .replace("[branch]", "z9hG4bKholder")
        .replace("[call_number]", "holder")
        .replace("[call_id]", "holder")
        .replace("[remote_ip]", "127.0.0.1")
        .replace("[local_ip]", "127.0.0.1")
        .replace("[len]", &SDP.replace('\n', "\r\n").len().to_string())
        .replace('\n', "\r\n");
    socket.send_to(invite.as_bytes(), to).expect("sent");
    let mut datagram = [0; 65_535];
    loop {
        let length = socket.recv(&mut datagram).expect("the call is answered");
        let answer = String::from_utf8_lossy(&datagram[..length]).into_owned();
        if answer.starts_with("SIP/2.0 200") {
            return socket;
        }
        assert!(answer.starts_with("SIP/2.0 1"), "{answer}");
    }
}
