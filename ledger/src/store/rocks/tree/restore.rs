//! Pages as they were before a crash, from those on disk and what has become of groups since.
//!
//! Nothing is read of values: a million of them would be read to hash groups whose hashes were known.

use super::ChangedPages;
use crate::ReadError;
use crate::tree::{Child, Page, Path};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The pages that differ from those that `stored` gives, when `changed` is what pages hold of the
/// groups that have changed.
pub(super) fn pages(
    stored: impl Fn(&Path) -> Result<Option<Arc<Page>>, ReadError>,
    mut changed: BTreeMap<Path, Child>,
) -> Result<ChangedPages, ReadError> {
    let mut pages = ChangedPages::new();
    while let Some((above, children)) = pop_siblings(&mut changed) {
        let page = match stored(&above)? {
            Some(before) => before.with(&above, &children),
            None => Page::new(&above, &children),
        };
        if let Some(hash) = page.hash() {
            // It was a group in an older batch, if one tells of such a group.
            changed.insert(above, Child::Page(hash));
        } else {
            // A newer batch may have made a group of it.
            changed.entry(above).or_insert(Child::Empty);
        }
        pages.insert(above, page.hash().is_some().then(|| Arc::new(page)));
    }
    Ok(pages)
}

/// Takes out the deepest and last children of one page. All that is below them was taken out before.
fn pop_siblings(changed: &mut BTreeMap<Path, Child>) -> Option<(Path, Vec<(u8, Child)>)> {
    let (above, _) = changed.last_key_value()?.0.parent()?;
    let mut children = Vec::new();
    while let Some(last) = changed.last_entry()
        && let Some((parent, nibble)) = last.key().parent()
        && parent == above
    {
        children.push((nibble, last.remove()));
    }
    Some((above, children))
}
