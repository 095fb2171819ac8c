//! What a job used.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a job used while it ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct JobStatistics {
    /// Processors.
    pub cpu: Option<CpuStatistics>,
    /// Memory.
    pub memory: Option<MemoryStatistics>,
    /// Network.
    pub network: Option<NetworkStatistics>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Use of processors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CpuStatistics {
    /// The share of the whole that was used.
    pub total: Option<f64>,
    /// Processor time, in the platform's unit.
    pub time: Option<f64>,
    /// Values of each five minutes.
    pub timeseries: Option<Vec<Vec<f64>>>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Use of memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MemoryStatistics {
    /// Bytes, on average.
    pub total_bytes: Option<f64>,
    /// Percent, on average.
    pub total_percentage: Option<f64>,
    /// Bytes, at most.
    pub peak_bytes: Option<f64>,
    /// Percent, at most.
    pub peak_percentage: Option<f64>,
    /// Percentage and bytes of each five minutes.
    pub timeseries: Option<Vec<Vec<f64>>>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Use of the network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NetworkStatistics {
    /// Bytes received.
    pub rx_bytes: Option<u64>,
    /// Bytes sent.
    pub tx_bytes: Option<u64>,
    /// Packets that were dropped on their way in.
    pub rx_dropped: Option<u64>,
    /// Packets that were dropped on their way out.
    pub tx_dropped: Option<u64>,
    /// Errors on the way in.
    pub rx_errors: Option<u64>,
    /// Errors on the way out.
    pub tx_errors: Option<u64>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
