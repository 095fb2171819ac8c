//! `cargo xtask check`: what no compiler checks. Each rule has a name, and a message that says how to mend.

mod metadata;
mod rules;

use std::process::ExitCode;

use crate::table::{Table, colours};
use metadata::Metadata;

/// What is wrong, a line for each place.
type Findings = Vec<String>;

/// A rule over the packages of the workspace.
struct Rule {
    name: &'static str,
    what: &'static str,
    find: fn(&Metadata) -> Findings,
}

const RULES: [Rule; 6] = [
    Rule { name: "one-vendor", what: "no vendor crate reaches another", find: rules::one_vendor },
    Rule { name: "size", what: "a vendor crate has at most 127 packages", find: rules::size },
    Rule { name: "duplicates", what: "no crate is there in two versions", find: rules::duplicates },
    Rule { name: "licences", what: "only permissive licences", find: rules::licences },
    Rule { name: "forbidden", what: "no openssl, no rsa, no .env files", find: rules::forbidden },
    Rule { name: "rooms", what: "every vendor crate has the same rooms", find: rules::rooms },
];

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let chosen: Vec<&Rule> = RULES
        .iter()
        .filter(|rule| arguments.is_empty() || arguments.iter().any(|name| name == rule.name))
        .collect();
    if let Some(unknown) = arguments.iter().find(|name| !RULES.iter().any(|rule| rule.name == **name)) {
        let names = RULES.map(|rule| rule.name).join(", ");
        eprintln!("cargo xtask check: there is no rule `{unknown}`; try {names}");
        return ExitCode::from(2);
    }
    let metadata = match Metadata::read() {
        Ok(metadata) => metadata,
        Err(error) => {
            eprintln!("cargo xtask check: {error}");
            return ExitCode::from(2);
        }
    };
    let mut table = Table::new(["rule", "result", "what it holds"]);
    let mut good = Vec::new();
    for rule in chosen {
        let findings = (rule.find)(&metadata);
        for finding in &findings {
            eprintln!("{}: {finding}", rule.name);
        }
        let result = if findings.is_empty() { "ok".to_owned() } else { format!("{} FOUND", findings.len()) };
        good.push(findings.is_empty());
        table.row([rule.name.into(), result, rule.what.into()]);
    }
    print!("{}", table.render(|row| good.get(row).copied(), colours()));
    if good.iter().all(|good| *good) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
