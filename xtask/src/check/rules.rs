//! The rules.

use std::process::Command;

use super::Findings;
use super::metadata::{Metadata, Package};

/// The most packages that a vendor crate may have with default features, itself included.
const MOST_PACKAGES: usize = 127;

/// Licences that ask for nothing but their own text.
const LICENCES: [&str; 12] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Zlib",
];
/// Licences that are fine for the data or code that they stand for here.
const LICENCES_BY_NAME: [(&str, &str); 2] =
    [("webpki-root-certs", "CDLA-Permissive-2.0"), ("unsafe-libyaml", "MIT")];

/// Crates that must not be reached by a vendor crate.
const FORBIDDEN: [(&str, &str); 4] = [
    ("openssl-sys", "TLS is rustls everywhere"),
    ("native-tls", "TLS is rustls everywhere"),
    ("rsa", "it has an open advisory; signatures are made with aws-lc-rs"),
    ("dotenvy", "variables come in from outside, through Environment"),
];

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

/// No vendor crate reaches another, with any of its features.
pub(super) fn one_vendor(metadata: &Metadata) -> Findings {
    let mut findings = Findings::new();
    for vendor in metadata.vendors() {
        for other in metadata.reach(vendor) {
            let is_allowed = other.name == "auth-core" || other.id == vendor.id;
            if !is_allowed && metadata.members().any(|member| member.id == other.id) {
                findings.push(format!(
                    "{} reaches {}: what both need belongs to auth-core",
                    vendor.name, other.name
                ));
            }
        }
    }
    findings
}

/// A vendor crate has at most so many packages with its default features.
pub(super) fn size(metadata: &Metadata) -> Findings {
    let too_large = |vendor: &Package| match tree(&vendor.name) {
        Ok(packages) if packages.len() <= MOST_PACKAGES => None,
        Ok(packages) => Some(format!(
            "{} has {} packages, more than {MOST_PACKAGES}: make what is rare or heavy a feature",
            vendor.name,
            packages.len()
        )),
        Err(error) => Some(format!("{}: {error}", vendor.name)),
    };
    metadata.vendors().filter_map(too_large).collect()
}

/// What a vendor crate has with its default features is there in one version.
pub(super) fn duplicates(metadata: &Metadata) -> Findings {
    let mut findings = Findings::new();
    for vendor in metadata.vendors() {
        let packages = match tree(&vendor.name) {
            Ok(packages) => packages,
            Err(error) => {
                findings.push(format!("{}: {error}", vendor.name));
                continue;
            }
        };
        let name = |package: &str| package.split(' ').next().unwrap_or_default().to_owned();
        for pair in packages.windows(2).filter(|pair| name(&pair[0]) == name(&pair[1])) {
            findings.push(format!("{} has {} and {}: settle on one version", vendor.name, pair[0], pair[1]));
        }
    }
    findings
}

/// The packages of a vendor crate with its default features, sorted. Only `cargo tree` knows which features a package
/// has when it is built alone.
fn tree(package: &str) -> Result<Vec<String>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--package", package, "--edges", "normal", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut packages: Vec<String> =
        text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect();
    packages.sort_unstable();
    packages.dedup();
    Ok(packages)
}

/// Every licence is permissive.
pub(super) fn licences(metadata: &Metadata) -> Findings {
    let is_bad = |package: &&Package| {
        let licence = package.license.as_deref().unwrap_or("none");
        let by_name = LICENCES_BY_NAME.iter().any(|(name, known)| *name == package.name && *known == licence);
        !by_name && !is_permissive(licence)
    };
    let mut findings: Findings = metadata
        .vendors()
        .flat_map(|vendor| metadata.reach(vendor))
        .filter(is_bad)
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("none");
            format!(
                "{} is under {licence}: find another crate, or allow it in xtask/src/check/rules.rs",
                package.title()
            )
        })
        .collect();
    findings.sort();
    findings.dedup();
    findings
}

/// Whether an SPDX expression leaves a permissive choice: one of the alternatives, all of whose parts are permissive.
fn is_permissive(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" OR ").any(|choice| choice.split(" AND ").all(|part| LICENCES.contains(&part.trim())))
}

/// Crates that must not be there.
pub(super) fn forbidden(metadata: &Metadata) -> Findings {
    let mut findings = Findings::new();
    for vendor in metadata.vendors() {
        for package in metadata.reach(vendor) {
            if let Some((_, why)) = FORBIDDEN.iter().find(|(name, _)| *name == package.name) {
                findings.push(format!("{} reaches {}: {why}", vendor.name, package.name));
            }
        }
    }
    findings
}

/// Who knows one vendor crate knows all five.
pub(super) fn rooms(metadata: &Metadata) -> Findings {
    let mut findings = Findings::new();
    for vendor in metadata.vendors() {
        for room in ROOMS {
            // A room that grew is a folder of the same name.
            let grown = room.trim_end_matches(".rs");
            let places = [room.to_owned(), format!("{grown}/main.rs"), format!("{grown}/mod.rs")];
            if !places.iter().any(|place| vendor.folder().join(place).exists()) {
                findings.push(format!("{} has no {room}: every vendor crate has it", vendor.name));
            }
        }
        let default = vendor.features.get("default").map_or(&[][..], Vec::as_slice);
        if !default.is_empty() {
            findings
                .push(format!("{} has default features {default:?}: features are asked for", vendor.name));
        }
        if !vendor.features.contains_key("sim") {
            findings.push(format!("{} has no feature `sim`", vendor.name));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_needs_a_permissive_choice() {
        for good in [
            "MIT OR Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "ISC AND OpenSSL",
            "MIT/Apache-2.0",
        ] {
            assert!(is_permissive(good), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "none", "AGPL-3.0-only"] {
            assert!(!is_permissive(bad), "{bad}");
        }
    }
}
