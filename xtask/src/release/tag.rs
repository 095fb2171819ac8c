//! Tags what is published.

use super::changelog::Changelog;
use super::index::Index;
use super::{Release, Result};

pub(super) fn run(release: &Release) -> Result<()> {
    release.git.is_ready()?;
    let tags = release.git.tags()?;
    let changelog = Changelog::read(&release.workspace.root)?;
    let index = Index::of(release.asked.registry.as_deref())?;
    let mut new = Vec::new();
    for krate in &release.workspace.crates {
        let tag = krate.tag(&krate.version);
        if tags.contains(&tag) || changelog.section(&krate.name, &krate.version).is_none() {
            continue;
        }
        if index.versions(&krate.name)?.get(&krate.version).is_none() {
            return Err(format!(
                "{} {} is not published yet: cargo xtask release publish",
                krate.name, krate.version
            ));
        }
        // Not where we stand: more may have been committed since.
        let commit = release.git.prepared_at(&krate.name, &krate.version)?;
        let commit = commit.ok_or_else(|| format!("no commit prepared {} {}", krate.name, krate.version))?;
        new.push((tag, format!("{} {}", krate.name, krate.version), commit));
    }
    if new.is_empty() {
        println!("everything that is published has its tag");
        return Ok(());
    }
    for (tag, _, commit) in &new {
        println!("{tag}  {}", &commit[..12.min(commit.len())]);
    }
    if release.asked.is_dry("make these tags") {
        return Ok(());
    }
    for (tag, title, commit) in &new {
        release.git.run(&["tag", "--annotate", "--message", title, tag, commit])?;
    }
    println!("\nto share them: git push --follow-tags");
    Ok(())
}
