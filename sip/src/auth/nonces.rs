//! The server's nonces. One that was given out is not kept: it carries its number, its time and a proof that it is
//! ours, so that challenges without an answer cost no memory. Only the counts of those that were used are kept.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use super::Algorithm;

/// Used nonces that are kept. Beyond, the oldest is struck out, and with it all that are older become stale.
const MAX_USED: usize = 10_000;
/// Hexadecimal digits of a nonce: number, time, and proof.
const LENGTH: usize = 16 + 16 + PROOF_LENGTH;
const PROOF_LENGTH: usize = 32;

/// A nonce that is ours, is young enough, and was given to whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KnownNonce {
    serial: u64,
    issued_ms: u64,
}

#[derive(Debug)]
struct Used {
    issued_ms: u64,
    /// The highest count seen.
    count: u32,
}

/// The store.
#[derive(Debug)]
pub(super) struct Nonces {
    secret: [u8; 32],
    /// The times in nonces count from here.
    start: Instant,
    lifetime: Duration,
    last_serial: u64,
    /// By number, and so by age.
    used: BTreeMap<u64, Used>,
    /// Nonces with lower numbers are stale.
    oldest_serial: u64,
}

impl Nonces {
    /// `secret` must be random.
    pub(super) fn new(now: Instant, secret: [u8; 32], lifetime: Duration) -> Self {
        Self { secret, start: now, lifetime, last_serial: 0, used: BTreeMap::new(), oldest_serial: 0 }
    }

    /// A new nonce for whoever asks from this address.
    pub(super) fn issue(&mut self, now: Instant, from: IpAddr) -> String {
        self.last_serial += 1;
        let known = KnownNonce { serial: self.last_serial, issued_ms: self.ms(now) };
        format!("{:016x}{:016x}{}", known.serial, known.issued_ms, self.proof(known, from))
    }

    /// Looks a nonce up; `None`: stale, forged, or given to another address. As nobody can show a nonce that was sent
    /// to another, nobody can fail in another's name by writing a false source into his datagrams.
    pub(super) fn known(&self, now: Instant, from: IpAddr, nonce: &[u8]) -> Option<KnownNonce> {
        if nonce.len() != LENGTH {
            return None;
        }
        let digits = std::str::from_utf8(nonce).ok()?;
        let number = |part: Option<&str>| u64::from_str_radix(part?, 16).ok();
        let known = KnownNonce { serial: number(digits.get(..16))?, issued_ms: number(digits.get(16..32))? };
        let proven = super::digest::equal_in_constant_time(self.proof(known, from).as_bytes(), &nonce[32..]);
        let young = self.ms(now).saturating_sub(known.issued_ms) <= self.lifetime_ms();
        (proven && young && known.serial >= self.oldest_serial).then_some(known)
    }

    /// Notes that a nonce was used with this count. Whether the count is higher than any before; if not, this is a
    /// request that was heard before (RFC 7616 §3.4.6).
    pub(super) fn use_once(&mut self, now: Instant, nonce: KnownNonce, count: u32) -> bool {
        self.forget_old(now);
        let used = self.used.entry(nonce.serial).or_insert(Used { issued_ms: nonce.issued_ms, count: 0 });
        let fresh = count > used.count;
        used.count = used.count.max(count);
        if self.used.len() > MAX_USED
            && let Some((serial, _)) = self.used.pop_first()
        {
            self.oldest_serial = serial + 1;
        }
        fresh
    }

    /// Used nonces that are kept.
    #[cfg(test)]
    fn kept(&self) -> usize {
        self.used.len()
    }

    fn forget_old(&mut self, now: Instant) {
        let now_ms = self.ms(now);
        let lifetime_ms = self.lifetime_ms();
        while let Some(first) = self.used.first_entry()
            && now_ms.saturating_sub(first.get().issued_ms) > lifetime_ms
        {
            first.remove();
        }
    }

