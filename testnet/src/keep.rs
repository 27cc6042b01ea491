//! Keeping a network while something is done with it: orders are carried out, nodes that end by
//! themselves are noticed, and whatever happens, nothing runs on afterwards.

use crate::control::{Caller, Desk, Order};
use crate::network::Network;
use crate::out;
use anyhow::Result;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;
use tokio::time::interval;

/// The pause between two looks at the processes.
const PAUSE: Duration = Duration::from_millis(250);

/// Why the keeping came to an end.
enum Ending<T> {
    /// The work is done, or has failed.
    Worked(Result<T>),
    /// Somebody ordered it.
    Ordered(Option<PathBuf>, Caller),
    /// A signal came.
    Interrupted,
}

/// Does the work that `work` makes of a network, and ends the network. What the work gave; nothing, if
/// it was ended from outside.
pub(crate) async fn keep<T>(
    network: Network,
    work: impl AsyncFnOnce(&Mutex<Network>) -> Result<T>,
) -> Result<Option<T>> {
    let desk = Desk::open(network.place())?;
    let network = Mutex::new(network);
    let ending = tokio::select! {
        worked = work(&network) => Ending::Worked(worked),
        ordered = attend(&network, &desk) => {
            let (save, caller) = ordered?;
            Ending::Ordered(save, caller)
        }
        interrupted = interruption() => {
            interrupted?;
            Ending::Interrupted
        }
    };
    end(network.into_inner(), ending).await
}

async fn end<T>(mut network: Network, ending: Ending<T>) -> Result<Option<T>> {
    match ending {
        Ending::Worked(Ok(done)) => network.end(None).await.map(|()| Some(done)),
        Ending::Worked(Err(error)) => {
            network.keep_directory();
            out::note(format_args!(
                "what the nodes logged is in {}",
                network.place().root().display()
            ));
            network.end(None).await?;
            Err(error)
        }
        Ending::Ordered(save, caller) => {
            caller.tell(network.end(save.as_deref()).await).await;
            Ok(None)
        }
        Ending::Interrupted => network.end(None).await.map(|()| None),
    }
}

/// Carries out orders until one ends the network, and tells which nodes have ended meanwhile.
async fn attend(network: &Mutex<Network>, desk: &Desk) -> Result<(Option<PathBuf>, Caller)> {
    let mut pauses = interval(PAUSE);
    loop {
        tokio::select! {
            caller = desk.next() => match caller?.order().await {
                Some((Order::Down(save), caller)) => return Ok((save, caller)),
                Some((Order::Fault(fault), caller)) => {
                    caller.tell(network.lock().await.apply(&fault).await).await;
                }
                None => {}
            },
            _ = pauses.tick() => {
                network.lock().await.notice()?.into_iter().for_each(out::note);
            }
        }
    }
}

/// Returns when somebody wants the program to end.
async fn interruption() -> Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = term.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
