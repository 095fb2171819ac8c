//! Holds a vendor's operations against its code: pure, from what was read.

use super::operations::{Method, Operations, Row};
use super::proofs::Proofs;
use crate::floor::Numbers;
use crate::listing::Listing;

/// The most rows that a vendor may leave out, in percent.
const MOST_LEFT_OUT: usize = 8;

/// What is known of a vendor.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) operations: Operations,
    /// The public API, or why it is not known.
    pub(crate) listing: Result<Listing, String>,
    pub(crate) proofs: Proofs,
}

impl Evidence {
    /// Whether a row has functions, and all of them exist.
    pub(crate) fn is_implemented(&self, row: &Row) -> bool {
        match (&row.method, &self.listing) {
            (Method::By(names), Ok(listing)) => names.iter().all(|name| listing.has(name)),
            _ => false,
        }
    }

    /// Whether a row is implemented, and a snapshot shows what it sends.
    pub(crate) fn is_done(&self, row: &Row) -> bool {
        self.is_implemented(row) && (row.is_local || self.proofs.contains_key(&row.name))
    }

    /// Rows that name no function although a snapshot shows what they send.
    pub(crate) fn unnamed(&self) -> impl Iterator<Item = &Row> {
        let rows = self.operations.rows.iter();
        rows.filter(|row| row.method == Method::Missing && self.proofs.contains_key(&row.name))
    }
}

/// What is wrong: a line for each row, and how to mend it.
pub(crate) fn judge(evidence: &Evidence) -> Vec<String> {
    let Evidence { operations, listing, proofs } = evidence;
    let mut problems = operations.faults.clone();
    problems.extend(listing.as_ref().err().cloned());
    for row in &operations.rows {
        match &row.method {
            Method::Missing => {}
            Method::LeftOut(reason) => problems.extend(left_out(row, reason)),
            Method::By(names) => {
                if let Ok(listing) = listing {
                    let absent = names.iter().filter(|name| !listing.has(name));
                    problems.extend(absent.map(|name| no_function(row, name, &operations.vendor, listing)));
                }
                if !row.is_local && !proofs.contains_key(&row.name) {
                    problems.push(format!(
                        "{}: no snapshot below {}/tests has a line `== {}`: let a test show what it sends",
                        row.place, operations.vendor, row.name
                    ));
                }
            }
        }
    }
    problems.extend(too_many(operations));
    let unknown =
        proofs.iter().filter(|(name, _)| !operations.rows.iter().any(|row| row.name == name.as_str()));
    problems.extend(unknown.map(|(name, place)| {
        format!(
            "{place}: xtask/operations/{}.tsv has no operation `{name}`: spell it as the table does, or add a row",
            operations.vendor
        )
    }));
    problems
}

fn no_function(row: &Row, name: &str, vendor: &str, listing: &Listing) -> String {
    let similar = listing.named(name.rsplit("::").next().unwrap_or(name));
    let hint = match similar.as_slice() {
        [] => String::new(),
        similar => format!(" (there is {})", similar.join(", ")),
    };
    format!(
        "{}: {vendor}/api.txt has no public function `{name}`{hint}: name one as `Type::method` or \
         `module::function`, or record the listing anew with `cargo xtask check api --record`",
        row.place
    )
}

fn left_out(row: &Row, reason: &str) -> Option<String> {
    if row.priority != "P3" {
        return Some(format!(
            "{}: its priority is {}, and only P3 may be left out: implement it",
            row.place, row.priority
        ));
    }
    reason.is_empty().then(|| format!("{}: say why, as `left out: <reason>`", row.place))
}

fn too_many(operations: &Operations) -> Option<String> {
    let left = operations.rows.iter().filter(|row| matches!(row.method, Method::LeftOut(_))).count();
    let all = operations.rows.len();
    (left * 100 > all * MOST_LEFT_OUT).then(|| {
        format!(
            "{}.tsv: {left} of {all} rows are left out, more than {MOST_LEFT_OUT} %: implement some of them",
            operations.vendor
        )
    })
}

