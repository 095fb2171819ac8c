//! Typed calls, a file for each service of the platform.

mod catalog;
mod document;
mod filter;
mod products;
mod search;

pub use catalog::Catalog;
pub use filter::Filter;
pub use products::{Product, Products, Resolution};
pub use search::{Cursor, Search, SearchPages};
