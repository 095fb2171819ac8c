//! Writes versions, requirements, changelog and lock file, and commits them.

use std::path::Path;
use std::process::Command;

use toml_edit::{DocumentMut, value};

use super::changelog::Changelog;
use super::git::RELEASE;
use super::plan::{self, Step};
use super::{Release, Result};

pub(super) fn run(release: &Release) -> Result<()> {
    release.git.is_ready()?;
    let steps = plan::decide(plan::known(release)?);
    plan::show(&steps);
    let open: Vec<&Step> = steps.iter().filter(|step| !step.is_prepared).collect();
    if open.is_empty() {
        println!("nothing is left to prepare");
        return Ok(());
    }
    let names: Vec<String> = open.iter().map(|step| format!("{} {}", step.krate.name, step.to)).collect();
    let message = format!("{RELEASE}{}", names.join(", "));
    if release.asked.is_dry(&format!("commit: {message}")) {
        return Ok(());
    }
    let root = &release.workspace.root;
    let done = write(root, &open).and_then(|()| {
        release.git.run(&["add", "--update"])?;
        release.git.run(&["commit", "--quiet", "--message", &message])
    });
    if let Err(error) = done {
        // The tree was clean: nothing but our own half of the work is taken back.
        release.git.run(&["reset", "--quiet", "--hard"])?;
        return Err(format!("{error}\nnothing was changed"));
    }
    println!("\ncommitted: {message}");
    Ok(())
}

fn write(root: &Path, steps: &[&Step]) -> Result<()> {
    let mut changelog = Changelog::read(root)?;
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    for step in steps {
        let version = step.to.to_string();
        edit(&root.join(&step.krate.folder).join("Cargo.toml"), |manifest| {
            manifest["package"]["version"] = value(&version);
        })?;
        edit(&root.join("Cargo.toml"), |manifest| require(manifest, &step.krate.name, &version))?;
        changelog.release(&step.krate.name, &step.to, &date, &step.commits)?;
    }
    changelog.write()?;
    // Only the versions of our own crates change in the lock file, and that needs no network.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root)
        .args(["update", "--workspace", "--offline", "--quiet"])
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo update failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(())
}

/// The version that the other crates require, where the workspace names one.
fn require(manifest: &mut DocumentMut, name: &str, version: &str) {
    let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let named = dependencies.and_then(|all| all.get(name)).and_then(|dependency| dependency.get("version"));
    if named.is_some() {
        manifest["workspace"]["dependencies"][name]["version"] = value(version);
    }
}

/// Changes a manifest, and nothing else in it.
pub(crate) fn edit(path: &Path, change: impl FnOnce(&mut DocumentMut)) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    let mut manifest: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| failed(&error))?;
    change(&mut manifest);
    std::fs::write(path, manifest.to_string()).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_requirement_changes() {
        let text = "[workspace.dependencies]\n# Ours.\nauth-core = { path = \"auth-core\", version = \"0.1.0\" }\nurl = \"2\"\n";
        let mut manifest: DocumentMut = text.parse().unwrap();
        require(&mut manifest, "auth-core", "0.2.0");
        require(&mut manifest, "url", "9.9.9");
        require(&mut manifest, "kognic-api", "9.9.9");
        assert_eq!(manifest.to_string(), text.replace("0.1.0", "0.2.0"));
    }
}
