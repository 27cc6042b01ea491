//! Noise, and behind it the allow-list: a stranger that has shown its key is dropped here, before
//! a multiplexer is negotiated and a byte of it read.

use super::roster::Roster;
use futures::future::BoxFuture;
use futures::{AsyncRead, AsyncWrite, FutureExt};
use libp2p::PeerId;
use libp2p::core::UpgradeInfo;
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade};
use libp2p::noise;
use std::sync::Arc;
use thiserror::Error;

/// The upgrade that authenticates a connection and admits its peer.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) noise: noise::Config,
    pub(super) roster: Arc<Roster>,
}

/// Why a connection does not get past the gate.
#[derive(Debug, Error)]
pub(super) enum GateError {
    #[error(transparent)]
    Noise(#[from] noise::Error),
    #[error("the key of {0} is not listed")]
    Unlisted(PeerId),
}

type Passed<T> = (PeerId, noise::Output<T>);

fn admit<T>(roster: &Roster, passed: Passed<T>) -> Result<Passed<T>, GateError> {
    if roster.admits(&passed.0) { Ok(passed) } else { Err(GateError::Unlisted(passed.0)) }
}

impl UpgradeInfo for Gate {
    type Info = <noise::Config as UpgradeInfo>::Info;
    type InfoIter = <noise::Config as UpgradeInfo>::InfoIter;

    fn protocol_info(&self) -> Self::InfoIter {
        self.noise.protocol_info()
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> InboundConnectionUpgrade<T> for Gate {
    type Output = Passed<T>;
    type Error = GateError;
    type Future = BoxFuture<'static, Result<Passed<T>, GateError>>;

    fn upgrade_inbound(self, socket: T, info: Self::Info) -> Self::Future {
        async move { admit(&self.roster, self.noise.upgrade_inbound(socket, info).await?) }.boxed()
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> OutboundConnectionUpgrade<T> for Gate {
    type Output = Passed<T>;
    type Error = GateError;
    type Future = BoxFuture<'static, Result<Passed<T>, GateError>>;

    fn upgrade_outbound(self, socket: T, info: Self::Info) -> Self::Future {
        async move { admit(&self.roster, self.noise.upgrade_outbound(socket, info).await?) }.boxed()
    }
}
