//! The links between all nodes of a network.

use crate::proxy::{Link, Passage, Weather};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

/// A link from each node to each other one, by their places in the network.
#[derive(Debug)]
pub(crate) struct Links {
    links: BTreeMap<(usize, usize), Link>,
}

impl Links {
    /// Links between nodes that listen at these addresses.
    pub(crate) async fn open(nodes: &[SocketAddr]) -> io::Result<Self> {
        let mut links = BTreeMap::new();
        for from in 0..nodes.len() {
            for (to, target) in nodes.iter().enumerate().filter(|(to, _)| *to != from) {
                links.insert((from, to), Link::open(*target).await?);
            }
        }
        Ok(Self { links })
    }

    /// No links: nodes talk to each other directly.
    pub(crate) const fn none() -> Self {
        Self { links: BTreeMap::new() }
    }

    /// Where a node dials another one, if there is a link.
    pub(crate) fn address(&self, from: usize, to: usize) -> Option<SocketAddr> {
        self.links.get(&(from, to)).map(Link::address)
    }

    /// Cuts these nodes off from the rest.
    pub(crate) fn part(&self, nodes: &[usize], passage: Passage) {
        let inside = |node: usize| nodes.contains(&node);
        self.change(|from, to| inside(from) != inside(to), |sky| Weather { passage, ..sky });
    }

    /// Makes the links of these nodes good; all of them, if none is named.
    pub(crate) fn heal(&self, nodes: &[usize]) {
        let touches = |node: usize| nodes.is_empty() || nodes.contains(&node);
        self.change(|from, to| touches(from) || touches(to), |_| Weather::default());
    }

    /// Makes the links of these nodes slow, whether they are cut or not.
    pub(crate) fn slow(&self, nodes: &[usize], slow: Weather) {
        let touches = |from, to| nodes.contains(&from) || nodes.contains(&to);
        self.change(touches, |sky| Weather { passage: sky.passage, ..slow });
    }

    fn change(&self, which: impl Fn(usize, usize) -> bool, what: impl Fn(Weather) -> Weather) {
        let chosen = self.links.iter().filter(|((from, to), _)| which(*from, *to));
        chosen.for_each(|(_, link)| link.set(what(link.weather())));
    }

    /// The weather from a node to another one, if there is a link.
    #[cfg(test)]
    fn weather(&self, from: usize, to: usize) -> Option<Weather> {
        self.links.get(&(from, to)).map(Link::weather)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn three() -> Links {
        Links::open(&[SocketAddr::from(([127, 0, 0, 1], 9)); 3]).await.unwrap()
    }

    fn passages(links: &Links) -> Vec<Passage> {
        let pairs = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)];
        pairs.map(|(from, to)| links.weather(from, to).unwrap().passage).to_vec()
    }

    #[tokio::test]
    async fn a_partition_cuts_between_groups_and_not_inside() {
        use Passage::{Open, Refused};
        let links = three().await;
        links.part(&[0, 1], Refused);
        assert_eq!(passages(&links), [Open, Open, Refused, Refused, Refused, Refused]);
        links.heal(&[0]);
        assert_eq!(passages(&links), [Open, Open, Open, Open, Refused, Refused]);
        links.heal(&[]);
        assert_eq!(passages(&links), [Open; 6]);
    }

    #[tokio::test]
    async fn a_slow_link_may_be_cut_as_well() {
        let links = three().await;
        links.part(&[0], Passage::Silent);
        let slow = Weather { delay: Duration::from_millis(5), ..Weather::default() };
        links.slow(&[0], slow);
        assert_eq!(links.weather(1, 0), Some(Weather { passage: Passage::Silent, ..slow }));
        assert_eq!(links.weather(1, 2), Some(Weather::default()));
    }

    #[tokio::test]
    async fn every_pair_has_a_port_of_its_own() {
        let links = three().await;
        assert_ne!(links.address(0, 1), links.address(1, 0));
        assert_eq!(links.address(0, 0), None);
        assert_eq!(Links::none().address(0, 1), None);
    }
}
