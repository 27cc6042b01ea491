//! `hefu sim`: simulated validators, shown live, with a report and a file to replay.

pub(crate) mod args;

mod command;
mod file;
mod live;
mod parse;
mod picture;
mod plain;
mod plan;
mod report;
mod run;
mod shortest;
mod signals;
mod story;
mod words;

use crate::args::Common;
use crate::out::{self, Form, Usage};
use anyhow::{Context, Result};
use args::{ShowArgs, SimArgs};
use file::Recording;
use live::Speed;
use parse::{Pace, Span, Travel};
use picture::{Picture, Theme};
use plan::Plan;
use report::{Aside, Report};
use run::{Ended, Run};
use shortest::Shortest;
use signals::Signals;
use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

/// How long a view of a calm network lasts in the picture if nobody says how long.
const PACE: Pace = Pace::PerView(Span { ms: 20 });

/// Carries the command out.
pub(crate) fn main(args: &SimArgs, common: Common) -> Result<ExitCode> {
    match &args.file.replay {
        Some(file) => replay(file, &args.show, common),
        None => simulate(args, common),
    }
}

fn simulate(args: &SimArgs, common: Common) -> Result<ExitCode> {
    let seed = args.run.seed.unwrap_or_else(command::seed_of_the_clock);
    let plan = Plan::new(&args.run, seed).map_err(Usage::of)?;
    let mut run = Run::new(plan.scenario, plan.views).map_err(Usage::of)?;
    show(&mut run, &args.show, common)?;
    let command = command::typed(seed);
    let trace = args.file.trace.clone();
    if let Some(file) = &trace {
        Recording::of(&run, &command).save(file)?;
    }
    let shortest = shorten(&run, common.quiet)?;
    conclude(&run, common.output, Aside { command, same_course: None, trace, shortest })
}

/// The shortest run that shows what this one has shown, if that is a violation.
fn shorten(run: &Run, quiet: bool) -> Result<Option<Shortest>> {
    if run.ended() != Some(Ended::Violation) {
        return Ok(None);
    }
    if !quiet {
        out::note("a rule was seen broken; looking for the shortest run that shows it …");
    }
    Shortest::find(run).map(Some)
}

fn replay(file: &Path, args: &ShowArgs, common: Common) -> Result<ExitCode> {
    let recording = Recording::load(file).map_err(Usage::of)?;
    let mut run = Run::new(recording.trace.scenario.clone(), None).map_err(Usage::of)?;
    show(&mut run, args, common)?;
    let whole = !matches!(run.ended(), Some(Ended::Stopped | Ended::Signal(_)));
    let same_course = whole.then(|| run.world().hash() == recording.trace.hash);
    if same_course == Some(false) {
        return Err(Usage::of(format_args!(
            "{} was changed or comes from another build: its run has the hash {}, not {}",
            file.display(),
            run.world().hash(),
            recording.trace.hash
        )));
    }
    let (command, trace) = (command::replay(file), Some(file.to_owned()));
    conclude(&run, common.output, Aside { command, same_course, trace, shortest: None })
}

/// Lets the run take its course before the eyes of whoever started it.
fn show(run: &mut Run, args: &ShowArgs, common: Common) -> Result<()> {
    let signals = Signals::catch().context("signals cannot be caught")?;
    if common.quiet {
        plain::silently(run, &signals);
        return Ok(());
    }
    if args.plain || !can_draw() {
        plain::follow(run, &mut io::stderr().lock(), &signals);
        return Ok(());
    }
    let scenario = run.world().scenario();
    let theme = Theme::of(env::var_os("NO_COLOR").as_deref());
    let picture = Picture::new(scenario, run.views_wanted(), theme);
    let speed = Speed::new(args.pace.unwrap_or(PACE), Travel(scenario.network.delay));
    live::watch(run, picture, speed, &signals).context("the terminal does not obey")
}

/// Whether there is a terminal that can be drawn on, and keys to listen to.
fn can_draw() -> bool {
    let dumb = env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stderr().is_terminal() && io::stdin().is_terminal() && !dumb
}

/// Reports the run; the exit code tells whether a rule was broken.
fn conclude(run: &Run, form: Form, aside: Aside) -> Result<ExitCode> {
    let report = Report::new(run, aside);
    match form {
        Form::Table => out::data(&report.to_string())?,
        form => out::show_json(form, &report)?,
    }
    Ok(exit_code(run.ended()))
}

fn exit_code(ended: Option<Ended>) -> ExitCode {
    match ended {
        Some(Ended::Violation) => ExitCode::from(1),
        // As a shell reports a process that a signal has ended.
        Some(Ended::Signal(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(1)),
        _ => ExitCode::SUCCESS,
    }
}
