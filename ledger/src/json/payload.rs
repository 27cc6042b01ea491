//! What operations carry.

use super::{object, variants};
use crate::operation::Payload;
use crate::operation::anchor_put::AnchorPut;
use crate::operation::control_rotate::ControlRotate;
use crate::operation::did_deactivate::DidDeactivate;
use crate::operation::did_reinstate::DidReinstate;
use crate::operation::did_revoke::DidRevoke;
use crate::operation::did_suspend::DidSuspend;
use crate::operation::did_update::DidUpdate;
use crate::operation::holder::{ControlReveal, ControllerKey, Held};
use crate::operation::key_register::KeyRegister;
use crate::operation::key_revoke::KeyRevoke;
use crate::operation::org_admit::OrgAdmit;
use crate::operation::org_update::OrgUpdate;

variants!(Payload {
    "did.create" => DidCreate,
    "key.register" => KeyRegister,
    "key.revoke" => KeyRevoke,
    "did.update" => DidUpdate,
    "control.rotate" => ControlRotate,
    "did.deactivate" => DidDeactivate,
    "did.suspend" => DidSuspend,
    "did.reinstate" => DidReinstate,
    "did.revoke" => DidRevoke,
    "org.admit" => OrgAdmit,
    "org.update" => OrgUpdate,
    "anchor.put" => AnchorPut,
});

object!(Held<T> { control, controllers, change });
object!(ControlReveal { keys, next });
object!(ControllerKey { did, key });

object!(KeyRegister { methods });
object!(KeyRevoke { keys, reason, compromised_since });
object!(DidUpdate { services, also_known_as, controllers });
object!(ControlRotate {});
object!(DidDeactivate {});
object!(DidSuspend { until, reason, detail });
object!(DidReinstate { detail });
object!(DidRevoke { reason, detail });
object!(OrgAdmit { name, roles, keys });
object!(OrgUpdate { name, keys, roles, standing });
object!(AnchorPut { digest, label });
