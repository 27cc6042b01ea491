//! Who asks: an address, or the block of addresses that one client has for itself.

use crate::mempool::Source;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// A client's address, as far as clients are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Client(Ipv6Addr);

/// Bits of an IPv6 address that its provider gives; whoever has one has all that begin with them.
const PREFIX: u128 = !0 << 64;

impl Client {
    /// Who connects from an address.
    pub(super) fn of(address: SocketAddr) -> Self {
        Self(match address.ip().to_canonical() {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & PREFIX),
        })
    }

    /// What the pool of pending transactions calls it.
    pub(super) fn source(self) -> Source {
        let mut bytes = [0; 32];
        bytes[16..].copy_from_slice(&self.0.octets());
        Source::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Client {
        Client::of(address.parse().unwrap())
    }

    #[test]
    fn a_client_is_an_address_and_not_a_port() {
        assert_eq!(client("192.0.2.1:5"), client("192.0.2.1:6"));
        assert_ne!(client("192.0.2.1:5"), client("192.0.2.2:5"));
        assert_eq!(client("192.0.2.1:5"), client("[::ffff:192.0.2.1]:5"));
    }

    #[test]
    fn a_client_does_not_multiply_within_its_block() {
        assert_eq!(client("[2001:db8::1]:5"), client("[2001:db8::ffff:1]:5"));
        assert_ne!(client("[2001:db8::1]:5"), client("[2001:db8:0:1::1]:5"));
    }

    #[test]
    fn a_source_is_never_a_peer() {
        let source = client("192.0.2.1:5").source();
        let mut expected = [0; 32];
        expected[26..].copy_from_slice(&[0xff, 0xff, 192, 0, 2, 1]);
        assert_eq!(source, Source::new(expected));
    }
}