/// The numbers of a vendor that must not shrink, by priority.
pub(crate) fn count(evidence: &Evidence, numbers: &mut Numbers) {
    for row in &evidence.operations.rows {
        let key = format!("{} {}", evidence.operations.vendor, row.priority);
        let (implemented, proven) = (evidence.is_implemented(row), evidence.is_done(row));
        numbers.add(&key, &[1, usize::from(implemented), usize::from(proven)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "service\toperation\tpath\tpriority\tmethod\n";
    const API: &str =
        "pub async fn v::api::Things<'_>::list(&self) -> u8\npub fn v::filters::build() -> u8\n";

    fn evidence(rows: &str, proofs: &[&str]) -> Evidence {
        Evidence {
            operations: Operations::parse("v", &format!("{HEAD}{rows}")).unwrap(),
            listing: Ok(Listing::parse(API)),
            proofs: proofs.iter().map(|name| ((*name).to_owned(), "v/tests/a.snap:4".to_owned())).collect(),
        }
    }

    fn problems(rows: &str, proofs: &[&str]) -> String {
        judge(&evidence(rows, proofs)).join("\n")
    }

    #[test]
    fn what_is_done_or_missing_is_no_problem() {
        let rows = "things\tlist\t/things\tP1\tThings::list\nthings\tlist\t/more\tP2\tapi::Things::list\n\
                    filters\tbuild\t-\t?\tfilters::build\nthings\tget\t/x\tP1\t\n";
        let evidence = evidence(rows, &["things.list"]);
        assert_eq!(judge(&evidence), Vec::<String>::new());
        let mut numbers = Numbers::new(&["vendor", "priority"], &["rows", "implemented", "proven"]);
        count(&evidence, &mut numbers);
        insta::assert_snapshot!(numbers.render("Numbers"), @r"
# Numbers
vendor  priority  rows  implemented  proven
v       ?         1     1            1
v       P1        2     1            1
v       P2        1     1            1
");
    }

    #[test]
    fn a_function_that_is_not_public() {
        insta::assert_snapshot!(problems("things\tlist\t-\tP1\tThing::list + Things::gone", &[]), @r"
v.tsv:2 things.list: v/api.txt has no public function `Thing::list` (there is Things::list): name one as `Type::method` or `module::function`, or record the listing anew with `cargo xtask check api --record`
v.tsv:2 things.list: v/api.txt has no public function `Things::gone`: name one as `Type::method` or `module::function`, or record the listing anew with `cargo xtask check api --record`
");
    }

    #[test]
    fn no_snapshot() {
        insta::assert_snapshot!(problems("things\tlist\t/things\tP1\tThings::list", &[]), @"v.tsv:2 things.list: no snapshot below v/tests has a line `== things.list`: let a test show what it sends");
    }

    #[test]
    fn a_snapshot_of_what_the_table_does_not_know() {
        insta::assert_snapshot!(problems("things\tlist\t/things\tP1\t", &["things.lst"]), @"v/tests/a.snap:4: xtask/operations/v.tsv has no operation `things.lst`: spell it as the table does, or add a row");
    }

    #[test]
    fn too_much_is_left_out() {
        insta::assert_snapshot!(problems("a\tb\t/\tP2\tleft out: hard\na\tc\t/\t?\tleft out: odd\na\td\t/\tP3\tleft out", &[]), @r"
v.tsv:2 a.b: its priority is P2, and only P3 may be left out: implement it
v.tsv:3 a.c: its priority is ?, and only P3 may be left out: implement it
v.tsv:4 a.d: say why, as `left out: <reason>`
v.tsv: 3 of 3 rows are left out, more than 8 %: implement some of them
");
    }

    #[test]
    fn no_listing() {
        let broken = Evidence { listing: Err("v/api.txt: not there".to_owned()), ..evidence("", &[]) };
        insta::assert_snapshot!(judge(&broken).join("\n"), @"v/api.txt: not there");
    }
}
