//! What a registry has already: its sparse index, asked over HTTP.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::Client;
use semver::{Version, VersionReq};
use serde::Deserialize;

use super::Result;

const CRATES_IO: &str = "https://index.crates.io/";

/// The index of a registry.
pub(super) struct Index {
    client: Client,
    base: String,
}

/// A version of a crate, as the index has it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Published {
    pub(super) vers: Version,
    #[serde(default)]
    pub(super) yanked: bool,
}

/// What is there of a crate. Empty where the name is new.
#[derive(Clone, Debug, Default)]
pub(super) struct Versions(Vec<Published>);

impl Index {
    /// The index of crates.io, or of a registry of cargo's configuration.
    pub(super) fn of(registry: Option<&str>) -> Result<Self> {
        let base = match registry {
            None => CRATES_IO.to_owned(),
            Some(name) => {
                let variable = format!("CARGO_REGISTRIES_{}_INDEX", shouted(name));
                let index = std::env::var(&variable).map_err(|_| {
                    format!("the registry `{name}` is not known: set {variable} to `sparse+https://..`")
                })?;
                let base = index.strip_prefix("sparse+");
                base.ok_or_else(|| format!("{variable} is `{index}`: only sparse indexes are spoken to"))?
                    .to_owned()
            }
        };
        let client = Client::builder()
            .user_agent(concat!("xtask/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| format!("no HTTP client: {error}"))?;
        Ok(Self { client, base: format!("{}/", base.trim_end_matches('/')) })
    }

    /// The versions of a crate that are there.
    pub(super) fn versions(&self, name: &str) -> Result<Versions> {
        let url = format!("{}{}", self.base, path(name));
        let failed =
            |error: reqwest::Error| format!("the index cannot be asked for {name}; try again later: {error}");
        let reply = self.client.get(&url).send().map_err(failed)?;
        match reply.status() {
            StatusCode::OK => Versions::parse(name, &reply.text().map_err(failed)?),
            StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
                Ok(Versions::default())
            }
            status => Err(format!("the index answered {status} for {name}; try again later")),
        }
    }
}

impl Versions {
    pub(super) fn parse(name: &str, text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let versions: std::result::Result<_, _> = lines.map(serde_json::from_str).collect();
        versions.map(Self).map_err(|error| format!("the index of {name} cannot be read: {error}"))
    }

    /// Whether the registry has never heard of the crate.
    pub(super) fn is_new_name(&self) -> bool {
        self.0.is_empty()
    }

    /// A version, if it is there.
    pub(super) fn get(&self, version: &Version) -> Option<&Published> {
        self.0.iter().find(|published| published.vers == *version)
    }

    /// Whether a version is there that somebody who requires `version` would be given.
    pub(super) fn satisfies(&self, version: &Version) -> bool {
        let required = VersionReq::parse(&format!("^{version}"));
        required.is_ok_and(|required| {
            self.0.iter().any(|published| !published.yanked && required.matches(&published.vers))
        })
    }
}

/// Where the index keeps a crate.
fn path(name: &str) -> String {
    let name = name.to_lowercase();
    let part = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    match name.len() {
        1 => format!("1/{name}"),
        2 => format!("2/{name}"),
        3 => format!("3/{}/{name}", part(0, 1)),
        _ => format!("{}/{}/{name}", part(0, 2), part(2, 4)),
    }
}

/// The name of a registry, as variables spell it.
pub(super) fn shouted(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_keeps_crates_by_the_start_of_their_names() {
        for (name, expected) in
            [("a", "1/a"), ("ab", "2/ab"), ("Abc", "3/a/abc"), ("kognic-api", "ko/gn/kognic-api")]
        {
            assert_eq!(path(name), expected);
        }
    }

    #[test]
    fn a_yanked_version_is_there_but_satisfies_nobody() {
        let text = "{\"vers\":\"0.1.0\",\"yanked\":true,\"deps\":[]}\n{\"vers\":\"0.2.0\"}\n";
        let versions = Versions::parse("a", text).unwrap();
        let version = |text: &str| Version::parse(text).unwrap();
        assert!(versions.get(&version("0.1.0")).unwrap().yanked && !versions.is_new_name());
        assert!(!versions.satisfies(&version("0.1.0")) && versions.satisfies(&version("0.2.0")));
        assert!(!versions.satisfies(&version("0.2.1")));
        assert_eq!(
            Versions::parse("a", "<html>").unwrap_err(),
            "the index of a cannot be read: expected value at line 1 column 1"
        );
    }
}
