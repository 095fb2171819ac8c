//! Typed calls, a file for each service of the platform.

mod kitchen;
mod kitchens;
mod lenient;
mod users;
mod values;

pub use kitchen::KitchenHandle;
pub use kitchens::{Alerts, Kitchen, KitchenSettings, Kitchens, Override, Overrides};
pub use users::{UserInfo, Users};
pub use values::Values;
