//! `vocabulary`: public signatures are made of few crates, all of them stable or ours. A type of reqwest there would make
//! its next version a breaking change of ours.

use std::collections::BTreeSet;

use super::{Findings, Judged};
use crate::listing::{FILE, Listing};
use crate::workspace::{Workspace, folder, library};

/// Whose types may stand in a public signature, beside the crate's own.
const VOCABULARY: [&str; 16] = [
    "alloc",
    // What the feature `arrow` of descartes is for.
    "arrow_array",
    "auth_core",
    "bytes",
    "core",
    "futures_core",
    // What the feature `geojson` of descartes is for.
    "geojson",
    "http",
    "http_body",
    "secrecy",
    "serde",
    "serde_core",
    "serde_json",
    "std",
    "url",
    // Of secrecy: a secret that is more than text.
    "zeroize",
];

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for package in workspace.libraries() {
        match Listing::read(folder(package)) {
            Ok(listing) => findings.extend(judge(&library(package), listing.lines())),
            Err(error) => findings.push(error),
        }
    }
    Ok(findings)
}

fn judge(library: &str, lines: &[String]) -> Findings {
    let mut findings = Findings::new();
    let mut told = BTreeSet::new();
    for line in lines {
        for root in roots(line) {
            if root != library && !VOCABULARY.contains(&root) && told.insert(root.to_owned()) {
                findings.push(format!(
                    "{library}/{FILE} names the crate `{root}`: hide it behind a type of ours\n    {line}"
                ));
            }
        }
    }
    findings
}

/// The crates that the paths of a line begin with.
fn roots(line: &str) -> Vec<&str> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let paths = line.split(|letter: char| !is_word(letter) && letter != ':');
    let root = |path: &'_ str| -> Option<usize> { path.find("::") };
    paths
        .filter_map(|path| Some(&path[..root(path)?]))
        // After generics, as in `Projects<'_>::list`, and of associated types, as in `P::Error`.
        .filter(|root| root.chars().next().is_some_and(|letter| letter.is_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_reqwest() {
        let lines = [
            "pub async fn a::Things<'_>::list(&self) -> a::Result<alloc::vec::Vec<u8>>",
            "pub fn a::Client::http(&self) -> &reqwest::async_impl::client::Client",
            "impl<P: auth_core::protocol::Protocol> core::convert::From<P::Error> for a::Error",
            "pub fn a::Client::at(&self) -> core::option::Option<jiff::timestamp::Timestamp>",
        ];
        insta::assert_snapshot!(judge("a", &lines.map(str::to_owned)).join("\n"), @r"
a/api.txt names the crate `reqwest`: hide it behind a type of ours
    pub fn a::Client::http(&self) -> &reqwest::async_impl::client::Client
a/api.txt names the crate `jiff`: hide it behind a type of ours
    pub fn a::Client::at(&self) -> core::option::Option<jiff::timestamp::Timestamp>
");
    }
}
