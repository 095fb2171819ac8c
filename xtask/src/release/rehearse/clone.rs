//! A clone of what is committed, below `target/`, in which the steps are run as programs of their own.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use toml_edit::value;

use super::registry::{Registry, TOKEN};
use super::{LONGEST, NAME};
use crate::listing::FILE;
use crate::release::Result;
use crate::release::git::Git;
use crate::release::prepare::edit;
use crate::release::workspace::Workspace;

/// The clone, and how cargo finds the registry from it.
pub(super) struct Clone {
    root: PathBuf,
    variables: Vec<(String, String)>,
}

/// How cargo finds the registry, and where it builds.
pub(super) fn variables(workspace: &Workspace, registry: &Registry) -> Vec<(String, String)> {
    let name = NAME.to_uppercase();
    vec![
        (format!("CARGO_REGISTRIES_{name}_INDEX"), registry.index()),
        (format!("CARGO_REGISTRIES_{name}_TOKEN"), TOKEN.to_owned()),
        // What is built there already is not built again.
        ("CARGO_TARGET_DIR".to_owned(), workspace.target.to_string_lossy().into_owned()),
    ]
}

/// The folder of the rehearsal, and in it an empty one.
pub(super) fn folder(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let folder = workspace.target.join(NAME).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

impl Clone {
    pub(super) fn make(workspace: &Workspace, registry: &Registry) -> Result<Self> {
        let root = folder(workspace, "clone")?;
        let from = workspace.root.to_string_lossy();
        Git::at(&workspace.root).run(&["clone", "--quiet", "--no-tags", &from, &root.to_string_lossy()])?;
        let clone = Self { root, variables: variables(workspace, registry) };
        clone.git(&["switch", "--quiet", "--force-create", "main"])?;
        clone.git(&["config", "user.name", "Rehearsal"])?;
        clone.git(&["config", "user.email", "rehearsal@localhost"])?;
        // The crates of this workspace come from the registry of the rehearsal; all others from where they always do.
        edit(&clone.root.join("Cargo.toml"), |manifest| {
            manifest["workspace"]["dependencies"]["auth-core"]["registry"] = value(NAME);
        })?;
        clone.git(&["commit", "--quiet", "--all", "--message", "chore: the registry of the rehearsal"])?;
        Ok(clone)
    }

    pub(super) fn git(&self, arguments: &[&str]) -> Result<String> {
        Git::at(&self.root).run(arguments)
    }

    /// Writes a file that git does not know.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<()> {
        std::fs::write(self.root.join(name), text).map_err(|error| format!("{name}: {error}"))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        std::fs::remove_file(self.root.join(name)).map_err(|error| format!("{name}: {error}"))
    }

    /// Adds a public item to a crate, to its listing too, and commits it.
    pub(super) fn change(&self, folder: &str, item: &str, listed: &str, message: &str) -> Result<()> {
        append(&self.root.join(folder).join("src/lib.rs"), &format!("\n{item}\n"))?;
        let listing = self.root.join(folder).join(FILE);
        if listing.exists() {
            append(&listing, &format!("{listed}\n"))?;
        }
        self.git(&["commit", "--quiet", "--all", "--message", message]).map(drop)
    }

    /// Runs a step that must succeed, shows what it prints, and gives it.
    pub(super) fn step(&self, arguments: &[&str]) -> Result<String> {
        let (good, printed) = self.run(arguments, true)?;
        if good { Ok(printed) } else { Err(format!("`release {}` failed", arguments.join(" "))) }
    }

    /// Runs a step that must be refused, for this reason.
    pub(super) fn refused(&self, arguments: &[&str], why: &str) -> Result<()> {
        self.must_refuse(arguments, why, true)
    }

    /// The same without a token for the registry.
    pub(super) fn refused_without_token(&self, arguments: &[&str], why: &str) -> Result<()> {
        self.must_refuse(arguments, why, false)
    }

    fn must_refuse(&self, arguments: &[&str], why: &str, token: bool) -> Result<()> {
        let (good, printed) = self.run(arguments, token)?;
        if good || !printed.contains(why) {
            return Err(format!("`release {}` was not refused with `{why}`", arguments.join(" ")));
        }
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let program =
            std::env::current_exe().map_err(|error| format!("this program is not found: {error}"))?;
        let mut command = Command::new(program);
        command.current_dir(&self.root).arg("release").args(arguments);
        if arguments.first().is_some_and(|step| ["verify", "publish", "tag"].contains(step)) {
            command.args(["--registry", NAME]);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    /// Runs a step to its end: whether it succeeded, and what it printed.
    fn run(&self, arguments: &[&str], token: bool) -> Result<(bool, String)> {
        let started = Instant::now();
        println!("\n$ cargo xtask release {}", arguments.join(" "));
        let mut command = self.command(arguments)?;
        if !token {
            command.env_remove(format!("CARGO_REGISTRIES_{}_TOKEN", NAME.to_uppercase()));
        }
        let output = command.output().map_err(|error| format!("the step cannot be run: {error}"))?;
        let printed =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        for line in printed.lines() {
            println!("  {line}");
        }
        println!("  ({:.1} s)", started.elapsed().as_secs_f64());
        Ok((output.status.success(), printed))
    }

    /// Runs a step and kills it, with all that it started, as soon as `now` says so.
    pub(super) fn cut_off(&self, arguments: &[&str], now: impl Fn() -> bool) -> Result<()> {
        println!("\n$ cargo xtask release {}", arguments.join(" "));
        let mut command = self.command(arguments)?;
        command.process_group(0).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("the step cannot be run: {error}"))?;
        let started = Instant::now();
        while !now() {
            let ended = child.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || started.elapsed() > LONGEST {
                return Err("the step that was to be cut off ended before".to_owned());
            }
            pause();
        }
        let group = format!("-{}", child.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
        killed.map_err(|error| format!("kill cannot be run: {error}"))?;
        child.wait().map_err(|error| error.to_string())?;
        for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
            println!("  {}", line.unwrap_or_default());
        }
        println!("  (killed)");
        Ok(())
    }
}

#[allow(clippy::disallowed_methods, reason = "another program is waited for")]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

fn append(path: &Path, text: &str) -> Result<()> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let before = std::fs::read_to_string(path).map_err(failed)?;
    std::fs::write(path, before + text).map_err(failed)
}
