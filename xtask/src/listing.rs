//! A crate's public API as text: `<crate>/api.txt`, a line for each item, which a reviewer reads in a diff. Here it is
//! read, by the rules that hold it to something.

use std::collections::BTreeSet;
use std::path::Path;

/// The file, in the folder of a crate.
pub(crate) const FILE: &str = "api.txt";

/// The public items of a crate.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    lines: Vec<String>,
    /// The paths of functions, without generics: `kognic::Client::builder`.
    functions: BTreeSet<String>,
}

impl Listing {
    /// The committed listing of a crate. The error says how to make one.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path);
        text.map(|text| Self::parse(&text))
            .map_err(|error| format!("{}: {error}: run `cargo xtask check api --record`", path.display()))
    }

    pub(crate) fn parse(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let functions = lines.iter().filter_map(|line| function(line)).collect();
        Self { lines, functions }
    }

    /// Every line.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Whether there is a function whose path ends with these segments: `Client::builder`, `filters::build`.
    pub(crate) fn has(&self, tail: &str) -> bool {
        let ends = |path: &&String| {
            path.strip_suffix(tail).is_some_and(|head| head.is_empty() || head.ends_with("::"))
        };
        self.functions.iter().any(|path| ends(&path))
    }

    /// The functions whose last segment is this one; for a message that says what may have been meant.
    pub(crate) fn named(&self, name: &str) -> Vec<String> {
        let last = |path: &&String| path.rsplit("::").next() == Some(name);
        self.functions.iter().filter(last).map(|path| owner(path)).collect()
    }

    /// The names of what a type has: `Builder` gives `build`, `clock`, ...
    pub(crate) fn methods(&self, owner: &str) -> BTreeSet<&str> {
        let split = |path: &'_ String| -> Option<(String, usize)> {
            let (head, name) = path.rsplit_once("::")?;
            Some((head.to_owned(), path.len() - name.len()))
        };
        let tail = format!("::{owner}");
        self.functions
            .iter()
            .filter_map(|path| {
                let (head, at) = split(path)?;
                (head == owner || head.ends_with(&tail)).then(|| &path[at..])
            })
            .collect()
    }
}

/// The path of the function of a line, if it is one: `kognic::api::Projects::list`.
pub(crate) fn function(line: &str) -> Option<String> {
    let mut words = line.strip_prefix("pub ")?;
    for qualifier in ["const ", "async ", "unsafe "] {
        words = words.strip_prefix(qualifier).unwrap_or(words);
    }
    words.strip_prefix("fn ").map(bare)
}

/// The path that a text begins with, without generics.
pub(crate) fn bare(text: &str) -> String {
    // The arrow of `Fn(u8) -> u8` closes nothing.
    let text = text.replace("->", "  ");
    let (mut path, mut depth) = (String::new(), 0_u32);
    for letter in text.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            '(' | ' ' if depth == 0 => break,
            letter if depth == 0 => path.push(letter),
            _ => {}
        }
    }
    path
}

/// The last two segments of a path.
fn owner(path: &str) -> String {
    let segments: Vec<&str> = path.split("::").collect();
    segments[segments.len().saturating_sub(2)..].join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
pub mod kognic
pub struct kognic::Client
impl kognic::Client
pub fn kognic::Client::builder() -> kognic::Builder
pub const fn kognic::Limit::none() -> Self
pub async fn kognic::api::Projects<'_>::list(&self) -> kognic::Result<alloc::vec::Vec<kognic::Project>>
pub fn kognic::filters::build<F: core::ops::function::Fn(u8) -> u8>(F) -> alloc::string::String
pub kognic::Project::fn: u8
";

    #[test]
    fn a_function_is_found_by_the_end_of_its_path() {
        let listing = Listing::parse(TEXT);
        for there in
            ["Client::builder", "Projects::list", "api::Projects::list", "filters::build", "Limit::none"]
        {
            assert!(listing.has(there), "{there}");
        }
        for absent in ["MyClient::builder", "ent::builder", "Projects", "Project::fn", "Projects::lis"] {
            assert!(!listing.has(absent), "{absent}");
        }
        assert_eq!(listing.named("list"), ["Projects::list"]);
        assert_eq!(listing.methods("Client"), BTreeSet::from(["builder"]));
    }
}
