//! Our keys in libp2p's clothes. Outside this file peers are known by their public keys.

use hefu_primitives::{PublicKey, SecretKey};
use libp2p::PeerId;
use libp2p::identity::{self, Keypair, ed25519};
use std::fmt;

/// Who we are to our peers. libp2p needs the key in a form of its own, which only the seed gives.
#[derive(Clone)]
pub struct Identity {
    keypair: Keypair,
    key: PublicKey,
}

impl Identity {
    /// The identity whose secret key has this seed.
    ///
    /// # Panics
    /// Never: every 32 bytes are the seed of a key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let keypair = Keypair::ed25519_from_bytes(*seed).expect("32 bytes are a seed");
        Self { keypair, key: SecretKey::from_seed(seed).public_key() }
    }

    /// The public key.
    pub fn key(&self) -> PublicKey {
        self.key
    }

    pub(super) fn keypair(&self) -> &Keypair {
        &self.keypair
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({:?})", self.key)
    }
}

/// The key that libp2p's name for a peer contains; none if it is not a key that we would accept.
pub(super) fn key_of(peer: &PeerId) -> Option<PublicKey> {
    let key = identity::PublicKey::try_decode_protobuf(peer.as_ref().digest()).ok()?;
    PublicKey::from_bytes(&key.try_into_ed25519().ok()?.to_bytes()).ok()
}

/// libp2p's name for the holder of `key`.
pub(super) fn peer_of(key: &PublicKey) -> Option<PeerId> {
    let key = ed25519::PublicKey::try_from_bytes(key.as_bytes()).ok()?;
    Some(identity::PublicKey::from(key).to_peer_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_key_are_of_the_same_key() {
        let identity = Identity::from_seed(&[7; 32]);
        let peer = identity.keypair().public().to_peer_id();
        assert_eq!(key_of(&peer), Some(identity.key()));
        assert_eq!(peer_of(&identity.key()), Some(peer));
    }

    #[test]
    fn what_is_not_an_ed25519_key_has_no_key() {
        assert_eq!(key_of(&PeerId::random()), None);
    }
}
