//! What is to be released, at which version, and why.

use semver::Version;

use super::changelog::Changelog;
use super::commits::Commit;
use super::surface::Difference;
use super::version::{Level, is_compatible, next};
use super::workspace::Crate;
use super::{Release, Result};
use crate::listing::FILE;
use crate::table::{Table, colours};

/// What is known of a crate.
pub(super) struct Known {
    pub(super) krate: Crate,
    /// The version of its newest tag.
    pub(super) tagged: Option<Version>,
    /// What touched it since.
    pub(super) commits: Vec<Commit>,
    /// How its public API changed since.
    pub(super) surface: Difference,
    /// What touched it after its present version was prepared; `None` where that was not prepared.
    pub(super) later: Option<Vec<Commit>>,
}

/// A crate that is to be released.
pub(super) struct Step {
    pub(super) krate: Crate,
    pub(super) from: Option<Version>,
    pub(super) to: Version,
    pub(super) why: String,
    pub(super) commits: Vec<Commit>,
    /// Version and changelog are there already.
    pub(super) is_prepared: bool,
}

/// Reads what is known of each crate, in the order of dependencies.
pub(super) fn known(release: &Release) -> Result<Vec<Known>> {
    let tags = release.git.tags()?;
    let changelog = Changelog::read(&release.workspace.root)?;
    let mut all = Vec::new();
    for krate in release.workspace.crates.clone() {
        let tagged = krate.last_tagged(&tags);
        let tag = tagged.as_ref().map(|version| krate.tag(version));
        let listing = format!("{}/{FILE}", krate.folder);
        let now = std::fs::read_to_string(release.workspace.root.join(&listing)).unwrap_or_default();
        let then = tag.as_deref().and_then(|tag| release.git.show(tag, &listing));
        let prepared = match changelog.section(&krate.name, &krate.version) {
            Some(_) => release.git.prepared_at(&krate.name, &krate.version)?,
            None => None,
        };
        let later = prepared.map(|commit| release.git.commits(Some(&commit), &krate.folder)).transpose()?;
        all.push(Known {
            commits: release.git.commits(tag.as_deref(), &krate.folder)?,
            surface: then.map(|then| Difference::between(&then, &now)).unwrap_or_default(),
            later,
            tagged,
            krate,
        });
    }
    Ok(all)
}

/// Decides. A version that was prepared is kept, unless more has changed since: then it is left behind, because it may
/// be published already.
pub(super) fn decide(known: Vec<Known>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for Known { krate, tagged, commits, surface, later } in known {
        let from = tagged.clone();
        let (to, why, commits, is_prepared) = match (later, &tagged) {
            (Some(later), Some(last)) if later.is_empty() && krate.version == *last => {
                // Published and tagged. What it needs may break all the same.
                let Some((level, why)) = level(&krate, &[], &surface, &steps) else { continue };
                (next(last, level), why, Vec::new(), false)
            }
            (Some(later), _) if later.is_empty() => {
                (krate.version.clone(), "prepared, and not tagged yet".to_owned(), commits, true)
            }
            (Some(later), _) => {
                let Some((level, why)) = level(&krate, &later, &surface, &steps) else { continue };
                (next(&krate.version, level), why, later, false)
            }
            (None, None) => (krate.version.clone(), "first release".to_owned(), commits, false),
            (None, Some(last)) => {
                let Some((level, why)) = level(&krate, &commits, &surface, &steps) else { continue };
                (next(last, level).max(krate.version.clone()), why, commits, false)
            }
        };
        steps.push(Step { krate, from, to, why, commits, is_prepared });
    }
    steps
}

/// How far the changes of a crate go, and what says so. `None` where nothing changed.
fn level(
    krate: &Crate,
    commits: &[Commit],
    surface: &Difference,
    before: &[Step],
) -> Option<(Level, String)> {
    let said = commits.iter().map(|commit| commit.group.level()).max().map(|level| {
        let count = commits.len();
        (level, format!("{count} commit{}", if count == 1 { "" } else { "s" }))
    });
    let listed = surface.level().map(|level| {
        let (removed, added) = (surface.removed.len(), surface.added.len());
        (level, format!("the public API lost {removed} and gained {added} items"))
    });
    // What a crate needs is a part of its own signatures.
    let needed = before.iter().find_map(|step| {
        let breaks = step.from.as_ref().is_some_and(|from| !is_compatible(from, &step.to));
        (breaks && krate.needs.contains(&step.krate.name))
            .then(|| (Level::Breaking, format!("{} {} breaks", step.krate.name, step.to)))
    });
    // The last of the highest is the one that tells most.
    [said, listed, needed].into_iter().flatten().max_by_key(|(level, _)| *level)
}

