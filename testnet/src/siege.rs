//! A siege: strangers hold as many connections as they get, send what no protocol allows and more than
//! anybody may, while honest clients are served, and measured before and meanwhile.

mod attack;
mod burden;
mod honest;

use crate::api::Api;
use crate::office::Office;
use crate::out;
use crate::place::Place;
use crate::state::State;
use crate::status::align;
use anyhow::{Context, Result, ensure};
use attack::Attack;
use burden::Burden;
use honest::{Honest, Served};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::Duration;

/// Descriptors that the command needs beside those of strangers.
const OWN_FILES: u64 = 1_024;

/// What is done, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Siege {
    /// Connections that strangers hold or try to.
    pub(crate) connections: u32,
    /// How long honest clients are measured, before and meanwhile.
    pub(crate) span: Duration,
}

impl Siege {
    /// Besieges the network at `place`, and tells how honest clients fared.
    pub(crate) async fn run(self, place: &Place, state: &State) -> Result<()> {
        allow_files(u64::from(self.connections) + OWN_FILES)?;
        let honest = Honest::settle(Office::open(place)?, state).await?;
        let before = honest.measure(self.span).await?;
        let attack = Attack::begin(state, self.connections);
        attack.until_everybody_came().await?;
        let (meanwhile, burdens) = tokio::try_join!(
            honest.measure(self.span),
            Burden::watch(Api::new(), state, self.span)
        )?;
        out::data(attack.end().await);
        out::data(Served::table(&before, &meanwhile));
        out::data(Burden::table(state, &burdens));
        let unserved = before.unserved() + meanwhile.unserved();
        ensure!(unserved == 0, "{unserved} requests of honest clients were not served");
        Ok(())
    }
}

/// Lets this process have so many files and sockets open.
fn allow_files(needed: u64) -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let enough = maximum.is_none_or(|maximum| maximum >= needed);
    ensure!(enough, "{needed} open files are needed, and this process may have {maximum:?}");
    let fresh = Rlimit { current: Some(needed), maximum };
    setrlimit(Resource::Nofile, fresh).context("asking for more open files")
}

/// A table with these headings.
fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let rows = std::iter::once(headings.map(str::to_owned)).chain(rows);
    align(&rows.collect::<Vec<_>>())
}
