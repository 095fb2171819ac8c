//! Typed calls, a file for each service. How their rows are written: `operations.rs`; their models: `model.rs`.

mod clients;
mod list;
mod model;
mod operations;
mod profiles;

pub use clients::{Clients, CreatedClient, NewClient, NewSubscription, OauthClient, Subscription};
pub use list::{List, Operator, Pages};
pub use profiles::{Profile, Profiles};
