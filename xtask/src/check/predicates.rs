//! `predicates`: every vendor's error answers the same questions.

use super::{Findings, Judged};
use crate::listing::{FILE, Listing};
use crate::workspace::{Workspace, folder, library};

/// What can be asked of an error.
const PREDICATES: [(&str, &str); 6] = [
    ("kind", "the class of the error"),
    ("is_retryable", "whether it makes sense to try again"),
    ("is_auth", "whether the credentials are the cause"),
    ("is_not_found", "whether there is no such thing"),
    ("status", "the status of the reply"),
    ("request_id", "what the vendor's support asks for"),
];

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
    let there = listing.methods("Error");
    let missing = PREDICATES.iter().filter(|(name, _)| !there.contains(name));
    missing
        .map(|(name, why)| {
            format!("{vendor}/{FILE} has no `Error::{name}`: it tells {why}; add it, as in auth-core")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_does_not_answer() {
        let there = ["kind", "is_auth", "is_not_found", "status", "is_forbidden"];
        let listing: String =
            there.iter().map(|name| format!("pub fn a::Error::{name}(&self) -> bool\n")).collect();
        insta::assert_snapshot!(judge("a", &Listing::parse(&listing)).join("\n"), @r"
a/api.txt has no `Error::is_retryable`: it tells whether it makes sense to try again; add it, as in auth-core
a/api.txt has no `Error::request_id`: it tells what the vendor's support asks for; add it, as in auth-core
");
    }
}
