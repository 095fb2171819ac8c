//! Numbers that must not shrink, in a committed file: a line for each key, a column for each number.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Numbers by key (`kognic P1`), each key with the same columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// What a key is made of, and what each number counts.
    pub(crate) keys: Vec<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: BTreeMap<String, Vec<usize>>,
}

impl Numbers {
    pub(crate) fn new(keys: &[&str], columns: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self { keys: owned(keys), columns: owned(columns), rows: BTreeMap::new() }
    }

    /// Adds to the numbers of a key, in the order of the columns.
    pub(crate) fn add(&mut self, key: &str, numbers: &[usize]) {
        let row = self.rows.entry(key.to_owned()).or_insert_with(|| vec![0; numbers.len()]);
        for (sum, number) in row.iter_mut().zip(numbers) {
            *sum += number;
        }
    }

    /// Those of one vendor.
    pub(crate) fn of(mut self, vendor: Option<&str>) -> Self {
        self.rows.retain(|key, _| vendor.is_none_or(|vendor| key.split(' ').next() == Some(vendor)));
        self
    }

    /// Reads a committed file. No file: nothing is asked for yet.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|error| format!("{}: {error}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut lines =
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let Some((_, head)) = lines.next() else { return Err("it has no head".to_owned()) };
        let head: Vec<&str> = head.split_whitespace().collect();
        let mut numbers = Self::default();
        for (at, line) in lines {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let count = cells.iter().rev().take_while(|cell| cell.parse::<usize>().is_ok()).count();
            let keys = cells.len() - count;
            if cells.len() != head.len() || count == 0 {
                return Err(format!("line {}: it has not the columns of the head", at + 1));
            }
            let row = cells[keys..].iter().filter_map(|cell| cell.parse().ok()).collect();
            numbers.rows.insert(cells[..keys].join(" "), row);
            numbers.keys = head[..keys].iter().map(|name| (*name).to_owned()).collect();
            numbers.columns = head[keys..].iter().map(|name| (*name).to_owned()).collect();
        }
        Ok(numbers)
    }

    /// The text of the file.
    pub(crate) fn render(&self, about: &str) -> String {
        let head = self.keys.iter().chain(&self.columns).cloned().collect::<Vec<String>>();
        let body = self.rows.iter().map(|(key, row)| {
            key.split(' ').map(str::to_owned).chain(row.iter().map(usize::to_string)).collect::<Vec<String>>()
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
        let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
        let mut text = about.lines().fold(String::new(), |text, line| text + "# " + line + "\n");
        for row in &rows {
            let cells = row.iter().enumerate().map(|(at, cell)| format!("{cell:0$}", width(at).unwrap_or(0)));
            let _ = writeln!(text, "{}", cells.collect::<Vec<String>>().join("  ").trim_end());
        }
        text
    }

    /// The higher of both, number for number.
    pub(crate) fn raised(&self, now: &Self) -> Self {
        let mut raised = Self { rows: self.rows.clone(), ..now.clone() };
        for (key, row) in &now.rows {
            let kept = raised.rows.entry(key.clone()).or_insert_with(|| vec![0; row.len()]);
            for (kept, number) in kept.iter_mut().zip(row) {
                *kept = (*kept).max(*number);
            }
        }
        raised
    }

    /// Raises this floor to `now`, in its file. Gives the file when it changed.
    pub(crate) fn raise(
        &self,
        now: &Self,
        root: &Path,
        file: &str,
        about: &str,
    ) -> Result<Option<String>, String> {
        let raised = self.raised(now);
        if raised.rows == self.rows {
            return Ok(None);
        }
        let written = std::fs::write(root.join(file), raised.render(about));
        written.map(|()| Some(file.to_owned())).map_err(|error| format!("{file}: {error}"))
    }

    /// Where `now` is below this floor.
    pub(crate) fn shrunk(&self, now: &Self, file: &str) -> Vec<String> {
        let mut findings = Vec::new();
        for (key, row) in &self.rows {
            for (at, floor) in row.iter().enumerate() {
                let number = now.rows.get(key).and_then(|row| row.get(at)).copied().unwrap_or(0);
                if number < *floor {
                    let column = self.columns.get(at).map_or("", String::as_str);
                    findings.push(format!(
                        "{key}: {number} {column}, and {floor} in {file}: put back what was lost; where it is meant, \
                         lower the number by hand and say why"
                    ));
                }
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# The floor.\nvendor  priority  rows  proven\nkognic  P1        20    3\n";

    #[test]
    fn a_floor_is_read_raised_and_written() {
        let floor = Numbers::parse(FILE).unwrap();
        assert_eq!(floor.render("The floor."), FILE);
        let mut now = Numbers::new(&["vendor", "priority"], &["rows", "proven"]);
        now.add("kognic P1", &[19, 2]);
        now.add("kognic P1", &[0, 2]);
        let raised = floor.raised(&now);
        assert_eq!(raised.rows["kognic P1"], [20, 4], "it never sinks");
        assert!(Numbers::parse("# nothing\n").is_err());
        assert_eq!(
            Numbers::parse("vendor rows\nkognic 1\nagave x\n").unwrap_err(),
            "line 3: it has not the columns of the head"
        );
    }

    #[test]
    fn what_shrinks_is_named() {
        let mut now = Numbers::new(&["vendor", "priority"], &["rows", "proven"]);
        now.add("kognic P1", &[20, 2]);
        insta::assert_snapshot!(
            Numbers::parse(FILE).unwrap().shrunk(&now, "coverage.txt").join("\n"),
            @"kognic P1: 2 proven, and 3 in coverage.txt: put back what was lost; where it is meant, lower the number by hand and say why"
        );
    }
}
