//! `floors`: what was proven stays proven. The numbers of `cargo xtask coverage` and of the conformance cases do not sink
//! below the committed ones.

use std::path::Path;

use super::{Findings, Judged};
use crate::coverage;
use crate::files::below;
use crate::floor::Numbers;
use crate::workspace::Workspace;

const CASES: &str = "xtask/conformance/cases";
const SESSIONS: &str = "xtask/conformance/sessions";
const COUNTS: &str = "xtask/conformance/counts.txt";
const ABOUT: &str = "The floor of the conformance cases: no number may sink below it. `cargo xtask check floors --record` raises it.
compared: what the official SDK did is recorded beside the case. sessions: days that are lived on the simulators.";

pub(super) fn find(workspace: &Workspace) -> Judged {
    let shrunk = |read: Result<Findings, String>| read.unwrap_or_else(|error| vec![error]);
    let root = workspace.root();
    let mut findings = shrunk(coverage::shrunk(root));
    findings.extend(shrunk(cases(root)));
    Ok(findings)
}

/// Raises both.
pub(super) fn record(workspace: &Workspace) -> Result<Vec<String>, String> {
    let root = workspace.root();
    let mut changed: Vec<String> = coverage::raise(root)?.into_iter().collect();
    let floor = Numbers::read(&root.join(COUNTS))?;
    changed.extend(floor.raise(&count(root)?, root, COUNTS, ABOUT)?);
    Ok(changed)
}

fn cases(root: &Path) -> Result<Findings, String> {
    Ok(Numbers::read(&root.join(COUNTS))?.shrunk(&count(root)?, COUNTS))
}

/// Cases, those that are compared with an official SDK, and sessions, by vendor.
fn count(root: &Path) -> Result<Numbers, String> {
    let mut numbers = Numbers::new(&["vendor"], &["cases", "compared", "sessions"]);
    let is_case = |name: &str| name.ends_with(".json") && !name.ends_with(".observed.json");
    for (folder, is_session) in [(root.join(CASES), false), (root.join(SESSIONS), true)] {
        for case in below(&folder, &is_case)? {
            let place = case.strip_prefix(&folder).unwrap_or(&case);
            let vendor = place.iter().next().unwrap_or_default().to_string_lossy();
            let compared = case.with_extension("observed.json").exists();
            let counts = [!is_session, !is_session && compared, is_session].map(usize::from);
            numbers.add(&vendor, &counts);
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn cases_that_were_lost() {
        let fixture = Fixture::of(&[
            ("xtask/conformance/cases/a/one.json", "{}"),
            ("xtask/conformance/cases/a/one.observed.json", "{}"),
            ("xtask/conformance/cases/a/two.json", "{}"),
            ("xtask/conformance/sessions/a/day.json", "{}"),
            (COUNTS, "vendor  cases  compared  sessions\na  2  2  1\nb  1  0  0\n"),
        ]);
        let now = count(fixture.root()).unwrap();
        assert_eq!(now.rows["a"], [2, 1, 1]);
        insta::assert_snapshot!(cases(fixture.root()).unwrap().join("\n"), @r"
a: 1 compared, and 2 in xtask/conformance/counts.txt: put back what was lost; where it is meant, lower the number by hand and say why
b: 0 cases, and 1 in xtask/conformance/counts.txt: put back what was lost; where it is meant, lower the number by hand and say why
");
    }

    #[test]
    fn operations_that_were_lost() {
        let floor = "vendor priority rows implemented proven\nkognic P1 1 1 1\n";
        let mut files = vec![
            ("xtask/operations/coverage.txt".to_owned(), floor.to_owned()),
            ("xtask/Cargo.toml".to_owned(), package("xtask", "")),
        ];
        let row = |vendor: &str| match vendor {
            "kognic" => "things\tlist\t/things\tP1\tThings::list\n",
            _ => "",
        };
        for vendor in ["kognic", "cortex", "descartes", "agave", "datakitchen"] {
            let table = format!("service\toperation\tpath\tpriority\tmethod\n{}", row(vendor));
            files.push((format!("xtask/operations/{vendor}.tsv"), table));
            files.push((format!("{vendor}/api.txt"), "pub fn v::Things::list() -> u8\n".to_owned()));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let fixture = Fixture::of(&files);
        insta::assert_snapshot!(found(find(&fixture.workspace())), @"kognic P1: 0 proven, and 1 in xtask/operations/coverage.txt: put back what was lost; where it is meant, lower the number by hand and say why");
        fixture.write("kognic/tests/a.snap", "== things.list\n");
        assert_eq!(found(find(&fixture.workspace())), "");
    }
}
