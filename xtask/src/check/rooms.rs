//! `rooms`: who knows one vendor crate knows all five.

use super::{Findings, Judged};
use crate::workspace::{Workspace, folder};

/// Files that every vendor crate has.
const ROOMS: [&str; 12] = [
    "README.md",
    "examples/quickstart.rs",
    "src/api.rs",
    "src/client.rs",
    "src/credentials.rs",
    "src/error.rs",
    "src/lib.rs",
    "src/login.rs",
    "src/protocol.rs",
    "src/sim.rs",
    "tests/canary.rs",
    "tests/resolution.rs",
];

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for vendor in workspace.vendors() {
        for room in ROOMS {
            // A room that grew is a folder of the same name.
            let grown = room.trim_end_matches(".rs");
            let places = [room.to_owned(), format!("{grown}/main.rs"), format!("{grown}/mod.rs")];
            if !places.iter().any(|place| folder(vendor).join(place).exists()) {
                findings.push(format!(
                    "{} has no {room}: every vendor crate has it; CONTRIBUTING.md says what lives there",
                    vendor.name
                ));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn a_crate_without_a_room() {
        let manifest = package("a-api", "");
        let mut files: Vec<(&str, &str)> = ROOMS.iter().map(|room| (*room, "")).collect();
        files.retain(|(room, _)| !["src/login.rs", "tests/canary.rs"].contains(room));
        let paths: Vec<String> = files.iter().map(|(room, _)| format!("a/{room}")).collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        files.push(("a/tests/canary/main.rs", ""));
        files.push(("a/Cargo.toml", &manifest));
        insta::assert_snapshot!(found(find(&Fixture::of(&files).workspace())), @"a-api has no src/login.rs: every vendor crate has it; CONTRIBUTING.md says what lives there");
    }
}
