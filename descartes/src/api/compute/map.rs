//! Many calls of a function at once.

use std::collections::BTreeMap;

use auth_core::{Error, ErrorKind, path};
use http::Method;
use serde::Serialize;
use serde_json::{Map, Value};

use super::functions::Functions;
use super::job::Job;
use crate::error::Result;

/// How many jobs the platform takes at once.
const MOST: usize = 1000;

/// Calls of a function, one a position. Where named arguments or variables are given, there are as many as `args`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calls {
    /// The arguments of each call by position.
    pub args: Vec<Vec<Value>>,
    /// The arguments of each call by name.
    pub kwargs: Option<Vec<Map<String, Value>>>,
    /// The variables of each call.
    pub environments: Option<Vec<BTreeMap<String, String>>>,
    /// Words that all of them are found by.
    pub tags: Option<Vec<String>>,
}

/// Jobs that are submitted together.
///
/// The platform knows them by `reference_id`: the same batch can be submitted again when its fate is unknown, without
/// its jobs being there twice. That is what the vendor's source says; nobody has tried it here.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JobBatch {
    /// The function.
    pub function_id: String,
    /// The arguments of each call by position.
    pub bulk_args: Vec<Vec<Value>>,
    /// The arguments of each call by name.
    pub bulk_kwargs: Option<Vec<Map<String, Value>>>,
    /// The variables of each call.
    pub bulk_environments: Option<Vec<BTreeMap<String, String>>>,
    /// A random UUID.
    pub reference_id: String,
    /// Words that all of them are found by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// What came of many calls. Look whether all were submitted.
#[derive(Debug, Default)]
#[must_use = "some of the calls may not have been submitted"]
#[non_exhaustive]
pub struct Mapped {
    /// The jobs, in the order of the calls.
    pub jobs: Vec<Job>,
    /// What could not be submitted, or perhaps was: see [`Error::is_outcome_unknown`](crate::Error::is_outcome_unknown).
    pub failed: Vec<UnsubmittedBatch>,
    /// What was not sent, because the first batch failed or there is no such function: these would fare alike.
    pub unsent: Vec<JobBatch>,
}

/// A batch that was not submitted, or whose fate is unknown.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnsubmittedBatch {
    /// What was sent; [`Functions::submit`] sends it again.
    pub batch: JobBatch,
    /// What went wrong.
    pub error: crate::Error,
}

impl Functions<'_> {
    /// `POST /jobs/bulk`: submits many jobs, up to 1000 at a time. No batch is sent twice.
    ///
    /// An error is only the answer when nothing was sent. A batch that fails is told beside the jobs that were submitted,
    /// with all that it takes to send it again ([`Functions::submit`]), which does no harm to one that was carried out:
    /// see [`JobBatch`]. After the first batch has failed, or one because there is no such function, no more is sent.
    pub async fn map(&self, function_id: &str, calls: Calls) -> Result<Mapped> {
        let mut mapped = Mapped::default();
        let mut batches = self.batches(function_id, calls)?.into_iter();
        let mut is_first = true;
        while let Some(batch) = batches.next() {
            match self.submit(&batch).await {
                Ok(jobs) => mapped.jobs.extend(jobs),
                Err(error) => {
                    let is_last = is_first || error.is_not_found();
                    mapped.failed.push(UnsubmittedBatch { batch, error });
                    if is_last {
                        mapped.unsent = batches.collect();
                        break;
                    }
                }
            }
            is_first = false;
        }
        Ok(mapped)
    }

    /// `POST /jobs/bulk`: submits a batch, once.
    pub async fn submit(&self, batch: &JobBatch) -> Result<Vec<Job>> {
        self.compute.request(Method::POST, path!["jobs/bulk"]).json(batch).data().await
    }

    /// The batches that [`Functions::map`] submits, for a program that submits them in its own way.
    pub fn batches(&self, function_id: &str, calls: Calls) -> Result<Vec<JobBatch>> {
        let Calls { args, kwargs, environments, tags } = calls;
        fits("kwargs", kwargs.as_ref().map(Vec::len), args.len())?;
        fits("environments", environments.as_ref().map(Vec::len), args.len())?;
        let part = |start: usize| start..(start + MOST).min(args.len());
        let batch = |start: usize| JobBatch {
            function_id: function_id.to_owned(),
            bulk_args: args[part(start)].to_vec(),
            bulk_kwargs: kwargs.as_ref().map(|kwargs| kwargs[part(start)].to_vec()),
            bulk_environments: environments.as_ref().map(|environments| environments[part(start)].to_vec()),
            reference_id: self.compute.client.new_uuid(),
            tags: tags.clone(),
        };
        Ok((0..args.len()).step_by(MOST).map(batch).collect())
    }
}

fn fits(what: &str, given: Option<usize>, calls: usize) -> Result<()> {
    match given.filter(|given| *given != calls) {
        None => Ok(()),
        Some(given) => {
            let text = format!("there are {calls} calls in args and {given} in {what}");
            Err(Error::new(ErrorKind::InvalidInput, text).with_help("give one for each call, or none").into())
        }
    }
}
