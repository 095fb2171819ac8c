//! `cargo xtask check`: what no compiler checks. Each rule has a name, a file, and messages that say how to mend.

mod advisories;
mod api;
mod builders;
mod changelog;
mod documented;
mod duplicates;
mod features;
mod floors;
mod forbidden;
mod licences;
mod one_vendor;
mod predicates;
mod rooms;
mod sim;
mod size;
mod snapshots;
mod tree;
mod vocabulary;

pub(crate) use api::stand_in;

use std::path::Path;
use std::process::ExitCode;

use crate::table::{Table, colours};
use crate::workspace::Workspace;

/// What is wrong, a line for each place.
type Findings = Vec<String>;

/// Why a rule cannot be held on this machine. It is no failure.
#[derive(Debug)]
pub(crate) struct Cannot(String);

/// What came of a rule.
pub(crate) type Judged = Result<Findings, Cannot>;

/// Writes down what a rule compares with. Gives the files that changed.
type Record = fn(&Workspace) -> Result<Vec<String>, String>;

/// A rule over the workspace.
struct Rule {
    name: &'static str,
    what: &'static str,
    find: fn(&Workspace) -> Judged,
    record: Option<Record>,
    /// Whether it runs when no rule is named.
    by_default: bool,
}

impl Rule {
    const fn new(name: &'static str, what: &'static str, find: fn(&Workspace) -> Judged) -> Self {
        Self { name, what, find, record: None, by_default: true }
    }

    const fn recorded(self, record: Record) -> Self {
        Self { record: Some(record), ..self }
    }

    const fn by_name_only(self) -> Self {
        Self { by_default: false, ..self }
    }
}

const RULES: [Rule; 17] = [
    Rule::new("one-vendor", "no vendor crate reaches another", one_vendor::find),
    Rule::new("size", "a vendor crate has at most 127 packages", size::find),
    Rule::new("duplicates", "no crate is there in two versions", duplicates::find),
    Rule::new("licences", "only permissive licences", licences::find),
    Rule::new("forbidden", "no openssl, no rsa, no .env files", forbidden::find),
    Rule::new("rooms", "every vendor crate has the same rooms", rooms::find),
    Rule::new("sim", "no simulator, and no feature, that nobody asked for", sim::find),
    Rule::new("features", "every feature compiles alone, and all together", features::find),
    Rule::new("api", "each crate's api.txt lists what it offers", api::find).recorded(api::record),
    Rule::new("vocabulary", "public signatures name few crates, and never reqwest", vocabulary::find),
    Rule::new("builders", "every client is made in the same way", builders::find),
    Rule::new("predicates", "every error answers the same questions", predicates::find),
    Rule::new("documented", "missing_docs is denied, README examples are compiled", documented::find),
    Rule::new("snapshots", "no snapshot waits, none outlives its test", snapshots::find),
    Rule::new("changelog", "a crate that changed since its last tag has an entry", changelog::find),
    Rule::new("floors", "coverage and conformance numbers do not shrink", floors::find)
        .recorded(floors::record),
    Rule::new("advisories", "no known vulnerability (asks the network)", advisories::find).by_name_only(),
];

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if arguments == ["--list"] {
        return list();
    }
    let (record, names): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|argument| *argument == "--record");
    let record = !record.is_empty();
    if let Some(unknown) = names.iter().find(|name| !RULES.iter().any(|rule| rule.name == **name)) {
        let names = RULES.map(|rule| rule.name).join(", ");
        eprintln!("cargo xtask check: there is no rule `{unknown}`; try {names}");
        return ExitCode::from(2);
    }
    let is_chosen = |rule: &&Rule| match names.is_empty() {
        true => rule.by_default && (!record || rule.record.is_some()),
        false => names.iter().any(|name| *name == rule.name),
    };
    let chosen: Vec<&Rule> = RULES.iter().filter(is_chosen).collect();
    let workspace = match Workspace::read(Path::new(".")) {
        Ok(workspace) => workspace,
        Err(error) => {
            eprintln!("cargo xtask check: {error}");
            return ExitCode::from(2);
        }
    };
    if record { write(&chosen, &workspace) } else { hold(&chosen, &workspace) }
}

/// Tells the rules.
fn list() -> ExitCode {
    let mut table = Table::new(["rule", "when", "--record", "what it holds"]);
    for rule in &RULES {
        let when = if rule.by_default { "always" } else { "by name" };
        let record = if rule.record.is_some() { "yes" } else { "" };
        table.row([rule.name.into(), when.into(), record.into(), rule.what.into()]);
    }
    print!("{}", table.render(|_| None, colours()));
    ExitCode::SUCCESS
}

/// Holds the workspace to rules.
fn hold(rules: &[&Rule], workspace: &Workspace) -> ExitCode {
    let mut table = Table::new(["rule", "result", "what it holds"]);
    let mut good = Vec::new();
    for rule in rules {
        let (is_good, result) = match (rule.find)(workspace) {
            Ok(findings) if findings.is_empty() => (true, "ok".to_owned()),
            Ok(findings) => {
                for finding in &findings {
                    eprintln!("{}: {finding}", rule.name);
                }
                (false, format!("{} FOUND", findings.len()))
            }
            Err(Cannot(why)) => {
                eprintln!("{}: cannot be checked here: {why}", rule.name);
                (true, "not here".to_owned())
            }
        };
        good.push(is_good);
        table.row([rule.name.into(), result, rule.what.into()]);
    }
    print!("{}", table.render(|row| good.get(row).copied(), colours()));
    if good.iter().all(|good| *good) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes down what rules compare with.
fn write(rules: &[&Rule], workspace: &Workspace) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for rule in rules {
        let changed = match rule.record {
            Some(record) => record(workspace),
            None => Err("there is nothing to record; mend what it finds".to_owned()),
        };
        match changed {
            Ok(changed) if changed.is_empty() => println!("{}: nothing changed", rule.name),
            Ok(changed) => println!("{}: wrote {}; read the difference", rule.name, changed.join(", ")),
            Err(error) => {
                eprintln!("{}: {error}", rule.name);
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
