//! Typed calls, a file for each service of the platform.
//!
//! ```text
//! client.kitchen("k")                       KitchenHandle: the kitchen itself, staff, alerts, settings, history
//!       .overrides()                        KitchenOverrides: read, compared, written
//!       .recipes(), .recipe("r")            Recipes, RecipeHandle: files, checks, tests
//!             .variation("v").order()       VariationHandle, NewOrder: sent when awaited
//!       .orders(), .order("o-1")            KitchenOrders, OrderHandle: lists, pause, stop, delete
//!       .order_run("r-1")                   OrderRunHandle: details, wait, watch, resume, stop, logs
//!       .vault()                            Vault: configuration and secrets
//! client.kitchens()                         Kitchens: list, create
//! client.orders(), client.order_runs()      Orders, OrderRuns: many at a time, in any kitchens
//! client.users()                            Users: the account itself
//! EventsClient                              the events API of Observability, with a key of its own
//! ```
//!
//! Handles never change and look nothing up. What is marked as unverified is known from the vendor's CLI, and nobody has
//! seen its replies.

mod events;
mod kitchen;
mod kitchens;
mod members;
mod order_run_monitor;
mod order_runs;
mod orders;
mod overrides;
mod recipe;
mod recipes;
mod settings;
mod users;
mod variation;
mod vault;

use std::time::Duration;

pub use events::{
    About, Component, DatasetOperation, EventsBuilder, EventsClient, EventsProtocol, LogLevel, MessageLog,
    MetricLog, OperationKind, OutcomeStatus, RunStatus, TestOutcome,
};
pub use kitchen::{AlertKind, KitchenHandle, KitchenHistory, KitchenMerge, KitchenRevert, MergeInputs};
pub use kitchens::{Kitchen, Kitchens};
pub use order_run_monitor::{MonitorResult, OrderRunMonitor};
pub use order_runs::{
    DetailParts, LogLine, NodeStatus, NodeStep, NodeSummary, OrderRunDetail, OrderRunHandle, OrderRunStatus,
    OrderRuns, ResumeInputs, ResumedOrder, RunChange, RunLog, RunSummary, TestStatus, TestSummary, Watch,
};
pub use orders::{
    CreatedOrder, KitchenOrders, ListedOrder, MonitoredOrder, MonitoredOrders, Monitoring, Order,
    OrderFilter, OrderHandle, OrderPage, OrderProgress, OrderRun, OrderRunList, OrderRunTimings, OrderSpec,
    OrderState, Orders, ResumeSpec,
};
pub use overrides::{KitchenOverrides, Override, OverrideComparison, Overrides};
pub use recipe::{
    FileChanges, FileInputs, MergeFileInputs, Recipe, RecipeFile, RecipeFiles, RecipeFolders, RecipeHandle,
    RecipeTest, RecipeText, RecipeTree, RecipeValidation, VariationList, write_recipe_tests_csv,
};
pub use recipes::Recipes;
pub use settings::{Alerts, KitchenSettings};
pub use users::{UserInfo, Users};
pub use variation::{NewOrder, VariationHandle};
pub use vault::{Vault, VaultConfig, VaultInputs};

/// How long the platform may take for what it does slowly: orders, and kitchens that come and go (contract section 5.3).
const LONG: Duration = Duration::from_secs(180);
