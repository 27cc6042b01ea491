//! Roots and proofs whose bytes never change: networks that run would split.

use super::{LISTS, Nodes, leaves};
use crate::merkle::{List, consistency, inclusion, root};
use data_encoding::HEXLOWER;
use hefu_primitives::codec::encode;
use std::fmt::Write as _;

#[test]
fn roots_are_what_they_were() {
    let mut got = String::new();
    for list in LISTS {
        for count in [0, 1, 2, 3, 7, 8] {
            let root = root(list, &leaves(list, count));
            writeln!(got, "{list:?} {count} {root}").unwrap();
        }
    }
    assert_eq!(got.trim(), ROOTS.trim(), "\n{got}");
}

#[test]
fn proofs_are_what_they_were() {
    let seven = leaves(List::Transactions, 7);
    let leaf_five = inclusion(List::Transactions, &seven, 5).unwrap();
    assert_eq!(HEXLOWER.encode(&encode(&leaf_five)), INCLUSION.concat());
    let nodes = Nodes::of(List::History, &leaves(List::History, 7));
    let three_to_seven = consistency(List::History, &nodes, 3, 7).unwrap().unwrap();
    assert_eq!(HEXLOWER.encode(&encode(&three_to_seven)), CONSISTENCY.concat());
}

const ROOTS: &str = "
Transactions 0 c5aa8147ea6875731c82b7f1252a4c95699cc6e9491fa8841fb957169b1b4118
Transactions 1 1f1c920ea06cd0ef3129d68a5bcab517bf4df726b5f70017019cc9d0de2d80ab
Transactions 2 3aa2ebb0f8d2ab04eb18351674f098913bd3822f3af1c7c0c0e69be250b150e3
Transactions 3 c44f26c0b25fd0de6002fd366157c693dbce2b832153e2d3195f63c5f74f9d1d
Transactions 7 fb23e8088cbb3adb7c064be6d7774bfbd9886a2ba441f72a5ca8a167d6412cbc
Transactions 8 3d6324c77d9b5f4c7514ad46b7e54c3d90ce17006110c237509860ddd49814f9
Entries 0 2bf3af1697653ad6b6038e63da5c28abbb6a5e400dfff6fe5fc2df3760087b2e
Entries 1 f170e07662572b7c5530277ae6f9711281fc126f9b3e128bb339d09aa9933f7c
Entries 2 bfed0ce7e9e70fb4175297322644661865378f3b6c10e4a52a80080f8380971b
Entries 3 c53bab8735cb37e13c5cd57d491ea42a1b77ee562d67bbb5fa3ba9f4c5247236
Entries 7 25b5607e5b9be65c7ad8a57df57e596435bc2883d52b9cefd0e28b23f4867fc7
Entries 8 3277dcf2b7ff26dec2512151d686db17fd86b7721304aa6a70bc232f5713a552
Effects 0 128e1502aec1931c149bedac559e00040e84473d13d4c6e230dbc1a9e92a5d9f
Effects 1 9b6e15fec285b1e5e81e044049e8843a49d725d1ad2a685520d9e777398f1741
Effects 2 4e4c3781e066335f7cca7de0861a95e48b1bb9de60f37e46324838a1364188a0
Effects 3 8f26b1c6aa7e33c4fc910fbd7c11db1d74f97eec7e8d833e49f9c13220c9fb1b
Effects 7 9a0f67168da5a6c2c9d2395dd61c92246d0b26431a5f226d97833bd55b8e80d8
Effects 8 fd870213670136f96a8b3399124f97d82d5982b9028764df195099873238ee16
History 0 c91be94134741b98fbef4790063137e4cb5b387bdd50c74aa435745d9af92c24
History 1 6d93dbd1a97fde1a56d56903b958123b280441e155f4d92804cf069f22fa4fbb
History 2 30eec4a8dca43ab561f2887aa942767da5eeff8784b40d29897756098477a6e6
History 3 82ec8b8bb6ab8339b62c25f1a9617b401b9fb95c500d34a15455ab626bcfbc51
History 7 8c14227d83cb66356272c94c62be47786bd3f8cba9aa4c004c62c933f9d433f8
History 8 2459be43ac5b13067dd177db6fb5b64ed7f6f0ab02375c8f054894fd90abf6c6
";

/// Index, size, length of the path, path.
const INCLUSION: [&str; 6] = [
    "0500000000000000",
    "0700000000000000",
    "03",
    "428994970406eaf275de4e6065b087ea00d472c826cff3e6ea8d55c148b5f376",
    "6d8026609380701898595cb721d7c42a150d4504449ba852303bd921fbef2637",
    "1188be563ce4a779f1abb1e2a9fb81faf935e5ec65ffb8ece9ac236fb2a11258",
];

/// Both sizes, length of the path, path.
const CONSISTENCY: [&str; 7] = [
    "0300000000000000",
    "0700000000000000",
    "04",
    "b46ef26725595dd023d405f06e1c9e9f47279ba24c39161f28c2a63a606656ec",
    "880cd7194023d3e4797001d55f1ea31c862ac189aa6eaabd575327eb692c6ade",
    "c1d0c0a27d35bc7a7d5f40df9b8b7b284889bc944721f853332b1c06acbd2190",
    "f0b155e7fbb89af7b8c2b7d190200ecd3122bd9ec1438698e93d935b9fd41edf",
];
