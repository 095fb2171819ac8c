//! The workspace's own documentation, tested: every Rust example of the README compiles.

#[cfg(all(doctest, feature = "vendors"))]
#[doc = include_str!("../../README.md")]
pub struct Readme;
