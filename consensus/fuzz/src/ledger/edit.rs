//! Edits of values: of their bytes, of their lists, and by putting in what stands elsewhere.
//!
//! A part is edited by itself. What stands around it, lengths above all, stays well formed, so
//! that an edit reaches deeper than one of the whole encoding would.

use arbitrary::{Result, Unstructured};
use hefu_primitives::{BoundedVec, codec};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::type_name;
use std::collections::BTreeMap;

/// A part of a value that can be edited by itself.
pub(crate) trait Part {
    /// Its type: parts of one kind can stand for each other.
    fn kind(&self) -> &'static str;

    /// Its encoding.
    fn bytes(&self) -> Vec<u8>;

    /// Puts another value in its place, if the bytes are one.
    fn put(&mut self, bytes: &[u8]);

    /// Moves, repeats or drops elements, if it is a list.
    fn rearrange(&mut self, u: &mut Unstructured) -> Result<()>;
}

/// A part that is one value.
pub(crate) struct Field<'a, T>(pub(crate) &'a mut T);

/// A part that is a list.
pub(crate) struct Elements<'a, T, const MAX: usize>(pub(crate) &'a mut BoundedVec<T, MAX>);

fn replace<T: DeserializeOwned>(value: &mut T, bytes: &[u8]) {
    if let Ok(other) = codec::decode(bytes, usize::MAX) {
        *value = other;
    }
}

impl<T: Serialize + DeserializeOwned> Part for Field<'_, T> {
    fn kind(&self) -> &'static str {
        type_name::<T>()
    }

    fn bytes(&self) -> Vec<u8> {
        codec::encode(&self.0)
    }

    fn put(&mut self, bytes: &[u8]) {
        replace(self.0, bytes);
    }

    fn rearrange(&mut self, _: &mut Unstructured) -> Result<()> {
        Ok(())
    }
}

impl<T: Clone + Serialize + DeserializeOwned, const MAX: usize> Part for Elements<'_, T, MAX> {
    fn kind(&self) -> &'static str {
        type_name::<BoundedVec<T, MAX>>()
    }

    fn bytes(&self) -> Vec<u8> {
        codec::encode(&self.0)
    }

    fn put(&mut self, bytes: &[u8]) {
        replace(self.0, bytes);
    }

    fn rearrange(&mut self, u: &mut Unstructured) -> Result<()> {
        let mut elements = self.0.to_vec();
        if elements.is_empty() {
            return Ok(());
        }
        let (at, other) = (u.choose_index(elements.len())?, u.choose_index(elements.len())?);
        match u.int_in_range(0..=4)? {
            0 => drop(elements.remove(at)),
            1 => elements.insert(at, elements[other].clone()),
            2 => elements.swap(at, other),
            3 => elements.truncate(at),
            _ => {
                let mut bytes = codec::encode(&elements[at]);
                edit_bytes(u, &mut bytes)?;
                replace(&mut elements[at], &bytes);
            }
        }
        *self.0 = BoundedVec::first_of(elements);
        Ok(())
    }
}

/// Parts of genuine values, by kind: an editor puts one in place of another.
pub(crate) type Spares = BTreeMap<&'static str, Vec<Vec<u8>>>;

/// Edits one of these parts.
pub(crate) fn edit_part(
    u: &mut Unstructured,
    mut parts: Vec<Box<dyn Part + '_>>,
    spares: &Spares,
) -> Result<()> {
    let at = u.choose_index(parts.len())?;
    let part = parts[at].as_mut();
    match u.int_in_range(0..=2)? {
        0 => part.rearrange(u)?,
        1 => {
            let same = spares.get(part.kind()).map(Vec::as_slice).unwrap_or_default();
            part.put(u.choose(same)?);
        }
        _ => {
            let mut bytes = part.bytes();
            edit_bytes(u, &mut bytes)?;
            part.put(&bytes);
        }
    }
    Ok(())
}

/// Adds parts to what can be put in place of others.
pub(crate) fn collect(spares: &mut Spares, parts: &[Box<dyn Part + '_>]) {
    for part in parts {
        let same = spares.entry(part.kind()).or_default();
        let bytes = part.bytes();
        if !same.contains(&bytes) {
            same.push(bytes);
        }
    }
}

/// One edit of bytes.
pub(crate) fn edit_bytes(u: &mut Unstructured, bytes: &mut Vec<u8>) -> Result<()> {
    if bytes.is_empty() {
        bytes.push(u.arbitrary()?);
        return Ok(());
    }
    let at = u.choose_index(bytes.len())?;
    let end = bytes.len().min(at + *u.choose(&[1, 2, 8, 32, 64])?);
    match u.int_in_range(0..=5)? {
        0 => bytes[at] ^= 1 << u.int_in_range(0..=7)?,
        1 => bytes[at] = u.arbitrary()?,
        2 => drop(bytes.drain(at..end)),
        3 => bytes.insert(at, u.arbitrary()?),
        4 => bytes[at..end].fill(u.arbitrary()?),
        _ => {
            let to = u.choose_index(bytes.len() + at - end + 1)?;
            bytes.copy_within(at..end, to);
        }
    }
    Ok(())
}
