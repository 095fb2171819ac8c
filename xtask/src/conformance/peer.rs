//! The official SDKs as judges: plays a case with the real, pinned Python SDK of its vendor.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use auth_core::Clock as _;
use auth_core::sim::{Reply, Request, Simulator};
use serde::Deserialize;
use serde_json::{Value, json};

use super::case::{Case, Step};
use super::record::{Outcome, Record, request};
use super::stage::{Stage, text};

/// What the index of Python packages must give, by vendor.
fn pins(vendor: &str) -> &'static [&'static str] {
    match vendor {
        "kognic" => &["kognic-auth==4.5.2", "kognic-io==2.19.0"],
        "cortex" => &["cortex-python==6.3.3"],
        "descartes" => &["descarteslabs==3.2.2", "setuptools<82"],
        "agave" => &["agavepy==0.9.5"],
        "datakitchen" => &["DKUtils==2.11.6", "events-ingestion-client==1.3.1"],
        _ => &[],
    }
}

/// What is installed beside the official SDK and without what it asks for: an older one of the same name, or one that
/// cannot be installed together with it. An adapter uses it where a case asks for it.
fn beside(vendor: &str) -> &'static [&'static str] {
    match vendor {
        // The contract has studied this one in full.
        "agave" => &["agavepy==0.7.3"],
        // It asks for an older kognic-auth than kognic-io does, and works with the newer one.
        "kognic" => &["kognic-query==3.0.1"],
        _ => &[],
    }
}

/// A Python with the official SDK of one vendor.
pub(crate) struct Peer {
    python: PathBuf,
    folder: PathBuf,
}

#[derive(Deserialize)]
struct Played {
    outcomes: Vec<Outcome>,
}

impl Peer {
    /// Makes the virtual environment below `target/` where it is not there yet.
    pub(crate) fn install(vendor: &str) -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let place = root.join("../target/peers").join(vendor);
        let python = place.join("bin/python");
        let (pins, beside) = (pins(vendor), beside(vendor));
        let all = [pins, beside].concat();
        let stamp = place.join("installed");
        if std::fs::read_to_string(&stamp).ok().as_deref() != Some(&all.join("\n")) {
            println!("installing {} ...", all.join(", "));
            succeed(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
            let mut install = Command::new(&python);
            succeed(install.args(["-m", "pip", "install", "--quiet", "time-machine"]).args(pins))?;
            if !beside.is_empty() {
                let mut install = Command::new(&python);
                install.args(["-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--target"]);
                succeed(install.arg(place.join("beside")).args(beside))?;
            }
            std::fs::write(&stamp, all.join("\n")).map_err(|error| error.to_string())?;
        }
        Ok(Self { python, folder: root.join("conformance/peer") })
    }

    /// Plays a case with the official SDK.
    pub(crate) fn play(&self, case: &Case) -> Result<Record, String> {
        self.play_on(case, &Stage::set(case)?)
    }

    /// Plays it on a stage. The clock of the stage moves with that of the SDK.
    pub(crate) fn play_on(&self, case: &Case, stage: &Stage) -> Result<Record, String> {
        let clock = stage.clock.clone();
        let control = Simulator::start(move |request: &Request| match request.segments().as_slice() {
            ["advance", seconds] => {
                clock.advance(Duration::from_secs_f64(seconds.parse().unwrap_or_default()));
                Reply::empty(204)
            }
            _ => Reply::empty(404),
        })
        .map_err(|error| error.to_string())?;
        let input = json!({
            "vendor": case.vendor,
            "base": stage.base.clone(),
            "control": control.base(),
            "now": stage.clock.now().wall.unix_millis() as f64 / 1000.0,
            "client": stage.fill(&Value::Object(case.client.clone())),
            "steps": case.steps.iter().map(|step| described(stage, step)).collect::<Vec<_>>(),
        });
        let mut command = Command::new(&self.python);
        command.arg(self.folder.join("run.py")).env_clear();
        // Nothing of this machine reaches the SDK but what the case gives.
        command.env("PYTHONWARNINGS", "ignore").env("PYTHONDONTWRITEBYTECODE", "1").env("TZ", "UTC");
        for (name, value) in stage.environment.vars() {
            command.env(name, value);
        }
        let home = stage.environment.home().ok_or("the stage has no home")?;
        command.env("HOME", home).current_dir(home);
        let output = run(command, &input.to_string())?;
        let played: Played = serde_json::from_str(&output).map_err(|error| format!("{error}: {output}"))?;
        let outcomes = played.outcomes.into_iter().map(|outcome| match outcome {
            Outcome::Value(value) => Outcome::Value(stage.unfill(&value)),
            Outcome::Error(mut failed) => {
                failed.text = text(&stage.unfill(&Value::from(failed.text)));
                Outcome::Error(failed)
            }
        });
        let requests = stage.journal.requests();
        Ok(Record {
            outcomes: outcomes.collect(),
            requests: requests.iter().map(|sent| request(stage, sent)).collect(),
            files: case.files_after.keys().map(|path| (path.clone(), stage.read(path))).collect(),
        })
    }
}

fn described(stage: &Stage, step: &Step) -> Value {
    match step {
        Step::Advance(advance) => json!({ "advance_seconds": advance.advance_seconds }),
        Step::Call(call) => {
            json!({ "call": call.call, "args": stage.fill(&Value::Object(call.args.clone())) })
        }
    }
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}")) }
}

fn run(mut command: Command, input: &str) -> Result<String, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
    child
        .stdin
        .take()
        .ok_or("the adapter has no standard input")?
        .write_all(input.as_bytes())
        .map_err(|error| error.to_string())?;
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    Err(format!("the adapter failed: {}", String::from_utf8_lossy(&output.stderr)))
}
