//! Experiments, their runs and artifacts (contract section 6.9).

mod records;
mod remote;

use auth_core::lenient::null_as_default;
use auth_core::{Error as CoreError, ErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use records::{Experiment, Run, RunFields, RunQuery};
pub use remote::{RemoteExperiment, RemoteRun};

use super::transfer::{Download, Upload};
use crate::client::Client;
use crate::error::Result;

service_client! {
    /// Experiments of the client's project, their runs and artifacts.
    ///
    /// Names, run ids and keys are one segment of a path each, percent-encoded: a slash in them stays where it is.
    pub struct ExperimentClient, from Client::experiments
}

#[derive(Deserialize)]
struct Runs {
    #[serde(default, deserialize_with = "null_as_default")]
    runs: Vec<Run>,
}

impl<'a> ExperimentClient<'a> {
    /// `GET projects/{project}/experiments`: what there is.
    pub async fn list(&self) -> Result<Vec<Experiment>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            experiments: Vec<Experiment>,
        }
        Ok(self.client.get(project_path![self, "experiments"])?.data::<Listed>().await?.experiments)
    }

    /// `POST projects/{project}/experiments`: adds an experiment, or replaces the one of its name.
    pub async fn save(&self, experiment: &Experiment) -> Result<Experiment> {
        self.client.post(project_path![self, "experiments"])?.json(experiment).data().await
    }

    /// `GET projects/{project}/experiments/{experiment}`: one experiment.
    pub async fn get(&self, experiment: &str) -> Result<Experiment> {
        self.client.get(project_path![self, "experiments", experiment])?.data().await
    }

    /// `DELETE projects/{project}/experiments/{experiment}`.
    pub async fn delete(&self, experiment: &str) -> Result<()> {
        self.client.delete(project_path![self, "experiments", experiment])?.done().await
    }

    /// `GET projects/{project}/experiments/{experiment}/runs`: the runs, as many as the cluster gives unasked.
    pub async fn list_runs(&self, experiment: &str) -> Result<Vec<Run>> {
        let path = project_path![self, "experiments", experiment, "runs"];
        Ok(self.client.get(path)?.data::<Runs>().await?.runs)
    }

    /// `GET projects/{project}/experiments/{experiment}/runs?filter=&limit=&sort=`: the runs that fit, 25 unless the query
    /// says otherwise.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// use cortex::api::RunQuery;
    /// let query = RunQuery { sort: Some(serde_json::json!({"endTime": -1})), limit: 10, ..Default::default() };
    /// let newest = client.experiments().find_runs("exp1", &query).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_runs(&self, experiment: &str, query: &RunQuery) -> Result<Vec<Run>> {
        let path = project_path![self, "experiments", experiment, "runs"];
        let request = self.client.get(path)?.query("filter", json(&query.filter)).query("limit", query.limit);
        Ok(request.query_opt("sort", query.sort.as_ref()).data::<Runs>().await?.runs)
    }

    /// `DELETE projects/{project}/experiments/{experiment}/runs?filter=`: removes the runs that fit, all of them without a
    /// filter. What the cluster says to it.
    pub async fn delete_runs(&self, experiment: &str, filter: Option<&Map<String, Value>>) -> Result<String> {
        #[derive(Deserialize)]
        struct Said {
            #[serde(default, deserialize_with = "null_as_default")]
            message: String,
        }
        let request = self.client.delete(project_path![self, "experiments", experiment, "runs"])?;
        Ok(request.query_opt("filter", filter.map(json)).data::<Said>().await?.message)
    }

    /// `POST projects/{project}/experiments/{experiment}/runs`: a new run. Its id is the cluster's to choose.
    pub async fn create_run(&self, experiment: &str, fields: &RunFields) -> Result<Run> {
        let path = project_path![self, "experiments", experiment, "runs"];
        self.client.post(path)?.json(fields).data().await
    }

    /// `GET projects/{project}/experiments/{experiment}/runs/{run}`: one run.
    pub async fn get_run(&self, experiment: &str, run: &str) -> Result<Run> {
        self.client.get(project_path![self, "experiments", experiment, "runs", run])?.data().await
    }

    /// `PUT projects/{project}/experiments/{experiment}/runs/{run}`: changes these fields.
    pub async fn update_run(&self, experiment: &str, run: &str, fields: &RunFields) -> Result<()> {
        let path = project_path![self, "experiments", experiment, "runs", run];
        self.client.put(path)?.json(fields).done().await
    }

    /// `DELETE projects/{project}/experiments/{experiment}/runs/{run}`.
    pub async fn delete_run(&self, experiment: &str, run: &str) -> Result<()> {
        self.client.delete(project_path![self, "experiments", experiment, "runs", run])?.done().await
    }

    /// `PUT projects/{project}/experiments/{experiment}/runs/{run}/meta/{key}`: what the run is about.
    pub async fn update_meta(
        &self,
        experiment: &str,
        run: &str,
        key: &str,
        value: &impl Serialize,
    ) -> Result<()> {
        let path = project_path![self, "experiments", experiment, "runs", run, "meta", key];
        self.client.put(path)?.json(&Assigned { value }).done().await
    }

    /// `PUT projects/{project}/experiments/{experiment}/runs/{run}/params/{key}`: what went into the run.
    pub async fn update_param(
        &self,
        experiment: &str,
        run: &str,
        key: &str,
        value: &impl Serialize,
    ) -> Result<()> {
        let path = project_path![self, "experiments", experiment, "runs", run, "params", key];
        self.client.put(path)?.json(&Assigned { value }).done().await
    }

    /// `PUT projects/{project}/experiments/{experiment}/runs/{run}/metrics/{key}`: what came out of the run. JSON has no
    /// infinity and no NaN: those are refused before anything is sent.
    pub async fn update_metric(
        &self,
        experiment: &str,
        run: &str,
        key: &str,
        value: &impl Serialize,
    ) -> Result<()> {
        let path = project_path![self, "experiments", experiment, "runs", run, "metrics", key];
        // They would become `null`, as if nothing had come out.
        if serde_json::to_value(value).is_ok_and(|value| value.is_null()) {
            let what = format!("the metric {key} is no number that JSON can hold");
            return Err(CoreError::new(ErrorKind::InvalidInput, what).into());
        }
        self.client.put(path)?.json(&Assigned { value }).done().await
    }

    /// `PUT projects/{project}/experiments/{experiment}/runs/{run}/artifacts/{key}`: a file that the run made, read while it
    /// is sent. No content type is sent, whatever the upload has.
    pub async fn update_artifact(
        &self,
        experiment: &str,
        run: &str,
        key: &str,
        artifact: impl Into<Upload>,
    ) -> Result<()> {
        let path = project_path![self, "experiments", experiment, "runs", run, "artifacts", key];
        self.client.put(path)?.body(artifact.into().body).done().await
    }

    /// `GET projects/{project}/experiments/{experiment}/runs/{run}/artifacts/{key}`: fetches a file that the run made, into
    /// memory, as a stream or to a file.
    ///
    /// What the Python SDK has stored are pickles, unless it was given bytes. They come as bytes and are never unpickled,
    /// because that runs whatever code is in them.
    pub fn get_artifact(&self, experiment: &str, run: &str, key: &str) -> Download<'a> {
        let path = project_path![self, "experiments", experiment, "runs", run, "artifacts", key];
        Download::new(self.client, key.to_owned(), path)
    }

    /// An experiment that is named, with calls that are about it. No network.
    pub fn experiment(&self, name: impl Into<String>) -> RemoteExperiment<'a> {
        RemoteExperiment::new(*self, name.into())
    }
}

/// A value on its way into a run.
#[derive(Serialize)]
struct Assigned<'a, T> {
    value: &'a T,
}

fn json(filter: &Map<String, Value>) -> String {
    json!(filter).to_string()
}
