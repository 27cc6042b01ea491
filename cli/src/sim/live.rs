//! The live picture on the terminal: keys, pace, and the terminal as it was when it is over.

use super::parse::{Pace, Travel};
use super::picture::{Choice, Picture};
use super::run::{Ended, Run};
use super::signals::Signals;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::crossterm::{cursor, execute};
use std::io::{self, BufWriter, Stderr};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Between two frames.
const FRAME: Duration = Duration::from_millis(33);
/// The most simulated time between two looks at the wall clock, in milliseconds.
const SLICE_MS: u64 = 10;
/// Frames in one stretch of the activity bars.
const FRAMES_PER_BEAT: u32 = 8;
/// The bounds of the speed that keys can reach.
const TIMES_MIN: f64 = 0.001;
const TIMES_MAX: f64 = 1000.0;

/// Whether the terminal shows the picture now.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// How fast simulated time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Speed {
    times: f64,
    max: bool,
}

impl Speed {
    /// The speed of a pace, in a network whose messages travel so long.
    pub(crate) fn new(pace: Pace, delay: Travel) -> Self {
        let bounded = |times: f64| times.clamp(TIMES_MIN, TIMES_MAX);
        let (times, max) = match pace {
            Pace::Times(times) => (bounded(times), false),
            Pace::PerView(span) => {
                // A calm view takes two messages, one after the other.
                let view = Duration::from_millis(2 * delay.mean_ms());
                let span = Duration::from_millis(span.ms);
                (bounded(view.as_secs_f64() / span.as_secs_f64()), false)
            }
            Pace::Max => (1.0, true),
        };
        Self { times, max }
    }

    fn faster(&mut self) {
        self.times = (self.times * 2.0).min(TIMES_MAX);
    }

    /// From `max`, slower means the speed before.
    fn slower(&mut self) {
        if self.max {
            self.max = false;
        } else {
            self.times = (self.times / 2.0).max(TIMES_MIN);
        }
    }

    fn words(self) -> String {
        if self.max {
            return "max speed".to_owned();
        }
        let digits = format!("{:.3}", self.times);
        format!("{}x", digits.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Shows the run until it is over or the person leaves.
pub(crate) fn watch(
    run: &mut Run,
    mut picture: Picture,
    mut speed: Speed,
    signals: &Signals,
) -> io::Result<()> {
    let mut screen = Screen::open()?;
    let mut due = Duration::from_millis(run.world().now_ms());
    let mut frames = 0_u32;
    while run.ended().is_none() {
        let begin = Instant::now();
        if !picture.choice.paused {
            due += FRAME.mul_f64(speed.times);
            due = advance(run, due, speed, begin);
            frames = frames.wrapping_add(1);
            if frames.is_multiple_of(FRAMES_PER_BEAT) {
                picture.beat();
            }
        }
        picture.observe(run);
        picture.choice.speed = speed.words();
        screen.terminal.draw(|frame| picture.draw(frame))?;
        listen(begin, run, &mut picture.choice, &mut speed)?;
        if let Some(signal) = signals.caught() {
            run.stop(Ended::Signal(signal));
        }
    }
    Ok(())
}

/// Lets simulated time pass, as much of it as a frame has time for; how far it is due now.
fn advance(run: &mut Run, due: Duration, speed: Speed, begin: Instant) -> Duration {
    let due_ms = u64::try_from(due.as_millis()).unwrap_or(u64::MAX);
    while run.ended().is_none() && begin.elapsed() < FRAME {
        let now_ms = run.world().now_ms();
        if now_ms >= due_ms && !speed.max {
            return due;
        }
        let slice_end_ms = now_ms.saturating_add(SLICE_MS);
        run.advance(if speed.max { slice_end_ms } else { slice_end_ms.min(due_ms) });
    }
    // The machine is slower than the pace: what is late is not caught up.
    Duration::from_millis(run.world().now_ms())
}

/// Obeys keys until it is time for the next frame.
fn listen(begin: Instant, run: &mut Run, choice: &mut Choice, speed: &mut Speed) -> io::Result<()> {
    loop {
        let rest = FRAME.saturating_sub(begin.elapsed());
        if !event::poll(rest)? {
            return Ok(());
        }
        if let Event::Key(key) = event::read()? {
            press(key, run, choice, speed);
        }
        if rest.is_zero() || run.ended().is_some() {
            return Ok(());
        }
    }
}

fn press(key: KeyEvent, run: &mut Run, choice: &mut Choice, speed: &mut Speed) {
    if !key.is_press() && !key.is_repeat() {
        return;
    }
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c') if ctrl => run.stop(Ended::Signal(signal_hook::consts::SIGINT)),
        KeyCode::Char('q') | KeyCode::Esc => run.stop(Ended::Stopped),
        KeyCode::Char(' ' | 'p') => choice.paused = !choice.paused,
        KeyCode::Char('+' | '=') => speed.faster(),
        KeyCode::Char('-' | '_') => speed.slower(),
        KeyCode::Char('m') => speed.max = !speed.max,
        KeyCode::Up => choice.back = choice.back.saturating_add(1),
        KeyCode::Down => choice.back = choice.back.saturating_sub(1),
        KeyCode::End => choice.back = 0,
        KeyCode::PageDown => choice.page = choice.page.wrapping_add(1),
        KeyCode::PageUp => choice.page = choice.page.wrapping_sub(1),
        _ => {}
    }
}

/// The terminal while it shows the picture.
struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stderr>>>,
}

impl Screen {
    /// Takes the terminal over. It is given back when this value is dropped, and before the
    /// message of a panic.
    fn open() -> io::Result<Self> {
        restore_on_panic();
        terminal::enable_raw_mode()?;
        SHOWN.store(true, Ordering::SeqCst);
        let terminal = Self::enter();
        if terminal.is_err() {
            restore();
        }
        Ok(Self { terminal: terminal? })
    }

    fn enter() -> io::Result<Terminal<CrosstermBackend<BufWriter<Stderr>>>> {
        execute!(io::stderr(), EnterAlternateScreen, cursor::Hide)?;
        Terminal::new(CrosstermBackend::new(BufWriter::new(io::stderr())))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, once. Nothing can be done if that fails.
fn restore() {
    if SHOWN.swap(false, Ordering::SeqCst) {
        let _stuck = execute!(io::stderr(), LeaveAlternateScreen, cursor::Show);
        let _raw = terminal::disable_raw_mode();
    }
}

fn restore_on_panic() {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        let inner = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            inner(info);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_speed() {
        let speed = |text: &str| Speed::new(text.parse().expect(text), Travel::default());
        assert_eq!(speed("2x").words(), "2x");
        assert_eq!(speed("100ms").words(), "0.4x");
        assert_eq!(speed("max").words(), "max speed");
    }

    #[test]
    fn keys_change_the_speed_within_bounds() {
        let mut speed = Speed::new(Pace::Max, Travel::default());
        speed.slower();
        assert_eq!(speed.words(), "1x");
        speed.slower();
        assert_eq!(speed.words(), "0.5x");
        for _ in 0..20 {
            speed.faster();
        }
        assert_eq!(speed.words(), "1000x");
    }
}
