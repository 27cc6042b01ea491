//! Cursors: where a page ended. What stands in one is nobody's business but the node's, so that the
//! order of a list can be kept another way without breaking anybody's program.

use super::refused::Refused;
use data_encoding::BASE64URL_NOPAD;
use hefu_ledger::store::Location;
use hefu_primitives::{Height, codec};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Bytes of a cursor: more than any has.
const CURSOR_BYTES_MAX: usize = 32;

/// Where a page ended. Each list takes its own kind only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Cursor {
    /// Of blocks: the last one's height.
    Block(Height),
    /// Of transactions: where the last one stands.
    Transaction(Height, u32),
    /// Of a log: the last entry's number.
    Entry(u32),
    /// Of organisations: the last one's number.
    Organisation(u16),
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&codec::encode(self)))
    }
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is what the answer before gave as `next`")]
pub(super) struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NoCursor)?;
        codec::decode(&bytes, CURSOR_BYTES_MAX).map_err(|_| NoCursor)
    }
}

impl Cursor {
    pub(super) const fn at(at: Location) -> Self {
        Self::Transaction(at.height, at.place)
    }

    pub(super) fn block(self) -> Result<Height, Refused> {
        if let Self::Block(height) = self { Ok(height) } else { Err(other()) }
    }

    pub(super) fn transaction(self) -> Result<Location, Refused> {
        match self {
            Self::Transaction(height, place) => Ok(Location { height, place }),
            _ => Err(other()),
        }
    }

    pub(super) fn entry(self) -> Result<u32, Refused> {
        if let Self::Entry(number) = self { Ok(number) } else { Err(other()) }
    }

    pub(super) fn organisation(self) -> Result<u16, Refused> {
        if let Self::Organisation(number) = self { Ok(number) } else { Err(other()) }
    }
}

fn other() -> Refused {
    Refused::query("after: the cursor is one of another list")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_given() {
        for cursor in [
            Cursor::Block(Height::new(7)),
            Cursor::at(Location { height: Height::MAX, place: u32::MAX }),
            Cursor::Entry(3),
            Cursor::Organisation(9),
        ] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for wrong in ["", "7", "AAAA", "....", &"A".repeat(100)] {
            assert_eq!(wrong.parse::<Cursor>(), Err(NoCursor), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        assert!(Cursor::Entry(3).block().is_err());
        assert!(Cursor::Block(Height::ZERO).transaction().is_err());
        assert!(Cursor::Organisation(3).entry().is_err());
        assert!(Cursor::Entry(3).organisation().is_err());
    }
}
