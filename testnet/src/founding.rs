//! Making a network: its genesis, its keys, a directory for each node.

use crate::links::Links;
use crate::place::Place;
use crate::ports::Ports;
use crate::state::{NodeState, Role, State};
use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use hefu_ledger::did::NetworkName;
use hefu_ledger::genesis::{Development, SignedGenesis, development};
use hefu_ledger::parameters::{Caps, Parameters};
use hefu_primitives::hash::Purpose;
use hefu_primitives::{Hash, SecretKey, Timestamp, codec};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of every local network, which stands in its DIDs.
const NETWORK: &str = "testnet";

/// How long before now the network begins: no block's time may lie before it, and clocks that are
/// set back a little should not stop it.
const BEGAN_MS: u64 = 10_000;

/// Everything that precedes the seed in an Ed25519 key in PKCS#8 (RFC 8410).
const PKCS8_ED25519: [u8; 16] =
    [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// How many nodes a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Validators.
    pub(crate) validators: u8,
    /// Followers.
    pub(crate) followers: u8,
}

/// How nodes reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cables {
    /// Through links that can be made bad.
    Links,
    /// Directly, which costs nothing.
    Direct,
}

/// A clock that people share, in milliseconds.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(since.as_millis().try_into().unwrap_or(u64::MAX))
}

/// A development network with caps that a test in a hurry does not meet.
fn genesis(validators: u8) -> Result<Development> {
    let network: NetworkName = NETWORK.parse()?;
    let mut made = development(network, validators, now().saturating_sub(BEGAN_MS))?;
    let caps = Caps { enrolments: 100_000_000, suspensions: 1_000_000, revocations: 1_000_000 };
    made.genesis.parameters = Parameters { caps, ..Parameters::default() };
    made.genesis.check()?;
    Ok(made)
}

/// The key of a follower. Nothing depends on its being secret, as with every key of such a network.
fn follower_key(number: u8) -> SecretKey {
    let seed = Hash::of(Purpose::DevelopmentKey, &codec::encode(&(NETWORK, "follower", number)));
    SecretKey::from_seed(seed.as_bytes())
}

/// Every node's name, role and key.
fn seats(made: &Development, followers: u8) -> Vec<(String, Role, SecretKey)> {
    let validators = (1..).zip(&made.validators);
    let validators = validators.map(|(number, key): (u8, _)| {
        (format!("validator-{number}"), Role::Validator, key.clone())
    });
    let follower = |number| (format!("follower-{number}"), Role::Follower, follower_key(number));
    validators.chain((1..=followers).map(follower)).collect()
}

/// An unencrypted key file.
fn pem(key: &SecretKey) -> String {
    let der = [&PKCS8_ED25519[..], &key.to_seed()].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64.encode(&der))
}

/// Writes a new file that its owner alone may read, as programs want it of a key.
fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Makes a network of this size at `place`, with directories made by `program`.
pub(crate) async fn found(
    place: &Place,
    size: Size,
    cables: Cables,
    program: &Path,
) -> Result<(State, Links)> {
    let made = genesis(size.validators)?;
    fs::write(place.genesis(), SignedGenesis::new(made.genesis.clone(), []).to_file())?;
    let seats = seats(&made, size.followers);
    for (name, _, key) in &seats {
        write_private(&place.key(name), &pem(key))?;
    }
    let (addresses, links) = wire(seats.len(), cables).await?;
    let nodes = seats.iter().zip(addresses);
    let nodes = nodes.map(|((name, role, key), at)| seat(name, *role, key, at)).collect();
    let state = State {
        supervisor: std::process::id(),
        network: NETWORK.to_owned(),
        temporary: false,
        linked: cables == Cables::Links,
        nodes,
    };
    for node in &state.nodes {
        init(place, &state, node, program)?;
    }
    Ok((state, links))
}

/// Where a node listens, and where it dials each node.
struct Addresses {
    peers: SocketAddr,
    http: SocketAddr,
    admin: SocketAddr,
    dials: Vec<SocketAddr>,
}

/// Addresses for so many nodes, and the links between them.
async fn wire(count: usize, cables: Cables) -> Result<(Vec<Addresses>, Links)> {
    let ports = Ports::take(3 * count)?.addresses()?;
    let peers: Vec<_> = ports.iter().copied().step_by(3).collect();
    let links = match cables {
        Cables::Links => Links::open(&peers).await?,
        Cables::Direct => Links::none(),
    };
    let dials = |from: usize| {
        let targets = peers.iter().enumerate();
        targets.map(|(to, peer)| links.address(from, to).unwrap_or(*peer)).collect()
    };
    let each = ports.chunks_exact(3).enumerate().filter_map(|(at, chunk)| {
        let [peers, http, admin] = *chunk else { return None };
        Some(Addresses { peers, http, admin, dials: dials(at) })
    });
    Ok((each.collect(), links))
}

fn seat(name: &str, role: Role, key: &SecretKey, at: Addresses) -> NodeState {
    let Addresses { peers, http, admin, dials } = at;
    let (name, key) = (name.to_owned(), key.public_key().to_string());
    NodeState { name, role, key, peers, http, admin, dials, pid: None }
}

