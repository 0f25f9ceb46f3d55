//! A provider, and a phone, made of sipp, which knows nothing of our own SIP: registers the hotline, challenges its call, and looks at
//! what it says.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use jiesu::domain::{CallState, EndCause};
use jiesu::gateway::{Gateway, GatewayConfig, LegEvent, OutgoingCall, Target, Trunk};
use jiesu_sip::auth::Login;
use jiesu_sip::endpoint::{Peer, Protocol};
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::registrar::Register;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::person::Person;
use super::support::{LOCALHOST, Options, Service, assert_ended, event, free_addr, open_media};

/// The headers of a response to what came last, which has our tag or gets it now.
const HEAD: &str = "[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n\
    Contact: <sip:[local_ip]:[local_port]>\n";
const SDP: &str = "Content-Type: application/sdp\nContent-Length: [len]\n\n\
    v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 4000 RTP/AVP 8";
const NO_BODY: &str = "Content-Length: 0\n";
const CHALLENGE: &str =
    "WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"once\", algorithm=MD5, qop=\"auth\"\n";

fn send(line: &str, head: &str, more: &str) -> String {
    let again = if line.starts_with("200 To The Invite") { " retrans=\"500\"" } else { "" };
    format!("<send{again}><![CDATA[\nSIP/2.0 {line}\n{head}{more}\n]]></send>")
}

/// Keeps a header of the request that came, in this variable.
fn keep(header: &str, variable: &str) -> String {
    format!("<ereg regexp=\".*\" search_in=\"hdr\" header=\"{header}:\" assign_to=\"{variable}\"/>")
}

/// A header must have this in it.
fn check(header: &str, regexp: &str, variable: &str) -> String {
    format!(
        "<ereg regexp=\"{regexp}\" search_in=\"hdr\" header=\"{header}:\" check_it=\"true\" assign_to=\"{variable}\"/>"
    )
}

/// Says 401 to the first INVITE, and takes the second if its credentials are right: with a reliable 183, and a 200 that has
/// no description of its own.
fn scenario() -> String {
    let (first, later) = (HEAD.replace("{tag}", ";tag=[call_number]"), HEAD.replace("{tag}", ""));
    // PRACK came last.
    let of_invite = later.replace("[last_Via:]", "Via:[$via]").replace("[last_CSeq:]", "CSeq:[$cseq]");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><scenario name=\"a provider\">\
         <recv request=\"REGISTER\" optional=\"true\" next=\"registered\"/>\
         <recv request=\"INVITE\"><action>{from}{supported}</action></recv>\
         {challenge}<recv request=\"ACK\"/>\
         <recv request=\"INVITE\"><action>{via}{cseq}\
         <verifyauth assign_to=\"right\" username=\"line1\" password=\"secret\"/></action></recv>\
         <nop test=\"right\" next=\"answered\"/>{refused}<recv request=\"ACK\" next=\"over\"/>\
         <label id=\"answered\"/>{ringing}<recv request=\"PRACK\"><action>{rack}</action></recv>{acknowledged}\
         {ok}<recv request=\"ACK\"/><recv request=\"BYE\"/>{bye}<nop next=\"over\"/>\
         <label id=\"registered\"/>{registered}\
         <label id=\"over\"/><nop/><Reference variables=\"1,2,3\"/></scenario>",
        from = check("From", "sip:12345@ims.example&gt;", "1"),
        supported = check("Supported", "100rel, timer", "2"),
        challenge = send("401 Unauthorized", &first, &format!("{CHALLENGE}{NO_BODY}")),
        via = keep("Via", "via"),
        cseq = keep("CSeq", "cseq"),
        refused = send("403 Wrong Credentials", &first, NO_BODY),
        ringing = send("183 Session Progress", &first, &format!("Require: 100rel\nRSeq: 4711\n{SDP}")),
        rack = check("RAck", "4711 [0-9]+ INVITE", "3"),
        acknowledged = send("200 OK", &later, NO_BODY),
        ok = send("200 To The Invite", &of_invite, NO_BODY),
        bye = send("200 OK", &later, NO_BODY),
        registered = send("200 OK", &first, &format!("[last_Contact:]\nExpires: 3600\n{NO_BODY}")),
    )
}

/// A running sipp. Killed when dropped.
struct Sipp {
    process: Child,
    home: TempDir,
}

