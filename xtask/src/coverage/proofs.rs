//! Which operations a vendor's tests have on record: the request snapshots say `== service.operation` before what it
//! sends.

use std::collections::BTreeMap;
use std::path::Path;

/// The operations, each with the snapshot (and line) that it was first seen in.
pub(crate) type Proofs = BTreeMap<String, String>;

/// Reads the snapshots below the tests of a vendor.
pub(crate) fn read(folder: &Path, vendor: &str) -> Result<Proofs, String> {
    let mut proofs = Proofs::new();
    let tests = folder.join(vendor).join("tests");
    for path in crate::files::below(&tests, &|name| name.ends_with(".snap"))? {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        for (line, name) in names(&text) {
            proofs.entry(name).or_insert_with(|| format!("{file}:{line}"));
        }
    }
    Ok(proofs)
}

/// The operations that a snapshot names. Words after the name are for people.
fn names(text: &str) -> Vec<(usize, String)> {
    let name = |(at, line): (usize, &str)| {
        let name = line.strip_prefix("== ")?.split(' ').next()?;
        let (service, operation) = name.split_once('.')?;
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        (is_word(service) && is_word(operation)).then(|| (at + 1, name.to_owned()))
    };
    text.lines().enumerate().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_at_the_start_of_a_line() {
        let text =
            "---\nsource: x\n---\n== a.b\nGET /\n== c.d_e of two pages\n  == f.g\n== heading\n== v1.2.3\n";
        assert_eq!(names(text), [(4, "a.b".to_owned()), (6, "c.d_e".to_owned())]);
    }
}
