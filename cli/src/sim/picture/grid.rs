//! The nodes on the screen: as much about each as there is room for.

use super::Picture;
use super::roster::Row;
use super::theme::FAINT;
use hefu_sim::NodeState;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// How much is said about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Everything.
    Full,
    /// Role, view, height and activity.
    Some,
    /// View and height.
    Little,
    /// Height.
    Least,
}

/// Where the nodes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) detail: Detail,
    columns: usize,
    pub(super) rows: usize,
}

impl Detail {
    const ALL: [Self; 4] = [Self::Full, Self::Some, Self::Little, Self::Least];

    const fn heading(self) -> &'static str {
        match self {
            Self::Full => {
                "node  role          state     part  epoch   view  final  last act       activity"
            }
            Self::Some => "node    role          view final busy  ",
            Self::Little => "node    view final",
            Self::Least => "",
        }
    }

    fn width(self) -> usize {
        match self {
            Self::Least => 9,
            _ => self.heading().len(),
        }
    }

    /// Columns between two cells.
    fn gutter(self) -> usize {
        match self {
            Self::Least => 1,
            _ => 2,
        }
    }

    /// How many cells go side by side.
    fn abreast(self, width: usize) -> usize {
        let gutter = self.gutter();
        ((width + gutter) / (self.width() + gutter)).max(1)
    }

    /// The grid of this detail, if there is room. The fewest columns that leave half of the height
    /// to the events are best; where that cannot be, as many as there is room for.
    fn grid(self, nodes: usize, width: usize, height: usize) -> Option<Grid> {
        let of = |columns| Grid { detail: self, columns, rows: nodes.div_ceil(columns) };
        let most = self.abreast(width);
        let low = (1..=most).map(of).find(|grid| grid.rows <= height / 2);
        low.or_else(|| Some(of(most)).filter(|grid| grid.rows <= height))
    }
}

impl Grid {
    /// The richest grid in which `nodes` fit; if none does, they are shown page by page.
    pub(super) fn fit(nodes: usize, width: usize, height: usize) -> Self {
        let narrow = Detail::ALL.into_iter().filter(|detail| detail.width() <= width);
        let mut grids = narrow.filter_map(|detail| detail.grid(nodes, width, height));
        grids.next().unwrap_or_else(|| Self {
            detail: Detail::Least,
            columns: Detail::Least.abreast(width),
            rows: height.max(1),
        })
    }

    /// How many nodes fit on the screen.
    pub(super) fn capacity(self) -> usize {
        self.columns * self.rows
    }

    /// The line above the nodes.
    pub(super) fn headings(self) -> Option<String> {
        let heading = self.detail.heading();
        let gutter = " ".repeat(self.detail.gutter());
        (!heading.is_empty()).then(|| vec![heading; self.columns].join(&gutter))
    }

    /// Where the cell with this number on the page lies.
    pub(super) fn place(self, cell: usize, area: Rect) -> Rect {
        let (column, row) = (cell / self.rows, cell % self.rows);
        let x = column * (self.detail.width() + self.detail.gutter());
        let small = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let cell = Rect {
            x: area.x.saturating_add(small(x)),
            y: area.y.saturating_add(small(row)),
            width: small(self.detail.width()),
            height: 1,
        };
        cell.intersection(area)
    }
}

/// What is said about a node.
pub(super) fn cell<'a>(picture: &'a Picture, row: &'a Row, detail: Detail) -> Line<'a> {
    let (seen, theme) = (&row.seen, picture.theme);
    let (sign, word, style) = state(picture, seen.state);
    let part = picture.part(seen.node).map_or_else(String::new, String::from);
    let busiest = picture.roster.busiest();
    let dull = Style::new();
    let (node, view, height) = (seen.node.0, seen.view, seen.height);
    let spans = match detail {
        Detail::Full => vec![
            (format!("{node:>4}  "), dull),
            (format!("{:<12}  ", row.role), role_style(picture, row)),
            (format!("{sign} {word:<6}  "), style),
            (format!("{part:<4}  "), theme.odd()),
            (format!("{:>5}  {view:>5}  {height:>5}  ", seen.epoch), dull),
            (format!("{:<13}  ", row.act), dull),
            (row.activity(8, busiest), theme.news()),
        ],
        Detail::Some => vec![
            (format!("{node:>4} "), dull),
            (format!("{sign}{part:<1} "), style),
            (format!("{:<12} ", row.role), role_style(picture, row)),
            (format!("{view:>5} {height:>5} "), dull),
            (row.activity(6, busiest), theme.news()),
        ],
        Detail::Little => vec![
            (format!("{node:>4} "), dull),
            (format!("{sign}{part:<1}"), style),
            (format!("{view:>5} {height:>5}"), dull),
        ],
        Detail::Least => {
            let up = matches!(seen.state, NodeState::Up | NodeState::Byzantine);
            let sign = if up && !part.is_empty() { &part } else { sign };
            vec![
                (format!("{node:>3}"), dull),
                (sign.to_owned(), style),
                (format!("{height:>5}"), dull),
            ]
        }
    };
    spans.into_iter().map(|(text, style)| Span::styled(text, style)).collect()
}

fn role_style(picture: &Picture, row: &Row) -> Style {
    match row.seen.state {
        NodeState::Byzantine => picture.theme.odd(),
        _ if row.role == "correct" => Style::new(),
        _ => FAINT,
    }
}

/// A state's sign, word and style.
fn state(picture: &Picture, state: NodeState) -> (&'static str, &'static str, Style) {
    let theme = picture.theme;
    match state {
        NodeState::Up => ("●", "up", theme.good()),
        NodeState::Down => ("○", "down", FAINT),
        NodeState::Halted => ("✕", "halted", theme.bad()),
        NodeState::Byzantine => ("▲", "up", theme.odd()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(nodes: usize, width: usize, height: usize) -> (Detail, usize, usize) {
        let grid = Grid::fit(nodes, width, height);
        (grid.detail, grid.columns, grid.rows)
    }

    #[test]
    fn few_nodes_get_much_room_and_many_little() {
        assert_eq!(fit(4, 80, 13), (Detail::Full, 1, 4));
        assert_eq!(fit(13, 80, 13), (Detail::Full, 1, 13));
        assert_eq!(fit(31, 200, 39), (Detail::Full, 2, 16));
        assert_eq!(fit(100, 200, 39).0, Detail::Some);
        let (detail, columns, rows) = fit(100, 80, 13);
        assert_eq!((detail, columns * rows >= 100), (Detail::Least, true));
    }

    #[test]
    fn what_does_not_fit_is_paged() {
        let grid = Grid::fit(100, 30, 5);
        assert_eq!(grid.detail, Detail::Least);
        assert!(grid.capacity() < 100);
        assert!(Grid::fit(100, 0, 0).capacity() > 0);
    }
}