/// Shows the plan.
pub(super) fn run(release: &Release) -> Result<()> {
    let steps = decide(known(release)?);
    show(&steps);
    Ok(())
}

pub(super) fn show(steps: &[Step]) {
    if steps.is_empty() {
        println!("nothing has changed since the last tags");
        return;
    }
    let mut table = Table::new(["crate", "last", "next", "prepared", "why"]);
    for step in steps {
        let last = step.from.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let prepared = if step.is_prepared { "yes" } else { "no" };
        table.row([step.krate.name.clone(), last, step.to.to_string(), prepared.into(), step.why.clone()]);
    }
    print!("{}", table.render(|_| None, colours()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, version: &str, tagged: Option<&str>, commits: &[&str]) -> Known {
        let needs = if name == "core" { vec![] } else { vec!["core".to_owned()] };
        let version = Version::parse(version).unwrap();
        Known {
            krate: Crate { name: name.into(), version, folder: name.into(), needs },
            tagged: tagged.map(|tagged| Version::parse(tagged).unwrap()),
            commits: commits.iter().filter_map(|commit| Commit::parse(commit)).collect(),
            surface: Difference::default(),
            later: None,
        }
    }

    fn decided(known: Vec<Known>) -> Vec<String> {
        let told = |step: Step| {
            format!(
                "{} {} {} {}",
                step.krate.name,
                step.to,
                if step.is_prepared { "yes" } else { "no" },
                step.why
            )
        };
        decide(known).into_iter().map(told).collect()
    }

    #[test]
    fn a_first_release_takes_the_version_that_is_there() {
        assert_eq!(decided(vec![known("core", "0.1.0", None, &["x"])]), ["core 0.1.0 no first release"]);
    }

    #[test]
    fn what_did_not_change_is_not_released() {
        let still = known("core", "0.1.0", Some("0.1.0"), &[]);
        let changed = known("a", "0.1.0", Some("0.1.0"), &["fix: x", "y"]);
        assert_eq!(decided(vec![still, changed]), ["a 0.1.1 no 2 commits"]);
    }

    #[test]
    fn the_listing_knows_more_than_the_message() {
        let mut core = known("core", "0.1.0", Some("0.1.0"), &["fix: x"]);
        core.surface.removed.push("pub fn gone()".into());
        let vendor = known("a", "0.3.0", Some("0.3.0"), &[]);
        assert_eq!(
            decided(vec![core, vendor]),
            ["core 0.2.0 no the public API lost 1 and gained 0 items", "a 0.4.0 no core 0.2.0 breaks"]
        );
    }

    #[test]
    fn a_compatible_release_of_what_is_needed_changes_nothing() {
        let core = known("core", "0.1.0", Some("0.1.0"), &["feat: x"]);
        let vendor = known("a", "0.3.0", Some("0.3.0"), &[]);
        assert_eq!(decided(vec![core, vendor]), ["core 0.1.1 no 1 commit"]);
    }

    #[test]
    fn what_is_prepared_is_kept_until_more_changes() {
        let prepared = |later: &[&str]| {
            let mut core = known("core", "0.1.1", Some("0.1.0"), &["fix: x"]);
            core.later = Some(later.iter().filter_map(|commit| Commit::parse(commit)).collect());
            decided(vec![core])
        };
        assert_eq!(prepared(&[]), ["core 0.1.1 yes prepared, and not tagged yet"]);
        assert_eq!(prepared(&["fix: y"]), ["core 0.1.2 no 1 commit"]);
        assert_eq!(prepared(&["feat!: y"]), ["core 0.2.0 no 1 commit"]);
    }

    #[test]
    fn what_is_tagged_and_unchanged_is_done() {
        let mut core = known("core", "0.1.1", Some("0.1.1"), &[]);
        core.later = Some(Vec::new());
        assert_eq!(decided(vec![core]), [""; 0]);
    }
}
