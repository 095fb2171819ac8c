//! `api`: the committed listing of a crate's public API is what the crate offers. A reviewer sees in the difference what
//! a change does to users; a rename or a lost method cannot slip in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::Package;
use serde::Deserialize;

use super::{Cannot, Findings, Judged};
use crate::listing::{FILE, bare, function};
use crate::workspace::{Workspace, cargo, folder, library, output};

/// The version of rustdoc's JSON that `public-api` reads.
const FORMAT: u32 = 57;
const MEND: &str = "read the difference, then `cargo xtask check api --record`";

/// Set for the process that runs in rustdoc's place.
pub(crate) const AS_RUSTDOC: &str = "XTASK_AS_RUSTDOC";

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for package in workspace.libraries() {
        let offered = match offered(workspace, package) {
            Ok(offered) => offered,
            Err(Failed::Cannot(why)) => return Err(Cannot(why)),
            Err(Failed::Broken(why)) => {
                findings.push(format!("{}: {why}", package.name));
                continue;
            }
        };
        let path = folder(package).join(FILE);
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let name = path.strip_prefix(workspace.root()).unwrap_or(&path).display().to_string();
        findings.extend(judge(&name, &committed, &offered));
    }
    Ok(findings)
}

/// Writes the listings anew.
pub(super) fn record(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut changed = Vec::new();
    for package in workspace.libraries() {
        let offered = offered(workspace, package)
            .map_err(|(Failed::Cannot(why) | Failed::Broken(why))| format!("{}: {why}", package.name))?;
        let path = folder(package).join(FILE);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&offered) {
            std::fs::write(&path, offered).map_err(|error| format!("{}: {error}", path.display()))?;
            changed.push(path.strip_prefix(workspace.root()).unwrap_or(&path).display().to_string());
        }
    }
    Ok(changed)
}

/// The listing that is committed, against what the crate offers.
fn judge(name: &str, committed: &str, offered: &str) -> Option<String> {
    if committed == offered {
        return None;
    }
    if committed.is_empty() {
        return Some(format!("{name} is missing: {MEND}"));
    }
    let lines = |text: &'_ str| -> BTreeSet<String> { text.lines().map(str::to_owned).collect() };
    let (before, after) = (lines(committed), lines(offered));
    let lost: Vec<String> = before.difference(&after).map(|line| format!("- {line}")).collect();
    let new: Vec<String> = after.difference(&before).map(|line| format!("+ {line}")).collect();
    let first = lost.iter().chain(&new).take(3).map(|line| format!("\n    {line}")).collect::<String>();
    Some(format!(
        "{name} is not what the crate offers ({} lines lost, {} new): {MEND}{first}",
        lost.len(),
        new.len()
    ))
}

/// Why there is no listing.
enum Failed {
    /// Not with this toolchain.
    Cannot(String),
    /// The crate does not build.
    Broken(String),
}

/// What a crate offers, with all features but the simulator.
fn offered(workspace: &Workspace, package: &Package) -> Result<String, Failed> {
    let json = describe(workspace, package)?;
    let text = std::fs::read_to_string(&json)
        .map_err(|error| Failed::Broken(format!("{}: {error}", json.display())))?;
    same_format(&text).map_err(Failed::Cannot)?;
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .map_err(|error| Failed::Cannot(format!("rustdoc's JSON cannot be read: {error}")))?;
    Ok(render(api.items().map(ToString::to_string)))
}

/// A line for each item. Of a trait's implementation only that it is there: its functions are the trait's.
fn render(items: impl Iterator<Item = String>) -> String {
    let (mut text, mut implementor) = (String::new(), None);
    for item in items {
        if item.starts_with("impl") {
            implementor = item.split_once(" for ").map(|(_, of)| bare(of));
        }
        let of = function(&item).and_then(|path| path.rsplit_once("::").map(|(of, _)| of.to_owned()));
        let is_of_trait = of.is_some() && of == implementor;
        if !is_of_trait && !item.contains("core::marker::StructuralPartialEq") {
            text.push_str(&item);
            text.push('\n');
        }
    }
    text
}

fn same_format(json: &str) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Head {
        format_version: u32,
    }
    match serde_json::from_str(json) {
        Ok(Head { format_version: FORMAT }) => Ok(()),
        Ok(Head { format_version }) => Err(format!(
            "this toolchain's rustdoc writes JSON of version {format_version}, not {FORMAT}: use Rust 1.95, or move \
             public-api in xtask/Cargo.toml and FORMAT in xtask/src/check/api.rs together"
        )),
        Err(error) => Err(format!("rustdoc's JSON cannot be read: {error}")),
    }
}

