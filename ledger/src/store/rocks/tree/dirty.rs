//! The dirty pages: those that differ from what is on disk.
//!
//! They are looked up several times for each record that is written. Keys are hashes, so each time it is
//! another one of the seventy thousand that ten million records have, and nothing of it is in the
//! processor's cache. Therefore siblings stand together under the path of the page above: those places
//! are a sixteenth as many, and stay there.

use crate::tree::{Page, Path};
use std::sync::Arc;

/// Pages that differ from those on disk, and those that are gone but still on disk.
#[derive(Default)]
pub(super) struct DirtyPages {
    /// The page of the whole tree, which has none above.
    root: Option<Changed>,
    families: Families,
    len: usize,
}

/// A page, or none where it is gone.
type Changed = Option<Arc<Page>>;

#[expect(
    clippy::disallowed_types,
    reason = "nothing depends on its order: whoever writes the pages sorts them"
)]
type Families = std::collections::HashMap<Path, Family>;

/// The pages of which one page holds the hashes.
#[derive(Default)]
struct Family {
    /// Nibbles whose pages are dirty: bit n for nibble n.
    dirty: u16,
    pages: [Changed; 16],
}

impl Family {
    fn get(&self, nibble: u8) -> Option<&Changed> {
        self.pages.get(usize::from(nibble)).filter(|_| self.dirty & (1 << nibble) != 0)
    }

    fn insert(&mut self, nibble: u8, page: Changed) -> Option<Changed> {
        let was_dirty = self.dirty & (1 << nibble) != 0;
        self.dirty |= 1 << nibble;
        let before = std::mem::replace(self.pages.get_mut(usize::from(nibble))?, page);
        was_dirty.then_some(before)
    }
}

impl DirtyPages {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The page at a path, if it is dirty.
    pub(super) fn get(&self, path: &Path) -> Option<&Changed> {
        match path.parent() {
            None => self.root.as_ref(),
            Some((above, nibble)) => self.families.get(&above)?.get(nibble),
        }
    }

    /// Adds a page. Gives the dirty one that it replaces, if there was one.
    pub(super) fn insert(&mut self, path: &Path, page: Changed) -> Option<Changed> {
        let before = match path.parent() {
            None => self.root.replace(page),
            Some((above, nibble)) => self.families.entry(above).or_default().insert(nibble, page),
        };
        self.len = self.len.saturating_add(usize::from(before.is_none()));
        before
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Path, &Changed)> {
        let root = self.root.iter().map(|page| (Path::ROOT, page));
        let families = self.families.iter().flat_map(|(above, family)| {
            let dirty = (0..16).filter_map(|nibble| Some((nibble, family.get(nibble)?)));
            dirty.map(|(nibble, page)| (above.child(nibble), page))
        });
        root.chain(families)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Child, TreeKey};
    use hefu_primitives::Hash;
    use std::collections::BTreeMap;

    fn page(number: u8) -> Changed {
        let child = Child::Group(Hash::from_bytes([number; 32]));
        (number > 0).then(|| Arc::new(Page::new(&Path::ROOT, &[(0, child)])))
    }

    #[test]
    fn it_is_a_map_from_paths() {
        let (mut dirty, mut expected) = (DirtyPages::default(), BTreeMap::new());
        let key = |number: u8| TreeKey::from_bytes([number.wrapping_mul(83); 32]);
        for round in 0..5 {
            let paths = (0..=u8::MAX).map(|number| Path::above(&key(number), number % 4));
            for (path, number) in paths.zip(0..=u8::MAX) {
                let page = page(number.wrapping_mul(round) % 7);
                assert_eq!(dirty.insert(&path, page.clone()), expected.insert(path, page));
                assert_eq!(dirty.get(&path), expected.get(&path));
                assert_eq!(dirty.get(&path.child(9)), expected.get(&path.child(9)));
            }
        }
        let listed: BTreeMap<_, _> =
            dirty.iter().map(|(path, page)| (path, page.clone())).collect();
        assert_eq!((dirty.len(), listed), (expected.len(), expected));
    }
}
