//! Typed calls, a file for each service.

mod clients;
mod profiles;

pub use clients::{Clients, CreatedClient, NewClient, OauthClient};
pub use profiles::{Profile, Profiles};