/// Lets rustdoc describe a crate as JSON, which it does only for who asks for what is unstable. Only rustdoc itself is
/// asked: with `RUSTC_BOOTSTRAP` set for cargo, build scripts would run again, and all that depends on them. So this
/// program stands in rustdoc's place (see [`stand_in`]).
fn describe(workspace: &Workspace, package: &Package) -> Result<PathBuf, Failed> {
    let features: Vec<&str> = package
        .features
        .keys()
        .map(String::as_str)
        .filter(|name| !["sim", "default"].contains(name))
        .collect();
    let program = std::env::current_exe().map_err(|error| Failed::Cannot(error.to_string()))?;
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let mut command = cargo(workspace.root());
    command.args([
        "rustdoc",
        "--quiet",
        "--package",
        &package.name,
        "--lib",
        "--features",
        &features.join(","),
    ]);
    command.args(["--", "-Zunstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    command.env("RUSTDOC", program).env(AS_RUSTDOC, rustdoc);
    output(command).map_err(|error| {
        let is_unstable = error.contains("-Z unstable-options") || error.contains("unstable-options");
        let first: Vec<&str> = error.lines().take(12).collect();
        let text = format!("rustdoc fails: {}", first.join("\n    "));
        if is_unstable { Failed::Cannot(text) } else { Failed::Broken(text) }
    })?;
    Ok(json(workspace.target(), &library(package)))
}

fn json(target: &Path, library: &str) -> PathBuf {
    target.join("doc").join(format!("{library}.json"))
}

/// Runs the real rustdoc, with what is unstable allowed. `None`: this process is not one that stands in for it.
pub(crate) fn stand_in() -> Option<std::process::ExitCode> {
    let rustdoc = std::env::var_os(AS_RUSTDOC)?;
    let status = std::process::Command::new(rustdoc)
        .args(std::env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove(AS_RUSTDOC)
        .status();
    let code = status.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(std::process::ExitCode::from(code.unwrap_or(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_that_changed() {
        let before = "pub fn a::gone()\npub fn a::same()\n";
        assert_eq!(judge("a/api.txt", before, before), None);
        let after = "pub fn a::new()\npub fn a::same()\n";
        insta::assert_snapshot!(judge("a/api.txt", before, after).unwrap(), @r"
a/api.txt is not what the crate offers (1 lines lost, 1 new): read the difference, then `cargo xtask check api --record`
    - pub fn a::gone()
    + pub fn a::new()
");
        insta::assert_snapshot!(judge("a/api.txt", "", after).unwrap(), @"a/api.txt is missing: read the difference, then `cargo xtask check api --record`");
    }

    #[test]
    fn what_a_listing_leaves_out() {
        let items = [
            "pub struct a::Client",
            "impl a::Client",
            "pub fn a::Client::get(&self)",
            "impl core::fmt::Debug for a::Client",
            "pub fn a::Client::fmt(&self, &mut core::fmt::Formatter<'_>) -> core::fmt::Result",
            "impl core::iter::traits::iterator::Iterator for a::Client",
            "pub type a::Client::Item = u8",
            "pub fn a::Client::next(&mut self) -> core::option::Option<u8>",
            "impl core::marker::StructuralPartialEq for a::Client",
            "impl<'a> core::clone::Clone for a::Things<'a>",
            "pub fn a::Things<'a>::clone(&self) -> Self",
            "pub fn a::free()",
        ];
        insta::assert_snapshot!(render(items.map(str::to_owned).into_iter()), @r"
pub struct a::Client
impl a::Client
pub fn a::Client::get(&self)
impl core::fmt::Debug for a::Client
impl core::iter::traits::iterator::Iterator for a::Client
pub type a::Client::Item = u8
impl<'a> core::clone::Clone for a::Things<'a>
pub fn a::free()
");
    }

    #[test]
    fn another_toolchain() {
        assert_eq!(same_format(r#"{"root": 1, "format_version": 57}"#), Ok(()));
        insta::assert_snapshot!(same_format(r#"{"format_version": 60}"#).unwrap_err(), @"this toolchain's rustdoc writes JSON of version 60, not 57: use Rust 1.95, or move public-api in xtask/Cargo.toml and FORMAT in xtask/src/check/api.rs together");
    }
}
