//! Vectors: whoever changes one of these changes what all validators must agree on. They were
//! computed from the definition by a few lines of Python, which know nothing of this crate.

use super::{inserts, key, tree_of, value};
use crate::tree::{prove, root};
use data_encoding::HEXLOWER;
use hefu_primitives::codec;

fn root_hex(count: u64) -> String {
    root(&tree_of([inserts(0..count)])).unwrap().to_string()
}

fn proof_hex(count: u64, number: u64) -> String {
    HEXLOWER.encode(&codec::encode(&prove(&tree_of([inserts(0..count)]), &key(number)).unwrap()))
}

#[test]
fn keys_and_values_are_pinned() {
    assert_eq!(
        key(0).to_string(),
        "5f1bec31cf4145eba2bfacf6384a9a56a9217e2474ccf043ccb399f85b9b6232"
    );
    assert_eq!(
        value(0).to_string(),
        "edc49461970b0cb7b962759087cf567a8d901fdab248ab87d4502debf53f9d4c"
    );
}

#[test]
fn roots_are_pinned() {
    let expected = [
        (0, "8db22938675e15638bd062d5f2ed776a53dc9f15f3be65bcc5927948492e95bf"),
        (1, "87a4b6447f4a2534c7b5c67b8b10ef3f91289359b2d4a040f388e8656db09b60"),
        (2, "ac2d03a629764b80477e5d170b06023119be283ff797ba7e30d1b4a517469736"),
        (3, "3035a1623c0fe00ec6a5beafec86da9357f7b889e8bba58c8714ff8daf4e3ebe"),
        (1_000, "db3442fe19f98d36b496effe6726e3968be4221fa4fa580d779fb7ef6e394b8c"),
    ];
    for (count, expected) in expected {
        assert_eq!(root_hex(count), expected, "{count} leaves");
    }
}

#[test]
fn proofs_are_pinned() {
    assert_eq!(proof_hex(0, 0), "000000", "the empty tree");
    assert_eq!(
        proof_hex(1, 0),
        "01edc49461970b0cb7b962759087cf567a8d901fdab248ab87d4502debf53f9d4c0000",
        "the only key"
    );
    assert_eq!(
        proof_hex(3, 1),
        "019a3dcd687f259b6b2f35fe05ca2d4c6edb9c1662dbb5b31383ef07028d1ea5e901c002182d3c5c\
        7b594c735025d40a47a63b934ab466025e7323ee9da307b02c24eb4887a4b6447f4a2534c7b5c67b\
        8b10ef3f91289359b2d4a040f388e8656db09b60",
        "one of three"
    );
    assert_eq!(
        proof_hex(3, 3),
        "025f1bec31cf4145eba2bfacf6384a9a56a9217e2474ccf043ccb399f85b9b6232edc49461970b0c\
        b7b962759087cf567a8d901fdab248ab87d4502debf53f9d4c01c002182d3c5c7b594c735025d40a\
        47a63b934ab466025e7323ee9da307b02c24eb480a92ee7ae110da42c2440fa0307de5d873e99d16\
        fbe976473678a7785e8652d3",
        "none of three"
    );
}
