//! The first frame in each direction: which network, which version of the protocol, how far.
//!
//! It is laid out by hand, genesis first and version next, and what follows is read only if these
//! two agree: so a later version can say more and still be refused by its name.

use super::Refusal;
use hefu_primitives::{GenesisHash, Hash, Height};

/// What both ends of a connection must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The network.
    pub genesis: GenesisHash,
    /// The version of what travels in frames.
    pub protocol_version: u32,
}

/// The first frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Greeting {
    pub(super) hello: Hello,
    pub(super) height: Height,
}

impl Greeting {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.hello.genesis.hash().as_bytes().to_vec();
        bytes.extend_from_slice(&self.hello.protocol_version.to_le_bytes());
        bytes.extend_from_slice(&self.height.get().to_le_bytes());
        bytes
    }

    /// The greeting in `bytes`, which must say what `expected` says.
    pub(super) fn judge(bytes: &[u8], expected: &Hello) -> Result<Self, Refusal> {
        let malformed = Refusal::Greeting { got_bytes: bytes.len() };
        let (genesis, rest) = bytes.split_first_chunk().ok_or(malformed)?;
        let (version, rest) = rest.split_first_chunk().ok_or(malformed)?;
        let genesis = GenesisHash::new(Hash::from_bytes(*genesis));
        if genesis != expected.genesis {
            return Err(Refusal::Genesis { expected: expected.genesis, got: genesis });
        }
        let (got, expected_version) = (u32::from_le_bytes(*version), expected.protocol_version);
        if got != expected_version {
            return Err(Refusal::ProtocolVersion { expected: expected_version, got });
        }
        let height = u64::from_le_bytes(rest.try_into().map_err(|_| malformed)?);
        Ok(Self { hello: *expected, height: Height::new(height) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(genesis: u8, protocol_version: u32) -> Hello {
        Hello { genesis: GenesisHash::new(Hash::from_bytes([genesis; 32])), protocol_version }
    }

    fn bytes() -> Vec<u8> {
        Greeting { hello: hello(1, 3), height: Height::new(9) }.encode()
    }

    #[test]
    fn the_same_network_and_version_are_welcome() {
        assert_eq!(Greeting::judge(&bytes(), &hello(1, 3)).unwrap().height, Height::new(9));
    }

    #[test]
    fn another_network_or_version_is_named() {
        let refusal = Greeting::judge(&bytes(), &hello(2, 3)).unwrap_err();
        assert!(matches!(refusal, Refusal::Genesis { .. }));
        let refusal = Greeting::judge(&bytes(), &hello(1, 4)).unwrap_err();
        assert_eq!(refusal, Refusal::ProtocolVersion { expected: 4, got: 3 });
    }

    #[test]
    fn a_later_version_is_named_even_if_it_says_more() {
        let longer = [bytes(), vec![0; 20]].concat();
        let refusal = Greeting::judge(&longer, &hello(1, 2)).unwrap_err();
        assert_eq!(refusal, Refusal::ProtocolVersion { expected: 2, got: 3 });
        let refusal = Greeting::judge(&longer, &hello(1, 3)).unwrap_err();
        assert_eq!(refusal, Refusal::Greeting { got_bytes: 64 });
    }

    #[test]
    fn every_shorter_greeting_is_malformed() {
        for length in 0..bytes().len() {
            let refusal = Greeting::judge(&bytes()[..length], &hello(1, 3)).unwrap_err();
            assert_eq!(refusal, Refusal::Greeting { got_bytes: length });
        }
    }
}
