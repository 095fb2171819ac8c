//! The events API of DataOps Observability, another product with a key of its own (contract section 6.8).

mod about;
mod bodies;
mod client;
mod protocol;

pub use about::{About, Component};
pub use bodies::{
    DatasetOperation, LogLevel, MessageLog, MetricLog, OperationKind, OutcomeStatus, RunStatus, TestOutcome,
};
pub use client::{EventsBuilder, EventsClient};
pub use protocol::EventsProtocol;
