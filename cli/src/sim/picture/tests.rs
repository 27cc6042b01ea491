//! The picture, drawn without a terminal.

use super::*;
use hefu_primitives::{Epoch, Height, View};
use hefu_sim::NodeState;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn picture(validators: u8, theme: Theme) -> Picture {
    let mut scenario = Scenario::calm(validators, 42).with_attacker(validators - 1, "equivocator");
    scenario.network.loss_permille = 100;
    Picture::new(&scenario, Some(500), theme)
}

fn node(node: u8, state: NodeState) -> NodeView {
    NodeView {
        node: NodeId(node),
        view: View::new(261),
        height: Height::new(1000 + u64::from(node)),
        epoch: Epoch::ZERO,
        state,
    }
}

fn nodes(count: u8) -> Vec<NodeView> {
    let state = |number| match number {
        0 => NodeState::Down,
        1 => NodeState::Halted,
        _ if number + 1 == count => NodeState::Byzantine,
        _ => NodeState::Up,
    };
    (0..count).map(|number| node(number, state(number))).collect()
}

fn event(at_ms: u64, node: Option<u8>, what: What) -> Event {
    let node = node.map(NodeId);
    Event { at_ms, node, what }
}

fn split(at: u8, count: u8) -> Event {
    let groups = vec![(0..at).map(NodeId).collect(), (at..count).map(NodeId).collect()];
    event(10_000, None, What::Partitioned { groups })
}

/// The lines of the screen.
fn drawn(picture: &Picture, width: u16, height: u16) -> Vec<String> {
    let backend = TestBackend::new(width, height);
    let mut terminal = Terminal::new(backend).expect("a test terminal opens");
    let frame = terminal.draw(|frame| picture.draw(frame)).expect("a test terminal draws");
    let cells = &frame.buffer.content;
    cells
        .chunks(width.into())
        .map(|line| line.iter().map(ratatui::buffer::Cell::symbol).collect())
        .collect()
}

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

#[test]
fn four_nodes_have_a_row_each() {
    let mut picture = picture(4, Theme::Coloured);
    picture.take(vec![event(1, Some(2), What::Nullified { view: View::new(9) })], &nodes(4));
    let lines = drawn(&picture, 80, 24);
    for words in ["seed 42", "4 validators", "20 ms, 10.0 % lost", "q quit"] {
        assert!(has(&lines, words), "{words}: {lines:#?}");
    }
    let rows = [
        "   0  correct       ○ down",
        "   1  correct       ✕ halted",
        "   2  correct       ● up",
        "   3  equivocator   ▲ up",
    ];
    for row in rows {
        assert!(has(&lines, row), "{row}: {lines:#?}");
    }
    assert!(has(&lines, "nullifies 9"), "{lines:#?}");
    assert!(has(&lines, "node 2: votes to nullify view 9"), "{lines:#?}");
}

#[test]
fn a_hundred_nodes_fit_on_the_smallest_usual_screen() {
    let mut picture = picture(100, Theme::Coloured);
    picture.take(vec![split(40, 100)], &nodes(100));
    for (width, height) in [(80, 24), (200, 50)] {
        let lines = drawn(&picture, width, height);
        for number in 0..100_u32 {
            let height = format!(" {}", 1000 + number);
            assert!(has(&lines, &height), "{width}x{height}: {lines:#?}");
        }
        assert!(has(&lines, "A = 0–39 | B = 40–99"), "{lines:#?}");
        assert!(!has(&lines, "page"), "{lines:#?}");
    }
}

#[test]
fn nodes_without_room_are_on_other_pages() {
    let mut picture = picture(100, Theme::Plain);
    picture.take(Vec::new(), &nodes(100));
    let first = drawn(&picture, 40, 12);
    assert!(has(&first, "page 1/9"), "{first:#?}");
    assert!(has(&first, "1000") && !has(&first, "1099"), "{first:#?}");
    picture.choice.page = usize::MAX;
    let last = drawn(&picture, 40, 12);
    assert_ne!(first, last);
}

#[test]
fn a_cut_network_shows_its_parts_until_it_heals() {
    let mut picture = picture(4, Theme::Plain);
    picture.take(vec![split(1, 4)], &nodes(4));
    let cut = drawn(&picture, 80, 24);
    assert!(has(&cut, "network cut: A = 0 | B = 1–3"), "{cut:#?}");
    assert!(has(&cut, "▲ up      B"), "{cut:#?}");
    picture.take(vec![event(25_000, None, What::Healed)], &nodes(4));
    let whole = drawn(&picture, 80, 24);
    assert!(has(&whole, "network whole"), "{whole:#?}");
    assert!(!has(&whole, "▲ up      B"), "{whole:#?}");
}

#[test]
fn events_scroll_and_stay_where_they_are_read() {
    let mut picture = picture(4, Theme::Plain);
    let nullified = |view| event(view, Some(2), What::Nullified { view: View::new(view) });
    picture.take((1..=50).map(nullified).collect(), &nodes(4));
    assert!(has(&drawn(&picture, 80, 24), "nullify view 50"));
    picture.choice.back = 45;
    let before = drawn(&picture, 80, 24);
    assert!(!has(&before, "nullify view 50"), "{before:#?}");
    picture.take(vec![nullified(51)], &nodes(4));
    let line = |lines: &[String]| lines.iter().position(|line| line.contains("nullify view 5 "));
    assert_eq!(line(&before), line(&drawn(&picture, 80, 24)));
}

#[test]
fn without_colours_nothing_is_coloured() {
    let mut picture = picture(4, Theme::Plain);
    picture.take(vec![split(1, 4)], &nodes(4));
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test terminal opens");
    let frame = terminal.draw(|frame| picture.draw(frame)).expect("it draws");
    let reset = ratatui::style::Color::Reset;
    let cells = &frame.buffer.content;
    assert!(cells.iter().all(|cell| cell.fg == reset && cell.bg == reset));
}

#[test]
fn no_window_is_too_small_to_say_so() {
    let picture = picture(4, Theme::Plain);
    for (width, height) in [(1, 1), (19, 30), (80, 7), (20, 8), (25, 9)] {
        drawn(&picture, width, height);
    }
    assert!(has(&drawn(&picture, 30, 5), "too small"));
}
