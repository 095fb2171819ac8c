//! `duplicates`: what a vendor crate has with its default features is there in one version.

use super::{Findings, Judged, tree};
use crate::workspace::Workspace;

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for vendor in workspace.vendors() {
        match tree::packages(workspace, vendor) {
            Ok(packages) => findings.extend(judge(&vendor.name, &packages)),
            Err(error) => findings.push(error),
        }
    }
    Ok(findings)
}

/// The packages are sorted, so that versions of one stand side by side.
fn judge(vendor: &str, packages: &[String]) -> Findings {
    let name = |package: &'_ str| package.split(' ').next().unwrap_or_default().to_owned();
    let twice = packages.windows(2).filter(|pair| name(&pair[0]) == name(&pair[1]));
    twice
        .map(|pair| {
            format!(
                "{vendor} has {} and {}: settle on one version (`cargo tree --package {vendor} --invert {}` tells who \
                 asks for it)",
                pair[0],
                pair[1],
                pair[0].replace(" v", "@")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_in_two_versions() {
        let packages = ["base64 v0.22.1", "base64 v0.23.0", "bytes v1.12.0"].map(str::to_owned);
        insta::assert_snapshot!(judge("a-api", &packages).join("\n"), @"a-api has base64 v0.22.1 and base64 v0.23.0: settle on one version (`cargo tree --package a-api --invert base64@0.22.1` tells who asks for it)");
    }
}
