//! Packs the crates that are to be published, builds them from what is packed, and looks at what is in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::workspace::Crate;
use super::{Release, Result, plan};
use crate::table::{Table, colours};

/// What every package holds.
const NEEDED: [&str; 4] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
/// The largest package, packed: a tenth of what crates.io takes.
const LARGEST: u64 = 1 << 20;

pub(super) fn run(release: &Release) -> Result<()> {
    release.git.is_ready()?;
    let steps = plan::decide(plan::known(release)?);
    if let Some(step) = steps.iter().find(|step| !step.is_prepared) {
        return Err(format!("{} {} is not prepared: cargo xtask release prepare", step.krate.name, step.to));
    }
    let crates: Vec<&Crate> = steps.iter().map(|step| &step.krate).collect();
    if crates.is_empty() {
        println!("nothing is to be published");
        return Ok(());
    }
    let root = &release.workspace.root;
    println!("packing, and building what is packed ..");
    cargo(root, &with_packages(&["package", "--quiet"], &crates, release.asked.registry.as_deref()), &[])?;
    println!("documentation ..");
    let doc = with_packages(&["doc", "--quiet", "--no-deps", "--all-features"], &crates, None);
    cargo(root, &doc, &[("RUSTDOCFLAGS", "-D warnings")])?;

    let mut table = Table::new(["package", "files", "KiB packed"]);
    let mut findings = Vec::new();
    for krate in crates {
        let list = cargo(root, &["package", "--list", "--package", &krate.name].map(str::to_owned), &[])?;
        let packed =
            release.workspace.target.join("package").join(format!("{}-{}.crate", krate.name, krate.version));
        let size =
            std::fs::metadata(&packed).map_err(|error| format!("{}: {error}", packed.display()))?.len();
        findings.extend(judge(&krate.name, &list, size));
        let files = list.lines().count().to_string();
        table.row([format!("{} {}", krate.name, krate.version), files, size.div_ceil(1024).to_string()]);
    }
    print!("{}", table.render(|_| None, colours()));
    if !findings.is_empty() {
        return Err(findings.join("\n"));
    }
    let stamp = stamp(&release.workspace.target);
    std::fs::create_dir_all(stamp.parent().unwrap_or(&stamp)).map_err(|error| error.to_string())?;
    std::fs::write(&stamp, release.git.head()?).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Where it is noted which commit was verified.
fn stamp(target: &Path) -> PathBuf {
    target.join("release").join("verified")
}

/// Fails unless this commit was verified.
pub(super) fn is_verified(release: &Release) -> Result<()> {
    let verified = std::fs::read_to_string(stamp(&release.workspace.target)).unwrap_or_default();
    if verified == release.git.head()? {
        return Ok(());
    }
    Err("this commit was not verified: cargo xtask release verify".to_owned())
}

/// What is wrong with a package.
fn judge(name: &str, list: &str, size: u64) -> Vec<String> {
    let missing = NEEDED.iter().filter(|needed| !list.lines().any(|file| file == **needed));
    let mut findings: Vec<String> = missing
        .map(|file| format!("{name}: the package has no {file}: look at `include` in its manifest"))
        .collect();
    if size > LARGEST {
        findings
            .push(format!("{name}: the package has {size} bytes, more than {LARGEST}: look at `include`"));
    }
    findings
}

fn with_packages(command: &[&str], crates: &[&Crate], registry: Option<&str>) -> Vec<String> {
    let packages = crates.iter().flat_map(|krate| ["--package", krate.name.as_str()]);
    let registry = registry.into_iter().flat_map(|registry| ["--registry", registry]);
    command.iter().copied().chain(packages).chain(registry).map(str::to_owned).collect()
}

/// Runs cargo and gives what it printed.
fn cargo(root: &Path, arguments: &[String], variables: &[(&str, &str)]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root)
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cargo {} failed:\n{}", arguments.join(" "), said.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_its_licences_and_a_readme_and_is_small() {
        let whole = "Cargo.toml\nLICENSE-APACHE\nLICENSE-MIT\nREADME.md\nsrc/lib.rs\n";
        assert_eq!(judge("a", whole, LARGEST), Vec::<String>::new());
        let findings = judge("a", "Cargo.toml\nLICENSE-MIT\nsrc/README.md\n", LARGEST + 1).join("\n");
        insta::assert_snapshot!(findings, @r"
        a: the package has no LICENSE-APACHE: look at `include` in its manifest
        a: the package has no README.md: look at `include` in its manifest
        a: the package has 1048577 bytes, more than 1048576: look at `include`
        ");
    }
}
