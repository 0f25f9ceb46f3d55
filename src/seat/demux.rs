//! Whose datagram it is, on the one port of all seats: a STUN request names our user fragment (RFC 8445 §7.3); anything
//! else comes from an address that was answered before. `str0m` answers only requests that prove the fragment's
//! password, so a stranger takes no address from anybody.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::SocketAddr;

/// The fixed part of a STUN message (RFC 8489 §5).
const STUN_HEADER_BYTES: usize = 20;
const STUN_MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
/// The attribute that holds `OUR-FRAGMENT:THEIR-FRAGMENT`.
const STUN_USERNAME: u16 = 0x0006;
/// Addresses kept of one page: those of its machine's networks, old and new.
const MAX_ADDRESSES: usize = 8;

/// Which datagrams are whose.
#[derive(Debug)]
pub(super) struct Demux<K> {
    fragments: HashMap<String, K>,
    addresses: HashMap<SocketAddr, K>,
    /// Each one's addresses, the latest answered last.
    of: HashMap<K, VecDeque<SocketAddr>>,
}

impl<K> Default for Demux<K> {
    fn default() -> Self {
        Self { fragments: HashMap::new(), addresses: HashMap::new(), of: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash> Demux<K> {
    /// Requests that name this fragment are `key`'s.
    pub(super) fn add(&mut self, fragment: String, key: K) {
        self.fragments.insert(fragment, key);
    }

    /// Whose datagram this is.
    pub(super) fn owner(&self, from: SocketAddr, datagram: &[u8]) -> Option<K> {
        match local_fragment(datagram) {
            Some(fragment) => self.fragments.get(fragment).copied(),
            None => self.addresses.get(&from).copied(),
        }
    }

    /// `key` sends to this address: what comes from there is its own from now on.
    pub(super) fn learn(&mut self, address: SocketAddr, key: K) {
        if self.addresses.get(&address) == Some(&key) {
            return;
        }
        if let Some(before) = self.addresses.insert(address, key)
            && let Some(known) = self.of.get_mut(&before)
        {
            known.retain(|other| *other != address);
        }
        let known = self.of.entry(key).or_default();
        known.push_back(address);
        if known.len() > MAX_ADDRESSES
            && let Some(oldest) = known.pop_front()
        {
            self.addresses.remove(&oldest);
        }
    }

    /// Nothing is `key`'s any more.
    pub(super) fn remove(&mut self, key: K) {
        self.fragments.retain(|_, other| *other != key);
        for address in self.of.remove(&key).into_iter().flatten() {
            self.addresses.remove(&address);
        }
    }
}

/// The user fragment of ours that a STUN message names.
fn local_fragment(datagram: &[u8]) -> Option<&str> {
    let (header, attributes) = datagram.split_first_chunk::<STUN_HEADER_BYTES>()?;
    if header[0] >= 2 || header[4..8] != STUN_MAGIC_COOKIE {
        return None;
    }
    let mut rest = attributes;
    while let Some(([k0, k1, l0, l1], after)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let value = after.get(..length)?;
        if u16::from_be_bytes([*k0, *k1]) == STUN_USERNAME {
            return std::str::from_utf8(value).ok()?.split(':').next();
        }
        rest = after.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut datagram = vec![0, 1, 0, 0];
        datagram.extend(STUN_MAGIC_COOKIE);
        datagram.extend([7; 12]);
        for (kind, value) in attributes {
            datagram.extend(kind.to_be_bytes());
            datagram.extend((value.len() as u16).to_be_bytes());
            datagram.extend(*value);
            datagram.resize(datagram.len().next_multiple_of(4), 0);
        }
        datagram
    }

    fn from(port: u16) -> SocketAddr {
        ([192, 0, 2, 7], port).into()
    }

    #[test]
    fn a_request_is_whose_fragment_it_names_wherever_it_comes_from() {
        let mut demux = Demux::default();
        demux.add("ours".to_owned(), 1);
        demux.add("other".to_owned(), 2);
        demux.learn(from(9), 2);
        let named = request(&[(0x8022, b"odd length"), (STUN_USERNAME, b"ours:theirs")]);
        assert_eq!(demux.owner(from(9), &named), Some(1));
        assert_eq!(demux.owner(from(9), &request(&[(STUN_USERNAME, b"nobody:x")])), None);
    }

    #[test]
    fn anything_else_is_whose_address_it_comes_from() {
        let mut demux = Demux::default();
        demux.learn(from(9), 2);
        assert_eq!(demux.owner(from(9), &[0x80; 30]), Some(2));
        assert_eq!(demux.owner(from(8), &[0x80; 30]), None);
        demux.learn(from(9), 3);
        assert_eq!(demux.owner(from(9), &[0x80; 30]), Some(3), "who was answered there last");
        demux.remove(2);
        assert_eq!(demux.owner(from(9), &[0x80; 30]), Some(3));
        demux.remove(3);
        assert_eq!(demux.owner(from(9), &[0x80; 30]), None);
    }

    #[test]
    fn addresses_of_one_page_are_bounded() {
        let mut demux = Demux::default();
        for port in 0..1_000 {
            demux.learn(from(port), 1);
        }
        assert_eq!((demux.addresses.len(), demux.of[&1].len()), (MAX_ADDRESSES, MAX_ADDRESSES));
    }

    #[test]
    fn broken_requests_name_nobody() {
        let whole = request(&[(STUN_USERNAME, b"ours:theirs")]);
        for length in 0..whole.len() - 1 {
            assert_eq!(local_fragment(&whole[..length]), None, "{length} bytes");
        }
        assert_eq!(local_fragment(&request(&[(STUN_USERNAME, &[0xFF, 0xFE])])), None);
    }
}
