//! Tables for people: aligned, short, coloured only on a terminal.

use std::io::IsTerminal as _;

/// A table with a head. The last column is not padded.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned).into()] }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// The lines of the table; the first cell of each row is green or red when `good` knows the row and colours are on.
    pub(crate) fn render(&self, good: impl Fn(usize) -> Option<bool>, colours: bool) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let padding = " ".repeat(widths[column] - cell.chars().count() + 2);
                let colour = match (column, number.checked_sub(1).and_then(&good), colours) {
                    (0, Some(true), true) => Some("32"),
                    (0, Some(false), true) => Some("31"),
                    _ => None,
                };
                match colour {
                    Some(code) => line.push_str(&format!("\u{1b}[{code}m{cell}\u{1b}[0m{padding}")),
                    None => line.push_str(&format!("{cell}{padding}")),
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Whether standard output is a terminal that wants colours.
pub(crate) fn colours() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_colours_optional() {
        let mut table = Table::new(["vendor", "call"]);
        table.row(["kognic".into(), "ok".into()]);
        table.row(["x".into(), "failed".into()]);
        assert_eq!(table.render(|_| None, false), "vendor  call\nkognic  ok\nx       failed\n");
        let coloured = table.render(|row| Some(row == 0), true);
        assert!(coloured.contains("\u{1b}[32mkognic\u{1b}[0m") && coloured.contains("\u{1b}[31mx\u{1b}[0m"));
    }
}
