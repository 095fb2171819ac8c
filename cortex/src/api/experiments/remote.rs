//! One experiment and one run, with the calls that are about them.

use std::fmt::Write as _;
use std::path::PathBuf;

use auth_core::{Error as CoreError, ErrorKind};
use bytes::Bytes;
use futures_core::Stream;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::transfer::{Download, Upload};
use super::{Experiment, ExperimentClient, Run, RunFields, RunQuery};
use crate::error::{Error, Result};
use crate::timer::Timer;

/// One experiment; see [`ExperimentClient::experiment`].
#[derive(Clone, Debug)]
pub struct RemoteExperiment<'a> {
    service: ExperimentClient<'a>,
    name: String,
}

impl<'a> RemoteExperiment<'a> {
    pub(super) fn new(service: ExperimentClient<'a>, name: String) -> Self {
        Self { service, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `POST ../runs`: a new run. Its time is measured from [`RemoteRun::start`] on.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// let mut run = client.experiments().experiment("exp1").start_run().await?;
    /// run.start().await?;
    /// run.log_param("depth", &3).await?;
    /// run.log_metric("accuracy", &0.68).await?;
    /// run.log_artifact("model", std::fs::read("model.bin").unwrap_or_default()).await?;
    /// run.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start_run(&self) -> Result<RemoteRun<'a>> {
        let run = self.service.create_run(&self.name, &RunFields::default()).await?;
        Ok(self.run(run.run_id))
    }

    /// A run that is named, with the calls that are about it. No network.
    pub fn run(&self, run: impl Into<String>) -> RemoteRun<'a> {
        RemoteRun {
            service: self.service,
            experiment: self.name.clone(),
            id: run.into(),
            timer: Timer::new(self.service.client.session.clock()),
        }
    }

    /// `PUT ../runs/{run}`: when a run began and ended, and how long it took.
    pub async fn save_run(&self, run: &Run) -> Result<()> {
        let seconds = |time: Option<f64>| time.map(|seconds| seconds as i64);
        let fields = RunFields {
            took: run.took,
            start_time: seconds(run.start_time),
            end_time: seconds(run.end_time),
            extra: Map::new(),
        };
        self.service.update_run(&self.name, &run.run_id, &fields).await
    }

    /// `DELETE ../runs?filter=`: removes the runs that fit, all of them without a filter; see
    /// [`ExperimentClient::delete_runs`].
    pub async fn reset(&self, filter: Option<&Map<String, Value>>) -> Result<String> {
        self.service.delete_runs(&self.name, filter).await
    }

    /// `GET` and `POST projects/{project}/experiments`: sets one name of the experiment's meta. The others stay, and so does
    /// all else of the experiment, members among it that this version does not know; what the cluster sets by itself
    /// (`createdAt`, `updatedAt`, names that begin with `_`) is not sent. Whatever somebody else saves between the two
    /// requests is lost.
    pub async fn set_meta(&self, key: &str, value: impl Into<Value>) -> Result<Experiment> {
        let service = self.service;
        let name = &self.name;
        let request = service.client.get(project_path![service, "experiments", name])?;
        let mut document: Map<String, Value> = request.data().await?;
        match document.entry("meta").or_insert(Value::Null) {
            Value::Object(meta) => {
                meta.insert(key.to_owned(), value.into());
            }
            meta @ Value::Null => *meta = Map::from_iter([(key.to_owned(), value.into())]).into(),
            _ => {
                let what = format!("the experiment {name} has a meta that is no map: it is left as it is");
                return Err(CoreError::new(ErrorKind::Reply, what).into());
            }
        }
        document
            .retain(|name, _| !name.starts_with('_') && !matches!(name.as_str(), "createdAt" | "updatedAt"));
        document.entry("camel").or_insert_with(|| "1.0.0".into());
        service.client.post(project_path![service, "experiments"])?.json(&document).data().await
    }

    /// `GET ../runs`: the runs; see [`ExperimentClient::list_runs`].
    pub async fn runs(&self) -> Result<Vec<Run>> {
        self.service.list_runs(&self.name).await
    }

    /// `GET ../runs/{run}`: one run.
    pub async fn get_run(&self, run: &str) -> Result<Run> {
        self.service.get_run(&self.name, run).await
    }

    /// `GET ../runs?filter=&limit=&sort=`: the runs that fit; see [`ExperimentClient::find_runs`].
    pub async fn find_runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        self.service.find_runs(&self.name, query).await
    }

    /// `GET ../runs?filter={}&limit=1&sort={"endTime":-1}`: the run that ended last, where there is one.
    pub async fn last_run(&self) -> Result<Option<Run>> {
        let query = RunQuery { sort: Some(json!({"endTime": -1})), limit: 1, ..RunQuery::default() };
        Ok(self.find_runs(&query).await?.into_iter().next())
    }

    /// `GET ../runs/{run}/artifacts/{key}`: fetches a file that a run made; see [`ExperimentClient::get_artifact`].
    pub fn load_artifact(&self, run: &str, key: &str) -> Download<'a> {
        self.service.get_artifact(&self.name, run, key)
    }

    /// `GET ../runs`: the runs as a table for people, in lines of text.
    pub async fn display(&self) -> Result<String> {
        Ok(table(&self.name, &self.runs().await?))
    }
}

