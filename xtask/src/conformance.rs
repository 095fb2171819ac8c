//! `cargo xtask conformance`: plays cases with the vendor crates, and holds them against what the official SDKs did.

mod case;
mod compare;
mod live;
mod observed;
mod peer;
mod play;
mod record;
mod session;
mod stage;
mod subject;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::table::{Table, colours};
use case::Case;
use peer::Peer;
use play::Played;

/// What the command line asks for.
#[derive(Debug, Default)]
struct Asked {
    vendor: Option<String>,
    case: Option<String>,
    cases: Option<PathBuf>,
    /// Play with the official SDK too, and hold what is recorded against it.
    peer: bool,
    /// Live the sessions on the vendors' simulators instead of playing cases.
    sim: bool,
    /// Write down what the official SDK did.
    record: bool,
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let done = parse(arguments).and_then(|asked| if asked.sim { live(&asked) } else { conform(&asked) });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("cargo xtask conformance: {message}");
            ExitCode::from(2)
        }
    }
}

fn conform(asked: &Asked) -> Result<bool, String> {
    let folder = asked
        .cases
        .clone()
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/cases"));
    let cases = case::load(&folder)?;
    let wanted = |case: &&Case| {
        asked.vendor.as_ref().is_none_or(|vendor| *vendor == case.vendor)
            && asked.case.as_ref().is_none_or(|name| *name == case.name)
    };
    let cases: Vec<&Case> = cases.iter().filter(wanted).collect();
    if cases.is_empty() {
        return Err(format!("there is no such case in {}", folder.display()));
    }
    let runtime = runtime()?;
    let mut vendors: Vec<(&str, Tally)> = Vec::new();
    let mut peer: Option<(&str, Peer)> = None;
    for case in cases {
        if vendors.last().is_none_or(|(vendor, _)| *vendor != case.vendor) {
            vendors.push((&case.vendor, Tally::default()));
            if asked.peer {
                peer = Some((&case.vendor, Peer::install(&case.vendor)?));
            }
        }
        let Some((_, tally)) = vendors.last_mut() else { continue };
        let faults = judge(case, peer.as_ref().map(|(_, peer)| peer), asked.record, &runtime);
        tally.count(case, &faults);
        if !faults.is_empty() {
            eprintln!("{} ({}):\n    {}", case.name, case.path.display(), faults.join("\n    "));
        }
    }
    let mut table =
        Table::new(["vendor", "cases", "same", "better on purpose", "not yet compared", "failing"]);
    for (vendor, tally) in &vendors {
        let numbers =
            [tally.cases, tally.same, tally.better, tally.alone, tally.failing].map(|n| n.to_string());
        let [cases, same, better, alone, failing] = numbers;
        table.row([(*vendor).to_owned(), cases, same, better, alone, failing]);
    }
    let good = |row: usize| vendors.get(row).map(|(_, tally)| tally.failing == 0);
    print!("{}", table.render(good, colours()));
    Ok(vendors.iter().all(|(_, tally)| tally.failing == 0))
}

/// Lives the sessions on the simulators, with the vendor crates or with the official SDKs.
fn live(asked: &Asked) -> Result<bool, String> {
    if asked.record {
        return Err("--sim records nothing: the simulator answers as it will".to_owned());
    }
    let sessions = session::load()?;
    let wanted = |session: &&Case| {
        asked.vendor.as_ref().is_none_or(|vendor| *vendor == session.vendor)
            && asked.case.as_ref().is_none_or(|name| *name == session.name)
    };
    let runtime = runtime()?;
    let mut table = Table::new(["vendor", "session", "lived by", "result"]);
    let mut good = Vec::new();
    for session in sessions.iter().filter(wanted) {
        let (who, faults) = if asked.peer {
            ("the official SDK", session::with_peer(session, &Peer::install(&session.vendor)?))
        } else {
            ("the crate", session::with_crate(session, &runtime))
        };
        if !faults.is_empty() {
            eprintln!("{} ({}):\n    {}", session.name, session.path.display(), faults.join("\n    "));
        }
        good.push(faults.is_empty());
        let result = if faults.is_empty() { "good" } else { "FAILED" };
        table.row([session.vendor.clone(), session.name.clone(), who.into(), result.into()]);
    }
    if good.is_empty() {
        return Err("there is no such session".to_owned());
    }
    print!("{}", table.render(|row| good.get(row).copied(), colours()));
    Ok(good.iter().all(|good| *good))
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().map_err(|error| error.to_string())
}

/// Plays a case with our crate, and holds it against the official SDK: played now, or as it was recorded.
fn judge(case: &Case, peer: Option<&Peer>, record: bool, runtime: &tokio::runtime::Runtime) -> Vec<String> {
    let Played { record: ours, mut faults } = match play::play(case, runtime) {
        Ok(played) => played,
        Err(fault) => return vec![fault],
    };
    let recorded = match observed::read(case) {
        Ok(recorded) => recorded,
        // What is recorded anew need not be readable.
        Err(_) if record => None,
        Err(fault) => return vec![fault],
    };
    let theirs = match peer.map(|peer| peer.play(case)).transpose() {
        Err(fault) => return vec![fault],
        Ok(Some(theirs)) => {
            if record {
                faults.extend(observed::write(case, &theirs).err());
            } else if recorded.as_ref() != Some(&theirs) {
                faults.push(
                    "the official SDK does not do what is recorded; run with --peer --record".to_owned(),
                );
            }
            Some(theirs)
        }
        Ok(None) => recorded,
    };
    let Some(theirs) = theirs else { return faults };
    match (compare::with_peer(case, &ours, &theirs), &case.differs) {
        (Some(difference), None) => faults.push(format!("not what the official SDK does: {difference}")),
        (None, Some(differs)) => {
            faults.push(format!("/differs: the official SDK does the same, in spite of {}", differs.because));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    faults
}

#[derive(Default)]
struct Tally {
    cases: u32,
    same: u32,
    better: u32,
    alone: u32,
    failing: u32,
}

impl Tally {
    fn count(&mut self, case: &Case, faults: &[String]) {
        self.cases += 1;
        let of_its_kind = match (faults.is_empty(), &case.differs, observed::exists(case)) {
            (false, _, _) => &mut self.failing,
            (true, Some(_), _) => &mut self.better,
            (true, None, true) => &mut self.same,
            (true, None, false) => &mut self.alone,
        };
        *of_its_kind += 1;
    }
}

fn parse(arguments: &[String]) -> Result<Asked, String> {
    let mut asked = Asked::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().cloned().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--vendor" => asked.vendor = Some(value()?),
            "--case" => asked.case = Some(value()?),
            "--cases" => asked.cases = Some(value()?.into()),
            "--rust" => asked.peer = false,
            "--peer" => asked.peer = true,
            "--sim" => asked.sim = true,
            "--record" => (asked.peer, asked.record) = (true, true),
            unknown => return Err(format!("there is no option `{unknown}`")),
        }
    }
    Ok(asked)
}
