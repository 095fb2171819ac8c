//! Order runs, which older texts of the vendor call servings (contract sections 6.1, 6.5 and 6.6).

mod details;
mod handle;
mod many;
mod nodes;
mod poll;
mod status;
mod watch;

use crate::client::Client;

pub use details::{DetailParts, LogLine, OrderRunDetail, RunLog, RunSummary};
pub use handle::{OrderRunHandle, ResumeInputs, ResumedOrder};
pub(crate) use many::AT_A_TIME;
pub use nodes::{NodeStatus, NodeStep, NodeSummary, TestStatus, TestSummary};
pub(crate) use poll::Poll;
pub use status::OrderRunStatus;
pub use watch::{RunChange, Watch};

auth_core::service! {
    /// Many order runs at a time, in any kitchens. One: [`KitchenHandle::order_run`](super::KitchenHandle::order_run).
    pub struct OrderRuns, from Client::order_runs
}