/// One run, with the calls that are about it; see [`RemoteExperiment::start_run`]. Each is one request at once.
#[derive(Clone, Debug)]
pub struct RemoteRun<'a> {
    service: ExperimentClient<'a>,
    experiment: String,
    id: String,
    timer: Timer,
}

impl<'a> RemoteRun<'a> {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How long it has been measured.
    pub fn timer(&self) -> &Timer {
        &self.timer
    }

    /// `PUT ../runs/{run}`: it begins now.
    pub async fn start(&mut self) -> Result<()> {
        self.timer.start();
        self.put_times().await
    }

    /// `PUT ../runs/{run}`: it ends now. A run that is dropped without this never ends, as far as the cluster knows. A run
    /// that was not started is an error.
    pub async fn finish(&mut self) -> Result<()> {
        if self.timer.start_time().is_none() {
            let what = format!("the run {} cannot be finished: it was not started here", self.id);
            return Err(CoreError::new(ErrorKind::InvalidInput, what).into());
        }
        self.timer.stop();
        self.put_times().await
    }

    /// `PUT ../params/{key}`: what went into it; see [`ExperimentClient::update_param`].
    pub async fn log_param(&self, key: &str, value: &impl Serialize) -> Result<()> {
        self.service.update_param(&self.experiment, &self.id, key, value).await
    }

    /// `PUT ../params/{key}` for each of them, one after another. After an error those before it are there.
    pub async fn log_params<K: AsRef<str>, V: Serialize>(
        &self,
        params: impl IntoIterator<Item = (K, V)>,
    ) -> Result<()> {
        for (key, value) in params {
            self.log_param(key.as_ref(), &value).await?;
        }
        Ok(())
    }

    /// `PUT ../metrics/{key}`: what came out of it; see [`ExperimentClient::update_metric`].
    pub async fn log_metric(&self, key: &str, value: &impl Serialize) -> Result<()> {
        self.service.update_metric(&self.experiment, &self.id, key, value).await
    }

    /// `PUT ../meta/{key}`: what it is about; see [`ExperimentClient::update_meta`].
    pub async fn set_meta(&self, key: &str, value: &impl Serialize) -> Result<()> {
        self.service.update_meta(&self.experiment, &self.id, key, value).await
    }

    /// `PUT ../artifacts/{key}`: a file that it made, from bytes or whatever can be sent. It is stored as it is: no pickle.
    pub async fn log_artifact(&self, key: &str, artifact: impl Into<Upload>) -> Result<()> {
        self.service.update_artifact(&self.experiment, &self.id, key, artifact).await
    }

    /// `PUT ../artifacts/{key}`: a file that it made, read from the disk while it is sent.
    pub async fn log_artifact_file(&self, key: &str, path: impl Into<PathBuf>) -> Result<()> {
        self.log_artifact(key, Upload::file(path).await?).await
    }

    /// `PUT ../artifacts/{key}`: a file that it made, sent while it is read. `length` in bytes, when it is known. A stream can
    /// be read only once: it is not sent again.
    pub async fn log_artifact_stream(
        &self,
        key: &str,
        length: Option<u64>,
        stream: impl Stream<Item = auth_core::Result<Bytes>> + Send + 'static,
    ) -> Result<()> {
        self.log_artifact(key, Upload::stream(length, stream)).await
    }

    /// `GET ../artifacts/{key}`: fetches a file that it made; see [`ExperimentClient::get_artifact`].
    pub fn get_artifact(&self, key: &str) -> Download<'a> {
        self.service.get_artifact(&self.experiment, &self.id, key)
    }

    /// What is not known yet is `null`, as the vendor's SDK sends it.
    async fn put_times(&self) -> Result<(), Error> {
        let Self { service, experiment, id, timer } = self;
        let times = json!({
            "took": timer.interval().map(|interval| interval.as_secs_f64()),
            "startTime": timer.start_time().map(|time| time.unix_seconds()),
            "endTime": timer.end_time().map(|time| time.unix_seconds()),
        });
        let path = project_path![service, "experiments", experiment, "runs", id];
        service.client.put(path)?.json(&times).done().await
    }
}

/// Runs as lines of text: id, seconds, params and metrics.
fn table(experiment: &str, runs: &[Run]) -> String {
    let mut text = format!("Experiment: {experiment}\n");
    for run in runs {
        let took = run.took.map_or("-".to_owned(), |took| format!("{took:.2} s"));
        let params = Value::Object(run.params.clone());
        let metrics = Value::Object(run.metrics.clone());
        let _ = writeln!(text, "{}  {took}  {params}  {metrics}", run.run_id);
    }
    text
}
