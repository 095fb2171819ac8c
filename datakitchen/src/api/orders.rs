//! Orders: requests to run a variation (contract sections 6.1, 6.5 and 6.6).

mod filter;
mod handle;
mod list;
mod model;
mod monitor;
mod monitored;
mod resumed;

use crate::client::Client;

pub use filter::OrderFilter;
pub use handle::OrderHandle;
pub use list::KitchenOrders;
pub use model::{
    CreatedOrder, ListedOrder, Order, OrderPage, OrderRun, OrderRunList, OrderRunTimings, OrderState,
};
pub use monitored::{MonitoredOrder, MonitoredOrders, Monitoring, OrderProgress, OrderSpec, ResumeSpec};

auth_core::service! {
    /// Many orders at a time, in any kitchens. Those of one kitchen: [`KitchenHandle::orders`](super::KitchenHandle::orders).
    pub struct Orders, from Client::orders
}
