//! Where in the chain and when: heights, views, epochs and times.
//!
//! Each is a type of its own, so that one cannot be passed for another, and none converts from
//! an integer silently.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! position {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub struct $name(u64);

        impl $name {
            /// The first one.
            pub const ZERO: Self = Self(0);
            /// The last one that can be written.
            pub const MAX: Self = Self(u64::MAX);

            /// The value that counts `number` from zero.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number, for printing and arithmetic at the edge.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The one `count` later, or `None` past the last.
            pub const fn checked_add(self, count: u64) -> Option<Self> {
                match self.0.checked_add(count) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }

            /// The one `count` later, and the last one past the last.
            #[must_use]
            pub const fn saturating_add(self, count: u64) -> Self {
                Self(self.0.saturating_add(count))
            }

            /// The one `count` earlier, and zero before zero.
            #[must_use]
            pub const fn saturating_sub(self, count: u64) -> Self {
                Self(self.0.saturating_sub(count))
            }

            /// How many lie between `earlier` and this one; zero if `earlier` is not earlier.
            pub const fn since(self, earlier: Self) -> u64 {
                self.0.saturating_sub(earlier.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

position!(
    /// Position of a block in the chain; the genesis block has height 0.
    Height
);
position!(
    /// One attempt at agreement within an epoch. The first is view 1; view 0 stands for the block
    /// that an epoch starts from.
    View
);
position!(
    /// The span of one validator set; the first is epoch 0.
    Epoch
);
position!(
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    Timestamp
);

impl Height {
    /// The height above this one. Saturates: 2⁶⁴ blocks outlast any chain.
    #[must_use]
    pub const fn next(self) -> Self {
        self.saturating_add(1)
    }
}

impl View {
    /// The view after this one. Saturates: 2⁶⁴ views outlast any epoch.
    #[must_use]
    pub const fn next(self) -> Self {
        self.saturating_add(1)
    }
}

impl Epoch {
    /// The epoch after this one. Saturates: 2⁶⁴ epochs outlast any chain.
    #[must_use]
    pub const fn next(self) -> Self {
        self.saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stays_within_range() {
        assert_eq!(View::MAX.checked_add(1), None);
        assert_eq!(View::MAX.next(), View::MAX);
        assert_eq!(Height::ZERO.saturating_sub(1), Height::ZERO);
        assert_eq!(Timestamp::new(7).since(Timestamp::new(9)), 0);
        assert_eq!(Timestamp::new(9).since(Timestamp::new(7)), 2);
        assert_eq!(Epoch::new(3).checked_add(4), Some(Epoch::new(7)));
    }
}
