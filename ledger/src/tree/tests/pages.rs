//! Pages and paths: their bytes, and what is done about damaged ones.

use super::{inserts, key, tree_of, value};
use crate::ReadError;
use crate::tree::{Child, Leaf, MemoryTree, Page, Path, TreeKey, TreeReader, prove, update};
use hefu_primitives::Hash;
use std::sync::Arc;

/// A tree whose page at one path is another one, or missing.
struct Swapped(MemoryTree, Path, Option<Page>);

impl TreeReader for Swapped {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        if *path == self.1 { Ok(self.2.clone().map(Arc::new)) } else { self.0.page(path) }
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        self.0.leaves(path)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        self.0.value(key)
    }
}

fn is_damaged<T>(result: &Result<T, ReadError>) -> bool {
    matches!(result, Err(ReadError::Damaged(_)))
}

#[test]
fn a_page_survives_its_bytes() {
    let change = update(&MemoryTree::default(), inserts(0..5_000)).unwrap();
    assert!(change.pages.len() > 17);
    for (path, page) in change.pages {
        let page = page.unwrap();
        let read = Page::from_bytes(&path, &page.to_bytes()).unwrap();
        assert_eq!(read, *page, "{path:?}");
    }
}

#[test]
fn a_page_whose_bitmaps_and_hashes_disagree_is_damaged() {
    let children = [(3, Child::Group(value(1))), (9, Child::Page(value(2)))];
    let bytes = Page::new(&Path::ROOT, &children).to_bytes();
    assert_eq!(bytes.len(), 2 + 2 + 1 + 64);
    for (at, what) in [(0, "a child less"), (2, "a page that is no child"), (4, "a length")] {
        let mut altered = bytes.clone();
        altered[at] ^= if at == 0 { 8 } else { 1 };
        assert!(is_damaged(&Page::from_bytes(&Path::ROOT, &altered)), "{what}");
    }
    assert!(is_damaged(&Page::from_bytes(&Path::ROOT, &[])));
}

#[test]
fn changed_children_give_the_page_that_new_ones_would() {
    let before =
        [(0, Child::Group(value(1))), (1, Child::Page(value(2))), (15, Child::Group(value(3)))];
    let after = [(0, Child::Empty), (1, Child::Group(value(4))), (15, Child::Page(value(3)))];
    let changed = Page::new(&Path::ROOT, &before).with(&Path::ROOT, &after);
    assert_eq!(changed, Page::new(&Path::ROOT, &after));
    assert_eq!(changed.child(1), Child::Group(value(4)));
    assert_eq!(changed.with(&Path::ROOT, &[(1, Child::Empty), (15, Child::Empty)]).hash(), None);
}

#[test]
fn a_missing_or_altered_page_is_damage() {
    let tree = tree_of([inserts(0..5_000)]);
    let path = Path::ROOT.child(Path::ROOT.nibble(&key(1)));
    let page = tree.page(&path).unwrap().unwrap();
    let altered = page.with(&path, &[(0, Child::Group(value(1)))]);
    for swapped in [None, Some(altered)] {
        let reader = Swapped(tree.clone(), path, swapped);
        assert!(is_damaged(&prove(&reader, &key(1))));
        assert!(is_damaged(&update(&reader, inserts([1]))));
    }
}

#[test]
fn a_page_over_lost_leaves_is_damage() {
    let children = [(Path::ROOT.nibble(&key(1)), Child::Group(value(1)))];
    for page in [Page::new(&Path::ROOT, &[]), Page::new(&Path::ROOT, &children)] {
        let reader = Swapped(MemoryTree::default(), Path::ROOT, Some(page));
        assert!(is_damaged(&prove(&reader, &key(1))));
    }
}

/// A tree that has another value for every key than its leaves were made of.
struct Revalued(MemoryTree);

impl TreeReader for Revalued {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        self.0.page(path)
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        self.0.leaves(path)
    }

    fn value(&self, _: &TreeKey) -> Result<Option<Hash>, ReadError> {
        Ok(Some(value(0)))
    }
}

#[test]
fn a_value_that_is_not_that_of_its_leaf_is_damage() {
    let reader = Revalued(tree_of([inserts(0..100)]));
    assert!(prove(&reader, &key(0)).is_ok());
    assert!(is_damaged(&prove(&reader, &key(1))));
}

#[test]
fn a_path_spans_the_keys_that_begin_so() {
    let path = [0xa, 0xb, 0xc].iter().fold(Path::ROOT, |path, nibble| path.child(*nibble));
    let (first, last) = (path.first(), path.last());
    assert_eq!(first.as_bytes()[..3], [0xab, 0xc0, 0]);
    assert_eq!(last.as_bytes()[..3], [0xab, 0xcf, 0xff]);
    assert_eq!(path.to_bytes(), [3, 0xab, 0xc0]);
    assert_eq!(path.child(0xd).last().as_bytes()[..3], [0xab, 0xcd, 0xff]);
    assert_eq!(Path::ROOT.last(), TreeKey::from_bytes([0xff; 32]));
    assert_eq!(Path::ROOT.to_bytes(), [0]);
}

#[test]
#[cfg(feature = "rocksdb")]
fn a_path_survives_its_bytes_and_ends_in_its_last_nibble() {
    for nibbles in 1..=64 {
        let path = Path::above(&key(7), nibbles);
        assert_eq!(Path::from_bytes(&path.to_bytes()), Some(path));
        let (above, nibble) = path.parent().unwrap();
        assert_eq!((above, above.child(nibble)), (Path::above(&key(7), nibbles - 1), path));
    }
    assert_eq!(Path::from_bytes(&Path::ROOT.to_bytes()), Some(Path::ROOT));
    assert_eq!(Path::ROOT.parent(), None);
}

#[test]
#[cfg(feature = "rocksdb")]
fn bytes_of_no_path_are_refused() {
    let too_long = [65; 34];
    for bytes in [&[][..], &[1], &[1, 0x11], &[2, 0x12, 0x34], &[0, 0], &too_long] {
        assert_eq!(Path::from_bytes(bytes), None, "{bytes:x?}");
    }
}
