//! `builders`: every vendor's client is made in the same way, and takes the same things from outside.

use super::{Findings, Judged};
use crate::listing::{FILE, Listing};
use crate::workspace::{Workspace, folder, library};

/// What every client has.
const CLIENT: [&str; 2] = ["builder", "from_env"];

/// What every builder takes, and why it must.
const BUILDER: [(&str, &str); 6] = [
    ("build", "it gives the client"),
    ("environment", "variables and home folder come from outside"),
    ("clock", "time comes from outside"),
    ("transport", "timeouts, proxy, CA bundle"),
    ("retry", "the policy of repeats"),
    ("token_store", "where tokens are kept between processes"),
];

/// Names for the base URL: where a vendor has a word for it, it is used.
const BASE: [&str; 3] = ["base_url", "api_endpoint", "api_server"];

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for vendor in workspace.vendors() {
        match Listing::read(folder(vendor)) {
            Ok(listing) => findings.extend(judge(&library(vendor), &listing)),
            Err(error) => findings.push(error),
        }
    }
    Ok(findings)
}

fn judge(vendor: &str, listing: &Listing) -> Findings {
    let (client, builder) = (listing.methods("Client"), listing.methods("Builder"));
    let mut findings: Findings = CLIENT
        .iter()
        .filter(|name| !client.contains(**name))
        .map(|name| format!("{vendor}/{FILE} has no `Client::{name}`: every vendor crate has it; add it"))
        .collect();
    let missing = BUILDER.iter().filter(|(name, _)| !builder.contains(name));
    findings.extend(missing.map(|(name, why)| {
        format!(
            "{vendor}/{FILE} has no `Builder::{name}`: {why}; add it (`auth_core::settings` has most of them)"
        )
    }));
    if !BASE.iter().any(|name| builder.contains(name)) {
        findings.push(format!(
            "{vendor}/{FILE} has no `Builder::base_url`: tests and private installations need it; add it, or the \
             vendor's own word for it to xtask/src/check/builders.rs"
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builder_that_lacks_something() {
        let all = "build clock transport retry token_store api_server"
            .split(' ')
            .map(|name| format!("pub fn a::Builder::{name}(self) -> Self\n"))
            .collect::<String>();
        let client = "pub fn a::Client::builder() -> a::Builder\n";
        insta::assert_snapshot!(judge("a", &Listing::parse(&format!("{client}{all}"))).join("\n"), @r"
a/api.txt has no `Client::from_env`: every vendor crate has it; add it
a/api.txt has no `Builder::environment`: variables and home folder come from outside; add it (`auth_core::settings` has most of them)
");
        let listing =
            Listing::parse("pub fn a::Client::from_env() -> u8\npub fn a::Client::builder() -> u8\n");
        assert_eq!(judge("a", &listing).len(), BUILDER.len() + 1);
    }
}
