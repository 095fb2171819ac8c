//! The operations tables, `xtask/operations/<vendor>.tsv`: what the official SDK can do, a row for each operation. The
//! last column says which public function of ours does it.

use std::path::Path;

/// The vendors, in the order of the README.
pub(crate) const VENDORS: [&str; 5] = ["kognic", "cortex", "descartes", "agave", "datakitchen"];

/// The priorities: P1 is what everybody uses; `?` is what the contract does not weigh.
pub(crate) const PRIORITIES: [&str; 4] = ["P1", "P2", "P3", "?"];

/// The operations of a vendor.
#[derive(Debug)]
pub(crate) struct Operations {
    pub(crate) vendor: String,
    pub(crate) rows: Vec<Row>,
    /// What is wrong with the table itself.
    pub(crate) faults: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Row {
    /// `kognic.tsv:7 projects.list`, for messages.
    pub(crate) place: String,
    /// `service.operation`. Some operations stand on several rows.
    pub(crate) name: String,
    /// Whether nothing is sent.
    pub(crate) is_local: bool,
    pub(crate) priority: String,
    pub(crate) method: Method,
}

/// The column `method`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Not done yet.
    Missing,
    /// Never, for this reason.
    LeftOut(String),
    /// Done by these functions.
    By(Vec<String>),
}

impl Operations {
    /// Reads the table of a vendor.
    pub(crate) fn read(folder: &Path, vendor: &str) -> Result<Self, String> {
        let path = folder.join(format!("{vendor}.tsv"));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(vendor, &text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Reads a table by the names of its columns: agave's has others than the rest.
    pub(crate) fn parse(vendor: &str, text: &str) -> Result<Self, String> {
        let mut lines = text.lines().enumerate();
        let head: Vec<&str> = lines.next().map(|(_, head)| head.split('\t').collect()).unwrap_or_default();
        let column = |name: &str| {
            // The last of its name: `method` is first the HTTP method, then ours.
            let found = head.iter().rposition(|column| *column == name);
            found.ok_or_else(|| format!("it has no column `{name}`"))
        };
        let (service, operation, path) = (column("service")?, column("operation")?, column("path")?);
        let (priority, method) = (column("priority")?, column("method")?);
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        for (at, line) in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |column: usize| cells.get(column).copied().unwrap_or_default().trim();
            let name = format!("{}.{}", cell(service), cell(operation));
            let place = format!("{vendor}.tsv:{} {name}", at + 1);
            if cells.len() != head.len() {
                faults.push(format!(
                    "{place}: {} columns, the head has {}: mend the tabs of the row",
                    cells.len(),
                    head.len()
                ));
                continue;
            }
            if !PRIORITIES.contains(&cell(priority)) {
                faults.push(format!(
                    "{place}: there is no priority `{}`: use one of {}",
                    cell(priority),
                    PRIORITIES.join(", ")
                ));
            }
            rows.push(Row {
                place,
                name,
                is_local: cell(path) == "-",
                priority: cell(priority).to_owned(),
                method: Method::parse(cell(method)),
            });
        }
        Ok(Self { vendor: vendor.to_owned(), rows, faults })
    }
}

impl Method {
    fn parse(cell: &str) -> Self {
        match cell.strip_prefix("left out") {
            Some(reason) => Self::LeftOut(reason.trim_start_matches(':').trim().to_owned()),
            None if cell.is_empty() => Self::Missing,
            None => Self::By(cell.split(" + ").map(|name| name.trim().to_owned()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_its_heads() {
        let head = "method\tservice\toperation\tpath\tpriority\tmethod\n";
        let table = Operations::parse(
            "kognic",
            &format!(
                "{head}GET\ta\tone\t/x\tP1\tA::one + A::more\n-\ta\ttwo\t-\tP9\tleft out: why\nGET\tb\tthree\n"
            ),
        );
        let table = table.unwrap();
        assert_eq!(table.rows[0].method, Method::By(vec!["A::one".into(), "A::more".into()]));
        assert!(table.rows[1].is_local && !table.rows[0].is_local);
        assert_eq!(table.rows[1].method, Method::LeftOut("why".into()));
        insta::assert_snapshot!(table.faults.join("\n"), @r"
kognic.tsv:3 a.two: there is no priority `P9`: use one of P1, P2, P3, ?
kognic.tsv:4 b.three: 3 columns, the head has 6: mend the tabs of the row
");
        assert_eq!(Operations::parse("x", "service\n").unwrap_err(), "it has no column `operation`");
    }
}
