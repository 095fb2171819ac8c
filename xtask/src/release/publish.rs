//! Publishes, in the order of dependencies. What the index has already is left alone, so that the step can be run again
//! after it was cut off.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::index::{Index, Versions, shouted};
use super::refusal::asked_wait;
use super::verify::is_verified;
use super::workspace::Crate;
use super::{Asked, Release, Result};

/// How many new names crates.io takes at once.
const NEW_NAMES_AT_ONCE: usize = 5;
/// How often a registry that wants no more for now is asked again, for each crate.
const PATIENCE: usize = 5;

/// What is to be done with a crate.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    IsThere,
    Publish { new_name: bool },
}

pub(super) fn run(release: &Release) -> Result<()> {
    release.git.is_ready()?;
    let index = Index::of(release.asked.registry.as_deref())?;
    let mut open = Vec::new();
    let mut coming: Vec<&Crate> = Vec::new();
    for krate in &release.workspace.crates {
        let next = decide(krate, &index.versions(&krate.name)?)?;
        println!("{:<16} {:<8} {}", krate.name, krate.version, next.told());
        if let Next::Publish { new_name } = next {
            coming.push(krate);
            open.push((krate, new_name));
        }
    }
    for (krate, _) in &open {
        needs_are_met(krate, &release.workspace.crates, &coming, |name| index.versions(name))?;
    }
    if open.is_empty() {
        println!("nothing is left to publish");
        return Ok(());
    }
    if release.asked.is_dry("publish these; a version that is published stays for ever") {
        return Ok(());
    }
    has_token(release.asked.registry.as_deref())?;
    is_verified(release)?;
    let mut new_names = 0;
    for (krate, new_name) in open {
        new_names += usize::from(new_name);
        if new_name && new_names > NEW_NAMES_AT_ONCE {
            wait(release.asked.pace, "the registry takes few new names at once");
        }
        publish(&release.workspace.root, krate, &release.asked, &index)?;
        println!("{} {} is published", krate.name, krate.version);
    }
    Ok(())
}

impl Next {
    fn told(&self) -> &'static str {
        match self {
            Self::IsThere => "is there already",
            Self::Publish { new_name: true } => "to publish, a new name",
            Self::Publish { new_name: false } => "to publish",
        }
    }
}

fn decide(krate: &Crate, versions: &Versions) -> Result<Next> {
    match versions.get(&krate.version) {
        Some(published) if published.yanked => Err(format!(
            "{} {} was yanked, and a version cannot be published twice: prepare the next one",
            krate.name, krate.version
        )),
        Some(_) => Ok(Next::IsThere),
        None => Ok(Next::Publish { new_name: versions.is_new_name() }),
    }
}

/// Fails when a crate needs one that nobody would be given.
fn needs_are_met(
    krate: &Crate,
    all: &[Crate],
    coming: &[&Crate],
    versions: impl Fn(&str) -> Result<Versions>,
) -> Result<()> {
    for need in all.iter().filter(|other| krate.needs.contains(&other.name)) {
        let is_coming = coming.iter().any(|other| other.name == need.name);
        if !is_coming && !versions(&need.name)?.satisfies(&need.version) {
            return Err(format!(
                "{} needs {} {}, which the registry has not, or has yanked: release {} first",
                krate.name, need.name, need.version, need.name
            ));
        }
    }
    Ok(())
}

/// Fails when cargo would have no token.
fn has_token(registry: Option<&str>) -> Result<()> {
    let (variable, login) = match registry {
        None => ("CARGO_REGISTRY_TOKEN".to_owned(), "cargo login".to_owned()),
        Some(name) => {
            (format!("CARGO_REGISTRIES_{}_TOKEN", shouted(name)), format!("cargo login --registry {name}"))
        }
    };
    let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let is_stored = home.is_some_and(|home| {
        let text = std::fs::read_to_string(home.join("credentials.toml")).unwrap_or_default();
        let section = registry.map_or_else(|| "[registry]".to_owned(), |name| format!("[registries.{name}]"));
        text.lines().any(|line| line.trim() == section)
    });
    if is_stored || std::env::var_os(&variable).is_some_and(|token| !token.is_empty()) {
        return Ok(());
    }
    Err(format!("there is no token for the registry: set {variable}, or run `{login}`"))
}

fn publish(root: &Path, krate: &Crate, asked: &Asked, index: &Index) -> Result<()> {
    for attempt in 1.. {
        let printed = match cargo_publish(root, krate, asked)? {
            Ok(()) => return Ok(()),
            Err(printed) => printed,
        };
        // The registry may have taken it, though its answer was lost.
        if index.versions(&krate.name)?.get(&krate.version).is_some() {
            return Ok(());
        }
        match asked_wait(&printed, jiff::Timestamp::now()) {
            Some(time) if attempt < PATIENCE => wait(time, "the registry wants no more for now"),
            _ => {
                return Err(format!(
                    "{} {} was not published:\n{}",
                    krate.name,
                    krate.version,
                    printed.trim()
                ));
            }
        }
    }
    unreachable!("the attempts end with an answer")
}

/// Runs `cargo publish`; gives what it printed when it failed. The packages were built by the step before.
fn cargo_publish(root: &Path, krate: &Crate, asked: &Asked) -> Result<std::result::Result<(), String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["publish", "--quiet", "--no-verify", "--package", &krate.name]);
    if let Some(registry) = &asked.registry {
        command.args(["--registry", registry]);
    }
    let output = command.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    })
}

#[allow(clippy::disallowed_methods, reason = "a person watches, and the registry asked for it")]
fn wait(time: Duration, why: &str) {
    println!("{why}: waiting for {} s", time.as_secs());
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::*;

    fn krate(name: &str, needs: &[&str]) -> Crate {
        let needs = needs.iter().map(|need| (*need).to_owned()).collect();
        Crate { name: name.into(), version: Version::new(0, 1, 0), folder: name.into(), needs }
    }

    fn versions(lines: &[&str]) -> Versions {
        Versions::parse("x", &lines.join("\n")).unwrap()
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let krate = krate("a", &[]);
        let publish = |new_name| Ok(Next::Publish { new_name });
        assert_eq!(decide(&krate, &versions(&[])), publish(true));
        assert_eq!(decide(&krate, &versions(&[r#"{"vers":"0.0.9"}"#])), publish(false));
        assert_eq!(decide(&krate, &versions(&[r#"{"vers":"0.1.0"}"#])), Ok(Next::IsThere));
        assert_eq!(
            decide(&krate, &versions(&[r#"{"vers":"0.1.0","yanked":true}"#])).unwrap_err(),
            "a 0.1.0 was yanked, and a version cannot be published twice: prepare the next one"
        );
    }

    #[test]
    fn what_is_needed_must_be_there_or_come_first() {
        let all = [krate("core", &[]), krate("a", &["core"])];
        let met =
            |lines: &[&str], coming: &[&Crate]| needs_are_met(&all[1], &all, coming, |_| Ok(versions(lines)));
        met(&[r#"{"vers":"0.1.3"}"#], &[]).unwrap();
        met(&[], &[&all[0]]).unwrap();
        assert_eq!(
            met(&[r#"{"vers":"0.1.0","yanked":true}"#], &[]).unwrap_err(),
            "a needs core 0.1.0, which the registry has not, or has yanked: release core first"
        );
    }
}
