//! `hefu-model`: checks every configuration for some time. It fails if a property is violated, if
//! something that must be possible is not seen, or if too few states were reached.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what it finds is its output")]

use hefu_model::plants::{Find, Plant};
use hefu_model::{Campaign, Outcome, Setup, Violation};
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "\
usage: hefu-model [--seconds N] [--seed N] [--only CONFIGURATION]
       hefu-model --plant BUG|all [--seconds N] [--seed N]

  --seconds N           how long to search, in all or for each defect (60)
  --seed N              where random walks begin (1)
  --only CONFIGURATION  one configuration instead of all
  --plant BUG           shows that a defect planted in the engine is found";

/// What was asked for.
struct Request {
    seconds: u64,
    seed: u64,
    only: Option<String>,
    plant: Option<String>,
}

impl Request {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut request = Self { seconds: 60, seed: 1, only: None, plant: None };
        while let Some(name) = arguments.next() {
            let value = arguments.next()?;
            match name.as_str() {
                "--seconds" => request.seconds = value.parse().ok()?,
                "--seed" => request.seed = value.parse().ok()?,
                "--only" => request.only = Some(value),
                "--plant" => request.plant = Some(value),
                _ => return None,
            }
        }
        Some(request)
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    fn setups(&self) -> Vec<Setup> {
        let named = |setup: &Setup| self.only.as_ref().is_none_or(|only| only == setup.name);
        Setup::all().into_iter().filter(named).collect()
    }
}

fn main() -> ExitCode {
    let request = Request::parse(std::env::args().skip(1));
    let well = match &request {
        None => None,
        Some(request) => match &request.plant {
            None => check(request),
            Some(name) => plant(request, name),
        },
    };
    match well {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::FAILURE,
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is well; none if nothing of this name exists.
fn check(request: &Request) -> Option<bool> {
    let setups = Some(request.setups()).filter(|setups| !setups.is_empty())?;
    let campaign = Campaign::run(setups, request.time(), request.seed, show);
    let complaints = campaign.complaints();
    for complaint in &complaints {
        println!("WRONG: {complaint}");
    }
    let (runs, states) = (campaign.outcomes.len(), campaign.unique());
    println!("{runs} runs, {states} different states, {} complaints", complaints.len());
    Some(complaints.is_empty())
}

fn show(outcome: &Outcome) {
    println!("{outcome}");
    outcome.violations.iter().for_each(tell);
}

fn tell(violation: &Violation) {
    println!("  it is not true that {}:", violation.property);
    for (number, step) in violation.steps.iter().enumerate() {
        println!("  {number:>4}. {step}");
    }
}

/// Whether every defect was found; none if there is no defect of this name.
fn plant(request: &Request, name: &str) -> Option<bool> {
    let named = |plant: &Plant| name == "all" || plant.name() == name;
    let plants: Vec<_> = Plant::all().into_iter().filter(named).collect();
    if plants.is_empty() {
        return None;
    }
    let mut found = 0;
    for plant in &plants {
        let (bug, setup) = (plant.name(), plant.setup.name);
        match plant.find(request.time(), request.seed) {
            None => println!("{bug}: NOT FOUND in configuration {setup}"),
            Some(find) => {
                found += 1;
                match find {
                    Find::Unseen(name) => println!("{bug}, {setup}: it was never seen that {name}"),
                    Find::Broken(violation) => {
                        println!("{bug}, {setup}: {} steps", violation.steps.len());
                        tell(&violation);
                    }
                }
            }
        }
    }
    println!("{found} of {} defects found", plants.len());
    Some(found == plants.len())
}
