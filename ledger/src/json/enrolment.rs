//! Enrolments. A request is also handed from a holder to a registrar by itself.

use super::object;
use crate::enrolment::{Consent, Enrolment, EnrolmentRequest, GenesisOperation};

object!(GenesisOperation { class, registrar, methods, control, controllers, recovery, nonce });
object!(Consent { key, signature });
object!(EnrolmentRequest { operation, possession, consents });
object!(Enrolment { request, assurance, commitment });