impl Sipp {
    /// So many calls of this scenario.
    fn start(scenario: &str, port: u16, calls: u32) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("scenario.xml"), scenario).unwrap();
        let log = std::fs::File::create(home.path().join("log")).unwrap();
        let process = Command::new("sipp")
            .current_dir(home.path())
            .args([
                "-i",
                "127.0.0.1",
                "-p",
                &port.to_string(),
                "-m",
                &calls.to_string(),
                "-t",
                "u1",
                "-nostdin",
            ])
            .args(["-timeout", "20s", "-timeout_error", "-trace_err", "-error_file", "errors"])
            .args(["-sf", "scenario.xml"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("sipp is installed (make setup)");
        Self { process, home }
    }

    /// It has seen what it waited for, and nothing else.
    async fn finishes_content(mut self) {
        let status = tokio::time::timeout(Duration::from_secs(20), self.process.wait()).await;
        assert!(status.unwrap().unwrap().success(), "sipp saw something else");
    }
}

impl Drop for Sipp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for file in ["log", "errors"] {
                let text = std::fs::read_to_string(self.home.path().join(file)).unwrap_or_default();
                eprintln!("--- what sipp wrote\n{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_call_by_a_registered_trunk_names_its_domain_answers_its_challenge_and_acknowledges_its_ringing() {
    let provider = free_addr();
    let sipp = Sipp::start(&scenario(), provider.port(), 2);
    let peer = Peer { protocol: Protocol::Udp, addr: provider };
    let login = Login { username: "line1".to_owned(), password: "secret".to_owned() };
    let register = Register {
        registrar: "sip:ims.example".parse().unwrap(),
        aor: "sip:12345@ims.example".parse().unwrap(),
        to: peer,
        login: Some(login),
        expires: Duration::from_secs(3_600),
    };
    let trunk = Trunk {
        name: "provider".to_owned(),
        address: Uri::sip(None, provider),
        peer,
        accept: Vec::new(),
        register: Some(register),
    };
    let config = GatewayConfig { trunks: vec![trunk], ..GatewayConfig::new(SocketAddr::new(LOCALHOST, 0)) };
    let (gateway, telephone, _calls) = Gateway::bind(config).await.unwrap();
    tokio::spawn(gateway.run());

    let mut media = open_media().await;
    let from = NameAddr::new(Uri::sip(Some("12345"), telephone.udp_addr()));
    let target = Target::Address(Uri::sip(Some("13800006921"), provider));
    let mut leg = telephone.dial(OutgoingCall { target, from, offer: media.offer() }).await.unwrap();
    let early = event(&mut leg, |event| match event {
        LegEvent::Progress { status: 183, body } => body,
        _ => None,
    })
    .await;
    media.accept_answer(&early).expect("its early description");
    let no_other = event(&mut leg, |event| match event {
        LegEvent::Answered { body } => Some(body),
        _ => None,
    });
    assert_eq!(no_other.await, None);
    leg.hang_up().await;
    sipp.finishes_content().await;
}

/// A phone that describes its sound in a reliable 183, and in its 200 no more.
fn phone() -> String {
    let (first, later) = (HEAD.replace("{tag}", ";tag=[call_number]"), HEAD.replace("{tag}", ""));
    let of_invite = later.replace("[last_Via:]", "Via:[$via]").replace("[last_CSeq:]", "CSeq:[$cseq]");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><scenario name=\"a phone\">\
         <recv request=\"INVITE\"><action>{via}{cseq}</action></recv>\
         {ringing}<recv request=\"PRACK\"/>{acknowledged}{ok}<recv request=\"ACK\"/>\
         <recv request=\"BYE\"/>{bye}</scenario>",
        via = keep("Via", "via"),
        cseq = keep("CSeq", "cseq"),
        ringing = send("183 Session Progress", &first, &format!("Require: 100rel\nRSeq: 1\n{SDP}")),
        acknowledged = send("200 OK", &later, NO_BODY),
        ok = send("200 To The Invite", &of_invite, NO_BODY),
        bye = send("200 OK", &later, NO_BODY),
    )
}

#[tokio::test]
async fn a_seats_phone_may_describe_its_sound_before_its_answer_only() {
    let addr = free_addr();
    let sipp = Sipp::start(&phone(), addr.port(), 1);
    let seats = vec![("8001", addr)];
    let service = Service::start(Options { seats, greeting_ms: 100, ..Options::default() }).await;
    let caller = Person::calls(&service, "12345", 400.0).await;
    service.desk.until(|desk| desk.states().contains(&CallState::Talking).then_some(())).await;
    caller.hangs_up().await;
    sipp.finishes_content().await;
    assert_ended(&service.desk.ended().await, EndCause::CallerHungUp);
    service.stop().await;
}
