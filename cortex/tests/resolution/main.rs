//! Where credentials come from: the rows of the tables of contract section 3, one test for each. R14 is in `login.rs`,
//! because it is about the whole process.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod edges;
mod rows;

use cortex::{BadToken, Builder, Environment, Error};

pub(crate) const PHRASE: &str = "Your Cortex credentials could not be retrieved";
pub(crate) const A: &str = "https://api.a.example";
pub(crate) const B: &str = "https://api.b.example";

pub(crate) fn env() -> Environment {
    Environment::empty()
}

pub(crate) fn endpoint(builder: Builder) -> String {
    builder.build().unwrap().api_endpoint().to_string()
}

pub(crate) fn refused(builder: Builder) -> String {
    builder.build().unwrap_err().to_string()
}

pub(crate) fn bad(builder: Builder) -> BadToken {
    match builder.build().unwrap_err() {
        Error::BadToken(bad) => bad,
        other => panic!("{other:?}"),
    }
}
