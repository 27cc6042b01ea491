//! What records and transactions share.

use super::{object, variants};
use crate::record::{ControlCommitment, Controllers, MethodKey, Service, VerificationMethod};

variants!(MethodKey { "ed25519" => Ed25519, "x25519" => X25519 });
object!(VerificationMethod { key, relationships, from, until });
object!(Service { name, service_type, endpoint });
object!(Controllers { threshold, dids });
object!(ControlCommitment { threshold, keys });
