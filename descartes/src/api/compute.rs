//! Compute: functions that run on the platform, their jobs, and the credentials that these act with (contract section
//! 6.6).

mod completion;
mod credentials;
mod function;
mod functions;
mod job;
mod jobs;
mod log;
mod map;
mod memory;
mod result;
mod search;
mod statistics;

use auth_core::Path;
use http::Method;

pub use credentials::ComputeCredentials;
pub use function::{Function, FunctionChanges, NewFunction, RegisteredFunction};
pub use functions::{Functions, SearchedFunctions};
pub use job::{Job, JobChanges, NewJob};
pub use jobs::Jobs;
pub use log::{LogLine, LogLines};
pub use map::{Calls, JobBatch, Mapped, UnsubmittedBatch};
pub use memory::megabytes;
pub use result::{JobResult, ResultBlob};
pub use search::{ComputeCursor, ComputePages, ComputeSearch, JobSearch};
pub use statistics::{CpuStatistics, JobStatistics, MemoryStatistics, NetworkStatistics};

use crate::client::{Client, Request};
pub use crate::outcome::{BuildFailure, FunctionStatus, JobFailure, JobStatus};

auth_core::service! {
    /// Compute: functions, jobs, and the credentials that they act with. Not every environment has it.
    pub struct Compute, from Client::compute
}

impl<'a> Compute<'a> {
    /// Functions: code that the platform runs.
    pub fn functions(&self) -> Functions<'a> {
        Functions::new(*self)
    }

    /// Jobs: single runs of functions.
    pub fn jobs(&self) -> Jobs<'a> {
        Jobs::new(*self)
    }

    /// The credentials that functions and jobs of this user act with.
    pub fn credentials(&self) -> ComputeCredentials<'a> {
        ComputeCredentials::new(*self)
    }

    /// A request below the service's URL.
    fn request(&self, method: Method, path: auth_core::Result<Path>) -> Request<'a> {
        self.client.start_at("compute", self.client.endpoints().compute.as_ref(), method, path)
    }
}
