//! Ports for nodes, which are given theirs before they start and take the same ones after each kill.
//!
//! They lie below the range from which the system takes ports for outgoing connections, where it
//! says what that is: else a connection could have the port of a node that is down for a moment.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;

const OUTGOING: &str = "/proc/sys/net/ipv4/ip_local_port_range";
/// Below this, services of the machine itself have their ports.
const FIRST: u16 = 10_000;

/// Free ports, which nobody else gets as long as this lives.
#[derive(Debug)]
pub(crate) struct Ports {
    held: Vec<TcpListener>,
}

impl Ports {
    /// So many ports.
    pub(crate) fn take(count: usize) -> io::Result<Self> {
        let outgoing = fs::read_to_string(OUTGOING).ok();
        let held = match outgoing.and_then(|text| quiet(&text)) {
            Some(range) => below(&range, count)?,
            None => (0..count).map(|_| bind(0)).collect::<io::Result<_>>()?,
        };
        Ok(Self { held })
    }

    /// Their addresses. They can be listened on once this is dropped.
    pub(crate) fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        self.held.iter().map(TcpListener::local_addr).collect()
    }
}

fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

/// The ports that no outgoing connection gets, if there are any.
fn quiet(outgoing: &str) -> Option<Range<u16>> {
    let end: u16 = outgoing.split_whitespace().next()?.parse().ok()?;
    (FIRST < end).then_some(FIRST..end)
}

/// Free ports of the range, from somewhere on, so that networks that begin at once seldom meet.
fn below(range: &Range<u16>, count: usize) -> io::Result<Vec<TcpListener>> {
    let length = u64::from(range.end - range.start);
    let start = RandomState::new().hash_one(0) % length;
    let port =
        |at: u64| range.start.saturating_add(u16::try_from((start + at) % length).unwrap_or(0));
    let free: Vec<_> = (0..length).filter_map(|at| bind(port(at)).ok()).take(count).collect();
    if free.len() < count {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "no ports are free"));
    }
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ports_are_free_and_each_is_given_once() {
        let ports = Ports::take(16).unwrap();
        let addresses = ports.addresses().unwrap();
        assert_eq!(addresses.iter().collect::<BTreeSet<_>>().len(), 16);
        let more = Ports::take(16).unwrap().addresses().unwrap();
        assert!(more.iter().all(|address| !addresses.contains(address)));
        drop(ports);
        bind(addresses[0].port()).unwrap();
    }

    #[test]
    fn ports_of_outgoing_connections_are_left_alone() {
        assert_eq!(quiet("32768\t60999\n"), Some(FIRST..32_768));
        assert_eq!(quiet("1024 65535"), None);
        assert_eq!(quiet(""), None);
    }
}