    fn proof(&self, known: KnownNonce, from: IpAddr) -> String {
        let from = from.to_string();
        let parts =
            [&self.secret[..], &known.serial.to_be_bytes(), &known.issued_ms.to_be_bytes(), from.as_bytes()];
        let mut proof = Algorithm::Sha256.hash(&parts);
        proof.truncate(PROOF_LENGTH);
        proof
    }

    fn ms(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX)
    }

    fn lifetime_ms(&self) -> u64 {
        u64::try_from(self.lifetime.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const LIFETIME: Duration = Duration::from_secs(300);

    fn here() -> IpAddr {
        "192.0.2.1".parse().unwrap()
    }

    fn nonces() -> (Nonces, Instant) {
        let now = Instant::now();
        (Nonces::new(now, [7; 32], LIFETIME), now)
    }

    #[test]
    fn a_nonce_is_known_until_it_is_too_old() {
        let (mut nonces, start) = nonces();
        let issued = start + Duration::from_secs(5);
        let nonce = nonces.issue(issued, here());
        assert!(nonces.known(issued + LIFETIME, here(), nonce.as_bytes()).is_some());
        assert!(
            nonces.known(issued + LIFETIME + Duration::from_millis(1), here(), nonce.as_bytes()).is_none()
        );
    }

    #[test]
    fn a_nonce_is_of_no_use_from_another_address_or_when_changed() {
        let (mut nonces, now) = nonces();
        let nonce = nonces.issue(now, here());
        assert!(nonces.known(now, "192.0.2.2".parse().unwrap(), nonce.as_bytes()).is_none());
        for at in 0..nonce.len() {
            let mut changed = nonce.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert!(nonces.known(now, here(), &changed).is_none(), "at {at}");
        }
        assert!(nonces.known(now, here(), &nonce.as_bytes()[1..]).is_none());
        assert!(nonces.known(now, here(), &[0xc3; LENGTH]).is_none());
    }

    #[test]
    fn another_secret_makes_other_nonces() {
        let (mut nonces, now) = nonces();
        let nonce = nonces.issue(now, here());
        assert!(Nonces::new(now, [8; 32], LIFETIME).known(now, here(), nonce.as_bytes()).is_none());
    }

    #[test]
    fn a_count_is_good_once_and_only_when_it_rises() {
        let (mut nonces, now) = nonces();
        let nonce = nonces.issue(now, here());
        let known = nonces.known(now, here(), nonce.as_bytes()).unwrap();
        assert!(!nonces.use_once(now, known, 0));
        assert!(nonces.use_once(now, known, 1));
        assert!(!nonces.use_once(now, known, 1));
        assert!(nonces.use_once(now, known, 5));
        assert!(!nonces.use_once(now, known, 4));
    }

    #[test]
    fn nonces_that_nobody_uses_cost_nothing_and_old_ones_are_forgotten() {
        let (mut nonces, now) = nonces();
        let first = nonces.issue(now, here());
        for _ in 0..1_000 {
            nonces.issue(now, here());
        }
        assert_eq!(nonces.kept(), 0);
        let known = nonces.known(now, here(), first.as_bytes()).unwrap();
        assert!(nonces.use_once(now, known, 1));
        let later = now + LIFETIME + Duration::from_secs(1);
        let second = nonces.issue(later, here());
        let known = nonces.known(later, here(), second.as_bytes()).unwrap();
        assert!(nonces.use_once(later, known, 1));
        assert_eq!(nonces.kept(), 1);
    }

    #[test]
    fn beyond_its_room_the_oldest_nonce_becomes_stale_and_cannot_be_replayed() {
        let (mut nonces, now) = nonces();
        let first = nonces.issue(now, here());
        let mut last = String::new();
        for at in 0..=MAX_USED {
            let nonce = if at == 0 { first.clone() } else { nonces.issue(now, here()) };
            let known = nonces.known(now, here(), nonce.as_bytes()).unwrap();
            assert!(nonces.use_once(now, known, 1));
            last = nonce;
        }
        assert_eq!(nonces.kept(), MAX_USED);
        assert!(nonces.known(now, here(), first.as_bytes()).is_none());
        assert!(nonces.known(now, here(), last.as_bytes()).is_some());
    }
}
