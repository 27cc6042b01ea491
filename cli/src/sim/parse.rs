//! The values of `hefu sim`'s options, each read by a small parser of its own.

mod amount;
mod event;

pub(crate) use amount::{Pace, Rate, Share, Span, Travel, Validators};
pub(crate) use event::{Outage, Skew, Split, Squad};

use thiserror::Error;

/// Why a value is refused, with what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct Refused(String);

impl Refused {
    fn new<T>(sentence: impl Into<String>) -> Result<T, Self> {
        Err(Self(sentence.into()))
    }
}

/// What comes before and after `mark`, or what the whole should look like.
fn halves<'a>(text: &'a str, mark: &str, form: &str) -> Result<(&'a str, &'a str), Refused> {
    match text.split_once(mark) {
        Some(halves) => Ok(halves),
        None => Refused::new(format!("it has the form {form}")),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::str::FromStr;

    /// Each text is read as the value beside it.
    pub(super) fn reads<T>(table: &[(&str, T)])
    where
        T: FromStr + PartialEq + Debug,
        T::Err: Debug,
    {
        for (text, expected) in table {
            assert_eq!(&text.parse::<T>().expect(text), expected, "{text}");
        }
    }

    /// Each text is refused with a sentence that contains the words beside it.
    pub(super) fn refuses<T>(table: &[(&str, &str)])
    where
        T: FromStr + Debug,
        T::Err: ToString,
    {
        for (text, words) in table {
            let sentence = text.parse::<T>().expect_err(text).to_string();
            assert!(sentence.contains(words), "{text}: {sentence}");
        }
    }
}
