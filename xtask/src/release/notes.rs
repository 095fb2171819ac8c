//! What the changelog says about the versions of this commit, to be pasted where releases are announced.

use super::changelog::Changelog;
use super::{Release, Result};

pub(super) fn run(release: &Release) -> Result<()> {
    let changelog = Changelog::read(&release.workspace.root)?;
    let here = release.git.run(&["tag", "--points-at", "HEAD"])?;
    let here: Vec<&str> = here.lines().collect();
    let mut told = 0;
    for krate in &release.workspace.crates {
        let tag = krate.tag(&krate.version);
        if !here.contains(&tag.as_str()) {
            continue;
        }
        let section = changelog
            .section(&krate.name, &krate.version)
            .ok_or_else(|| format!("CHANGELOG.md has no section for {} {}", krate.name, krate.version))?;
        println!("## {} {}\n\n{section}\n", krate.name, krate.version);
        told += 1;
    }
    if told == 0 {
        println!("no release is tagged at this commit");
    }
    Ok(())
}
