//! `cargo xtask coverage`: holds the operations tables against the code. It reads files only: no vendor crate is built.

mod judge;
mod operations;
mod proofs;

use std::path::Path;
use std::process::ExitCode;

use crate::floor::Numbers;
use crate::listing::Listing;
use crate::table::{Table, colours};
use judge::Evidence;
pub(crate) use operations::VENDORS;
use operations::{Method, Operations, PRIORITIES};

const ABOUT: &str = "The floor of `cargo xtask coverage`: no number may sink below it. `cargo xtask coverage --record` raises it.
implemented: the row's functions are public. proven: a snapshot shows what it sends, or it sends nothing.";

/// What the command line asks for.
#[derive(Debug, Default)]
struct Asked {
    vendor: Option<String>,
    record: bool,
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match parse(arguments).and_then(|asked| cover(&root, &asked)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("cargo xtask coverage: {message}");
            ExitCode::from(2)
        }
    }
}

fn cover(root: &Path, asked: &Asked) -> Result<bool, String> {
    let evidence = read(root, asked.vendor.as_deref())?;
    let floor = Numbers::read(&root.join(FLOOR))?;
    let now = numbers(&evidence);
    if asked.record {
        floor.raise(&now, root, FLOOR, ABOUT)?;
    }
    let mut bad = Vec::new();
    let mut problems = Vec::new();
    for evidence in &evidence {
        let mut found = judge::judge(evidence);
        let floor = floor.clone().of(Some(&evidence.operations.vendor));
        found.extend(floor.shrunk(&now, FLOOR));
        bad.push(!found.is_empty());
        problems.extend(found);
    }
    print!("{}", table(&evidence).render(|row| bad.get(row).map(|bad| !bad), colours()));
    for row in evidence.iter().flat_map(Evidence::unnamed) {
        println!(
            "note: {}: a snapshot shows what it sends; name its function in the column `method`",
            row.place
        );
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    Ok(problems.is_empty())
}

/// The committed floor, below the folder of the workspace.
const FLOOR: &str = "xtask/operations/coverage.txt";

/// Where the numbers have sunk below the floor.
pub(crate) fn shrunk(root: &Path) -> Result<Vec<String>, String> {
    Ok(Numbers::read(&root.join(FLOOR))?.shrunk(&numbers(&read(root, None)?), FLOOR))
}

/// Raises the floor to the numbers. Gives the file when it changed.
pub(crate) fn raise(root: &Path) -> Result<Option<String>, String> {
    Numbers::read(&root.join(FLOOR))?.raise(&numbers(&read(root, None)?), root, FLOOR, ABOUT)
}

fn read(root: &Path, vendor: Option<&str>) -> Result<Vec<Evidence>, String> {
    let wanted = VENDORS.into_iter().filter(|name| vendor.is_none_or(|vendor| vendor == *name));
    let evidence = |vendor: &str| {
        Ok(Evidence {
            operations: Operations::read(&root.join("xtask/operations"), vendor)?,
            listing: Listing::read(&root.join(vendor)),
            proofs: proofs::read(root, vendor)?,
        })
    };
    wanted.map(evidence).collect()
}

fn numbers(evidence: &[Evidence]) -> Numbers {
    let mut numbers = Numbers::new(&["vendor", "priority"], &["rows", "implemented", "proven"]);
    for evidence in evidence {
        judge::count(evidence, &mut numbers);
    }
    numbers
}

/// A row for each vendor: done of all, by priority.
fn table(evidence: &[Evidence]) -> Table {
    let mut table = Table::new(["vendor", "rows", "P1", "P2", "P3", "?", "left out", "missing"]);
    for evidence in evidence {
        let rows = &evidence.operations.rows;
        let [p1, p2, p3, unknown] = PRIORITIES.map(|priority| {
            let all = rows.iter().filter(|row| row.priority == priority);
            let done = all.clone().filter(|row| evidence.is_done(row)).count();
            format!("{done}/{}", all.count())
        });
        let left_out = rows.iter().filter(|row| matches!(row.method, Method::LeftOut(_))).count();
        let missing = rows.iter().filter(|row| row.method == Method::Missing).count();
        let vendor = evidence.operations.vendor.clone();
        let numbers = [rows.len(), left_out, missing].map(|number| number.to_string());
        let [rows, left_out, missing] = numbers;
        table.row([vendor, rows, p1, p2, p3, unknown, left_out, missing]);
    }
    table
}

fn parse(arguments: &[String]) -> Result<Asked, String> {
    let mut asked = Asked::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--record" => asked.record = true,
            "--vendor" => {
                let vendor = arguments.next().ok_or("--vendor needs the name of a vendor")?;
                if !VENDORS.contains(&vendor.as_str()) {
                    return Err(format!("there is no vendor `{vendor}`; try one of {}", VENDORS.join(", ")));
                }
                asked.vendor = Some(vendor.clone());
            }
            unknown => return Err(format!("there is no option `{unknown}`")),
        }
    }
    Ok(asked)
}
