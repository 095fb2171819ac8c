//! What the vendor's SDK does badly (contract section 7), and what is refused before anything is sent.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/mod.rs"]
mod common;
#[path = "surface/events.rs"]
mod events;
#[path = "surface/input.rs"]
mod input;
#[path = "surface/kitchens.rs"]
mod kitchens;
#[path = "surface/recipes.rs"]
mod recipes;
#[path = "surface/vault.rs"]
mod vault;