/// Has a node's directory made by the same command that an operator types.
fn init(place: &Place, state: &State, node: &NodeState, program: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.args(["node", "init"]).arg(place.node(&node.name));
    command.arg("--genesis").arg(place.genesis()).args(["--name", &node.name]);
    command.args(["--role", node.role.word()]).arg("--key").arg(place.key(&node.name));
    for (option, address) in [
        ("--peers-listen", node.peers),
        ("--http-listen", node.http),
        ("--admin-listen", node.admin),
    ] {
        command.args([option, &address.to_string()]);
    }
    for (other, address) in state.nodes.iter().zip(&node.dials) {
        if other.name != node.name {
            command.args(["--peer", &format!("{}@{address}={}", other.key, other.name)]);
        }
    }
    let done = command.output().with_context(|| format!("running {}", program.display()))?;
    if !done.status.success() {
        bail!("making {}: {}", node.name, String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(())
}

/// Takes up a network that was saved at `saved`, on new ports.
pub(crate) async fn load(place: &Place, saved: &Place) -> Result<(State, Links)> {
    let mut state = State::read(saved)?;
    fs::copy(saved.genesis(), place.genesis())?;
    let cables = if state.linked { Cables::Links } else { Cables::Direct };
    let (addresses, links) = wire(state.nodes.len(), cables).await?;
    for (node, at) in state.nodes.iter_mut().zip(addresses) {
        fs::copy(saved.key(&node.name), place.key(&node.name))?;
        copy_folder(&saved.node(&node.name), &place.node(&node.name))?;
        let Addresses { peers, http, admin, dials } = at;
        let fresh = NodeState { peers, http, admin, dials, pid: None, ..node.clone() };
        let file = place.node(&node.name).join("hefu.toml");
        let text = moved(&fs::read_to_string(&file)?, node, &fresh);
        fs::write(&file, with_key(&text, &place.key(&node.name)))?;
        *node = fresh;
    }
    state.supervisor = std::process::id();
    Ok((state, links))
}

/// Copies a folder with all that it holds.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// All addresses that stand in a node's configuration, in one order for every node.
fn addresses(node: &NodeState) -> impl Iterator<Item = String> {
    let own = [node.peers, node.http, node.admin];
    own.into_iter().chain(node.dials.iter().copied()).map(|at| at.to_string())
}

/// A configuration with the addresses of `old` replaced by those of `new`. Addresses stand in quotes.
fn moved(text: &str, old: &NodeState, new: &NodeState) -> String {
    let pairs: Vec<(String, String)> = addresses(old).zip(addresses(new)).collect();
    let fresh = |piece: &str| {
        let pair = pairs.iter().find(|(old, _)| old == piece);
        pair.map_or_else(|| piece.to_owned(), |(_, new)| new.clone())
    };
    text.split('"').map(fresh).collect::<Vec<_>>().join("\"")
}

/// A configuration that names another key file in place of the one of the same name.
fn with_key(text: &str, key: &Path) -> String {
    let same = |piece: &&str| Path::new(piece).file_name() == key.file_name();
    let pieces = text.split('"').map(|piece| match Some(piece).filter(same) {
        Some(_) => key.display().to_string(),
        None => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn addresses_move_all_at_once() {
        let key = SecretKey::from_seed(&[1; 32]);
        let node = |ports: [u16; 4]| {
            let [peers, http, admin, dial] = ports.map(at);
            seat("a", Role::Validator, &key, Addresses { peers, http, admin, dials: vec![dial] })
        };
        let (old, new) = (node([1, 2, 3, 4]), node([2, 3, 4, 5]));
        let text = "listen = \"127.0.0.1:1\"\nhttp = \"127.0.0.1:2\"\nname = \"127.0.0.1:11\"\n";
        let expected =
            "listen = \"127.0.0.1:2\"\nhttp = \"127.0.0.1:3\"\nname = \"127.0.0.1:11\"\n";
        assert_eq!(moved(text, &old, &new), expected);
    }

    #[test]
    fn a_key_file_moves_with_its_network() {
        let text = "key = \"/old/keys/a.pem\"\nname = \"a\"\n";
        let expected = "key = \"/new/keys/a.pem\"\nname = \"a\"\n";
        assert_eq!(with_key(text, Path::new("/new/keys/a.pem")), expected);
    }

    #[test]
    fn a_key_file_has_one_line_of_key() {
        let text = pem(&SecretKey::from_seed(&[7; 32]));
        let line = text.lines().nth(1).unwrap();
        let der = BASE64.decode(line.as_bytes()).unwrap();
        assert_eq!((line.len(), der.len()), (64, 48));
        assert_eq!(der[16..], [7; 32]);
    }

    #[test]
    fn names_and_keys_differ() {
        let made = genesis(4).unwrap();
        let seats = seats(&made, 2);
        let keys: std::collections::BTreeSet<_> =
            seats.iter().map(|(_, _, key)| key.public_key()).collect();
        assert_eq!((seats.len(), keys.len()), (6, 6));
        assert_eq!(seats[4].0, "follower-1");
        assert_eq!(seats[0].2.public_key(), made.validators[0].public_key());
    }
}
