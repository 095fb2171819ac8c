//! Typed calls, a file for each service of the platform.

mod kitchen;
mod kitchens;
mod members;
mod overrides;
mod settings;
mod users;

pub use kitchen::KitchenHandle;
pub use kitchens::{Kitchen, Kitchens};
pub use overrides::{Override, Overrides};
pub use settings::{Alerts, KitchenSettings};
pub use users::{UserInfo, Users};
