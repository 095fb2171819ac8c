//! `cargo xtask release <step>`: from what changed to crates that are published. Every step is a command of its own, is
//! safe to run again, and changes nothing without `--execute`.
//!
//! ```text
//! plan -> prepare -> verify -> publish -> tag -> notes
//! ```

mod changelog;
mod commits;
mod git;
mod index;
mod notes;
mod plan;
mod prepare;
mod publish;
mod refusal;
#[cfg(feature = "vendors")]
pub(crate) mod rehearse;
mod surface;
mod tag;
mod verify;
mod version;
mod workspace;

use std::process::ExitCode;
use std::time::Duration;

use git::Git;
use workspace::Workspace;

/// What went wrong, and what to do about it.
pub(crate) type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
cargo xtask release <step> [--execute]

  plan                            what changed since each crate's last tag, and the versions that follow from it
  prepare                         versions, requirements, changelog and lock file, in one commit
  verify                          packages that build from their packed form, with licence, readme and documentation
  publish [--registry R] [--pace S]
                                  in dependency order; asks the index what is there already; S seconds between new names
  tag                             a tag for each crate that is published at its present version
  notes                           what the changelog says about the versions of this commit
  rehearse                        all of it, against a registry on loopback, in a clone

Nothing is changed without --execute.
";

/// A step that was asked for, and how.
struct Asked {
    execute: bool,
    /// Another registry than crates.io, by its name in cargo's configuration.
    registry: Option<String>,
    /// The time between two crates whose names are new to the registry.
    pace: Duration,
}

/// What the steps work on.
struct Release {
    workspace: Workspace,
    git: Git,
    asked: Asked,
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let Some((step, rest)) = arguments.split_first() else {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    };
    let done = match step.as_str() {
        "plan" => start(rest).and_then(|release| plan::run(&release)),
        "prepare" => start(rest).and_then(|release| prepare::run(&release)),
        "verify" => start(rest).and_then(|release| verify::run(&release)),
        "publish" => start(rest).and_then(|release| publish::run(&release)),
        "tag" => start(rest).and_then(|release| tag::run(&release)),
        "notes" => start(rest).and_then(|release| notes::run(&release)),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprintln!("cargo xtask release: there is no step `{unknown}`\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask release {step}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> Result<Release> {
    let asked = parse(arguments)?;
    let workspace = Workspace::read()?;
    let git = Git::at(&workspace.root);
    Ok(Release { workspace, git, asked })
}

fn parse(arguments: &[String]) -> Result<Asked> {
    // Longer than crates.io asks for between two new names, which is ten minutes.
    let mut asked = Asked { execute: false, registry: None, pace: Duration::from_secs(610) };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--execute" => asked.execute = true,
            "--registry" => asked.registry = Some(value()?.clone()),
            "--pace" => {
                let seconds = value()?;
                let seconds =
                    seconds.parse().map_err(|_| format!("--pace {seconds} is no number of seconds"))?;
                asked.pace = Duration::from_secs(seconds);
            }
            unknown => return Err(format!("there is no option `{unknown}`")),
        }
    }
    Ok(asked)
}

impl Asked {
    /// Says what a dry run leaves undone.
    fn is_dry(&self, would: &str) -> bool {
        if !self.execute {
            println!("\ndry run: --execute would {would}");
        }
        !self.execute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_dry_unless_it_is_told_to_execute() {
        let parse = |words: &[&str]| parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert!(!parse(&[]).unwrap().execute);
        let asked = parse(&["--execute", "--registry", "ours", "--pace", "2"]).unwrap();
        assert!(asked.execute && asked.registry.as_deref() == Some("ours") && asked.pace.as_secs() == 2);
        for (words, why) in [
            (&["--pace"][..], "--pace needs a value"),
            (&["--pace", "soon"], "--pace soon is no number of seconds"),
            (&["--now"], "there is no option `--now`"),
        ] {
            assert_eq!(parse(words).err().unwrap(), why);
        }
    }
}
