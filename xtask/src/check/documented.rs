//! `documented`: the lint that asks for documentation is on everywhere, and what the READMEs show is compiled. The rest
//! is the compiler's and the doctests' work.

use toml_edit::{DocumentMut, Item};

use super::{Cannot, Findings, Judged};
use crate::files::below;
use crate::workspace::{Workspace, folder};

/// A crate, as far as its documentation goes.
#[derive(Debug)]
struct Crate {
    /// Its folder, for messages.
    name: String,
    manifest: String,
    /// The crate's root.
    root: String,
    /// Whether its README shows Rust.
    has_examples: bool,
    /// Whether its documentation is tested.
    doctest: bool,
    /// Files that turn the lint off.
    allows: Vec<String>,
}

pub(super) fn find(workspace: &Workspace) -> Judged {
    let text = |path: &std::path::Path| std::fs::read_to_string(path).unwrap_or_default();
    let root = workspace.root();
    let mut findings: Findings = lint(&text(&root.join("Cargo.toml"))).into_iter().collect();
    if text(&root.join("README.md")).contains("```rust")
        && !includes(&text(&root.join("xtask/src/lib.rs")), "../../README.md")
    {
        findings.push(
            "README.md: its examples are not compiled: add `#[doc = include_str!(\"../../README.md\")]` to \
             xtask/src/lib.rs"
                .to_owned(),
        );
    }
    for package in workspace.libraries() {
        let place = folder(package);
        let sources = below(&place.join("src"), &|name| name.ends_with(".rs")).map_err(Cannot)?;
        let allows = sources.iter().filter(|path| allows(&text(path)));
        findings.extend(judge(&Crate {
            name: place.strip_prefix(root).unwrap_or(place).display().to_string(),
            manifest: text(&place.join("Cargo.toml")),
            root: text(&place.join("src/lib.rs")),
            has_examples: text(&place.join("README.md")).contains("```rust"),
            doctest: package.targets.iter().any(|target| target.is_lib() && target.doctest),
            allows: allows
                .map(|path| path.strip_prefix(root).unwrap_or(path).display().to_string())
                .collect(),
        }));
    }
    Ok(findings)
}

fn judge(of: &Crate) -> Findings {
    let name = &of.name;
    let mut findings = Findings::new();
    let inherits = manifest(&of.manifest).is_some_and(|manifest| {
        manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Item::as_bool) == Some(true)
    });
    if !inherits {
        findings.push(format!(
            "{name}/Cargo.toml does not take the workspace's lints, `missing_docs` among them: add `[lints]` with \
             `workspace = true`"
        ));
    }
    findings.extend(
        of.allows.iter().map(|file| format!("{file} allows missing_docs: document its public items instead")),
    );
    if of.has_examples && !includes(&of.root, "../README.md") {
        findings.push(format!(
            "{name}/README.md: its examples are not compiled: add `#[cfg(doctest)] #[doc = \
             include_str!(\"../README.md\")] struct Readme;` to {name}/src/lib.rs"
        ));
    }
    if !of.doctest {
        findings.push(format!("{name}/Cargo.toml turns doctests off: remove `doctest = false`"));
    }
    findings
}

/// Whether the workspace asks for documentation.
fn lint(text: &str) -> Option<String> {
    let level =
        |item: &Item| item.as_str().or_else(|| item.get("level").and_then(Item::as_str)).map(str::to_owned);
    let found = manifest(text).and_then(|manifest| {
        level(manifest.get("workspace")?.get("lints")?.get("rust")?.get("missing_docs")?)
    });
    match found.as_deref() {
        Some("deny" | "forbid") => None,
        _ => Some(
            "Cargo.toml: every public item is documented: set `missing_docs = \"deny\"` below \
                   `[workspace.lints.rust]`"
                .to_owned(),
        ),
    }
}

fn manifest(text: &str) -> Option<DocumentMut> {
    text.parse().ok()
}

fn includes(code: &str, readme: &str) -> bool {
    code.contains(&format!("include_str!(\"{readme}\")"))
}

fn allows(code: &str) -> bool {
    let attributes =
        code.lines().map(str::trim).filter(|line| line.starts_with("#[") || line.starts_with("#!["));
    attributes.into_iter().any(|line| line.contains("missing_docs") && !line.contains("deny("))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    const INCLUDED: &str = "#[cfg(doctest)]\n#[doc = include_str!(\"../README.md\")]\npub struct Readme;\n";

    #[test]
    fn a_crate_that_is_not_documented() {
        let fixture = Fixture::of(&[
            ("README.md", "```rust,no_run\n```\n"),
            ("a/Cargo.toml", &package("a-api", "[lib]\ndoctest = false")),
            ("a/README.md", "```rust\n```\n"),
            ("b/Cargo.toml", &package("b-api", "")),
            ("b/README.md", "# No example\n"),
            ("a/src/api.rs", "#![allow(missing_docs, reason = \"later\")]\n"),
        ]);
        insta::assert_snapshot!(found(find(&fixture.workspace())), @r#"
Cargo.toml: every public item is documented: set `missing_docs = "deny"` below `[workspace.lints.rust]`
README.md: its examples are not compiled: add `#[doc = include_str!("../../README.md")]` to xtask/src/lib.rs
a/Cargo.toml does not take the workspace's lints, `missing_docs` among them: add `[lints]` with `workspace = true`
a/src/api.rs allows missing_docs: document its public items instead
a/README.md: its examples are not compiled: add `#[cfg(doctest)] #[doc = include_str!("../README.md")] struct Readme;` to a/src/lib.rs
a/Cargo.toml turns doctests off: remove `doctest = false`
b/Cargo.toml does not take the workspace's lints, `missing_docs` among them: add `[lints]` with `workspace = true`
"#);
    }

    #[test]
    fn a_crate_that_is() {
        let good = Crate {
            name: "a".to_owned(),
            manifest: package("a-api", "[lints]\nworkspace = true"),
            root: INCLUDED.to_owned(),
            has_examples: true,
            doctest: true,
            allows: Vec::new(),
        };
        assert_eq!(judge(&good), Findings::new());
        assert_eq!(lint("[workspace.lints.rust]\nmissing_docs = { level = \"deny\", priority = 1 }\n"), None);
        assert!(lint("[workspace.lints.rust]\nmissing_docs = \"warn\"\n").is_some());
    }
}
