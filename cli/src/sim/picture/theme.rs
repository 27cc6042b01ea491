//! Colours, or none: every colour only repeats what a word or a sign says.

use ratatui::style::{Color, Modifier, Style};
use std::ffi::OsStr;

/// How things are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// By colour.
    Coloured,
    /// By weight alone (`NO_COLOR`).
    Plain,
}

impl Theme {
    /// The theme that the variable `NO_COLOR` asks for: any text in it means no colours.
    pub(crate) fn of(no_color: Option<&OsStr>) -> Self {
        match no_color {
            Some(text) if !text.is_empty() => Self::Plain,
            _ => Self::Coloured,
        }
    }

    fn colour(self, colour: Color) -> Style {
        match self {
            Self::Coloured => Style::new().fg(colour),
            Self::Plain => Style::new(),
        }
    }

    /// What is as it should be.
    pub(crate) fn good(self) -> Style {
        self.colour(Color::Green)
    }

    /// What is on purpose, or passing.
    pub(crate) fn odd(self) -> Style {
        self.colour(Color::Yellow)
    }

    /// What is broken.
    pub(crate) fn bad(self) -> Style {
        self.colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What is new.
    pub(crate) fn news(self) -> Style {
        self.colour(Color::Cyan)
    }
}

/// What the eye may skip.
pub(super) const FAINT: Style = Style::new().add_modifier(Modifier::DIM);
/// What the eye finds first.
pub(super) const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// The bars at the top and at the bottom.
pub(super) const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_means_no_colours() {
        assert_eq!(Theme::of(None), Theme::Coloured);
        assert_eq!(Theme::of(Some(OsStr::new(""))), Theme::Coloured);
        assert_eq!(Theme::of(Some(OsStr::new("1"))), Theme::Plain);
        assert_eq!(Theme::Plain.good(), Style::new());
    }
}
