//! Where everything stands on the screen.

use super::grid::{self, Detail, Grid};
use super::theme::{BAR, FAINT, STRONG};
use super::{Picture, log};
use crate::sim::words::{decimal, parts, ratio, seconds};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Lines that events get even where nodes are many.
const EVENTS_MIN: u16 = 4;
/// Lines above the nodes: title, counts, network, rule.
const HEAD: u16 = 4;
/// Lines below the nodes that are not events: rule and keys.
const FOOT: u16 = 2;

const KEYS: &str = " q quit  space pause  + faster  - slower  m max  ↑↓ events  PgUp PgDn nodes";

impl Picture {
    /// Draws everything.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if area.height < HEAD + FOOT + 2 || area.width < 20 {
            frame.render_widget(Line::from("the window is too small"), area);
            return;
        }
        let room = area.height - HEAD - FOOT;
        let events_min = EVENTS_MIN.min(room / 3);
        // One line of headings.
        let grid = self.grid(area.width, room - events_min - 1);
        let headings = u16::from(grid.headings().is_some());
        let nodes = u16::try_from(grid.rows).unwrap_or(room) + headings;
        let rows = |y: u16, height: u16| Rect::new(area.x, area.y + y, area.width, height);
        self.draw_head(frame, rows(0, HEAD), grid);
        self.draw_nodes(frame, rows(HEAD, nodes), grid);
        let events = rows(HEAD + nodes, room - nodes + 1);
        self.draw_events(frame, events);
        let keys = Line::styled(pad(KEYS, "", area.width), BAR);
        frame.render_widget(keys, rows(area.height - 1, 1));
    }

    fn grid(&self, width: u16, height: u16) -> Grid {
        Grid::fit(self.roster.rows.len(), width.into(), height.into())
    }

    fn draw_head(&self, frame: &mut Frame<'_>, area: Rect, grid: Grid) {
        let [title, counts, network, line] = lines(area);
        let left = format!(" hefu sim   {}", self.title);
        let state = if self.choice.paused { "paused" } else { &self.choice.speed };
        let right = format!("{}   {state} ", seconds(self.now_ms));
        let bar = Line::styled(pad(&left, &right, area.width), BAR);
        frame.render_widget(bar, title);
        frame.render_widget(self.counts(area.width), counts);
        frame.render_widget(self.network_line(), network);
        frame.render_widget(rule(&self.nodes_title(grid), area.width), line);
    }

    /// What the run has come to so far, as much of it as there is room for.
    fn counts(&self, width: u16) -> Line<'_> {
        let summary = &self.summary;
        let views = match self.views_wanted {
            Some(wanted) => format!("views {}/{wanted}", summary.views),
            None => format!("views {}", summary.views),
        };
        let mut parts = vec![
            format!(" blocks {}", summary.blocks),
            views,
            format!("{} views/block", decimal(ratio(summary.views, summary.blocks), 2)),
        ];
        if summary.finality_ms.count > 0 {
            let mean_ms = summary.finality_ms.mean();
            let delays = decimal(ratio(mean_ms, self.delay_ms), 2);
            parts.push(format!("final in {mean_ms} ms = {delays} delays"));
        }
        let mut text = String::new();
        for part in parts {
            let longer = format!("{text}{}{part}", if text.is_empty() { "" } else { "   " });
            if longer.chars().count() <= width.into() {
                text = longer;
            }
        }
        Line::styled(text, STRONG)
    }

    fn network_line(&self) -> Line<'_> {
        let violations = match self.summary.violations {
            0 => Span::styled("   violations 0", self.theme.good()),
            count => Span::styled(format!("   VIOLATIONS {count}"), self.theme.bad()),
        };
        let network = if self.parts.is_empty() {
            Span::raw(format!(" network whole, {}", self.network))
        } else {
            Span::styled(format!(" network cut: {}", parts(&self.parts)), self.theme.odd())
        };
        Line::from(vec![network, violations])
    }

    fn nodes_title(&self, grid: Grid) -> String {
        let (all, fit) = (self.roster.rows.len(), grid.capacity());
        let signs = "● up  ○ down  ✕ halted  ▲ Byzantine";
        let what = match grid.detail {
            Detail::Least => "final heights",
            _ => "nodes",
        };
        if fit >= all {
            return format!("{what}   {signs}");
        }
        let pages = all.div_ceil(fit);
        let page = self.choice.page % pages;
        format!("{what}, page {}/{pages}   {signs}", page + 1)
    }

    fn draw_nodes(&self, frame: &mut Frame<'_>, area: Rect, grid: Grid) {
        let mut below = area;
        if let Some(headings) = grid.headings() {
            frame.render_widget(Line::styled(headings, FAINT), first(area));
            below.y += 1;
            below.height -= 1;
        }
        let fit = grid.capacity();
        let page = self.choice.page % self.roster.rows.len().div_ceil(fit).max(1);
        let rows = self.roster.rows.iter().skip(page * fit).take(fit);
        for (at, row) in rows.enumerate() {
            let cell = grid::cell(self, row, grid.detail);
            frame.render_widget(cell, grid.place(at, below));
        }
    }

    fn draw_events(&self, frame: &mut Frame<'_>, area: Rect) {
        let title = match self.choice.back.min(self.log.len()) {
            0 => "events".to_owned(),
            back => format!("events, {back} back"),
        };
        frame.render_widget(rule(&title, area.width), first(area));
        let count = usize::from(area.height.saturating_sub(1));
        let window = self.log.window(count, self.choice.back);
        for (line, y) in window.zip(area.y + 1..) {
            let place = Rect::new(area.x, y, area.width, 1).intersection(area);
            let text = cut(&line.to_string(), area.width.into());
            let style = log::style(self.theme, line);
            frame.render_widget(Line::styled(text, style), place);
        }
    }
}

/// A line across with a title in it.
fn rule(title: &str, width: u16) -> Line<'static> {
    let left = format!("── {title} ");
    let rest = usize::from(width).saturating_sub(left.chars().count());
    let text = cut(&format!("{left}{}", "─".repeat(rest)), width.into());
    Line::styled(text, FAINT)
}

/// The first line of an area.
fn first(area: Rect) -> Rect {
    Rect { height: 1, ..area }.intersection(area)
}

/// The lines of an area.
fn lines<const N: usize>(area: Rect) -> [Rect; N] {
    let mut y = area.y;
    [(); N].map(|()| {
        let line = Rect::new(area.x, y, area.width, 1);
        y += 1;
        line
    })
}

/// One text at the left and one at the right, which is the last to be cut.
fn pad(left: &str, right: &str, width: u16) -> String {
    let room = usize::from(width).saturating_sub(right.chars().count());
    let left = cut(left, room.saturating_sub(1));
    cut(&format!("{left:<room$}{right}"), width.into())
}

/// At most `width` characters; what is missing shows.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
