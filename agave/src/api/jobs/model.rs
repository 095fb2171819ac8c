//! What is known of a job. Tenants answer by two services, the older one and the one of 2019 ("Aloe"), whose names
//! differ; both are here, and methods that look at both.

use auth_core::Timestamp;
use serde_json::{Map, Value};

use super::status::JobStatus;
use crate::api::links::Links;
use crate::api::model::{input, model, part};

model! {
    /// A job of a list.
    pub struct JobSummary {
        /// The id.
        id: String,
        /// The name.
        name: Option<String>,
        /// Who submitted it.
        owner: Option<String>,
        /// The app.
        app_id: Option<String>,
        /// How far it is.
        status: JobStatus,
        /// The system on which it runs (older services).
        execution_system: Option<String>,
        /// The system on which it runs (newer services).
        system_id: Option<String>,
        /// When it was submitted.
        created: Option<Timestamp>,
        /// When it began (older services).
        start_time: Option<Timestamp>,
        /// When it began (newer services).
        started: Option<Timestamp>,
        /// When it ended (older services).
        end_time: Option<Timestamp>,
        /// When it ended (newer services).
        ended: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

model! {
    /// A job, in full.
    pub struct Job {
        /// The id.
        id: String,
        /// The name.
        name: Option<String>,
        /// Who submitted it.
        owner: Option<String>,
        /// The tenant, as in `tacc.prod`.
        tenant_id: Option<String>,
        /// The app.
        app_id: Option<String>,
        /// The app, by its other id.
        app_uuid: Option<String>,
        /// How far it is.
        status: JobStatus,
        /// What the older services say about the status.
        message: Option<String>,
        /// What the newer services say about the status.
        last_status_message: Option<String>,
        /// The system on which it runs (older services).
        execution_system: Option<String>,
        /// The system on which it runs (newer services).
        system_id: Option<String>,
        /// The queue (older services).
        batch_queue: Option<String>,
        /// The queue (newer services).
        remote_queue: Option<String>,
        /// The number of nodes.
        node_count: Option<i64>,
        /// The processors of a node.
        processors_per_node: Option<i64>,
        /// The memory of a node: a number of GB, or a text like `4GB`.
        memory_per_node: Value,
        /// How long it may run, as in `01:00:00` (older services).
        max_run_time: Option<String>,
        /// How many hours it may run (newer services).
        max_hours: Option<f64>,
        /// Whether its outputs are archived.
        archive: Option<bool>,
        /// The system to which they are archived.
        archive_system: Option<String>,
        /// The folder to which they are archived.
        archive_path: Option<String>,
        /// The folder in which they are, as long as they are not archived.
        output_path: Option<String>,
        /// The folder in which it works.
        work_path: Option<String>,
        /// Its number in the system's scheduler (older services).
        local_id: Option<String>,
        /// Its number in the system's scheduler (newer services).
        remote_job_id: Option<String>,
        /// How it ended, to the system's scheduler.
        remote_outcome: Option<String>,
        /// How often it was tried again (older services).
        retries: Option<i64>,
        /// How often it was handed to the system (newer services).
        submit_retries: Option<i64>,
        /// Whether it is shown in lists.
        visible: Option<bool>,
        /// When it was submitted by the caller.
        created: Option<Timestamp>,
        /// When it last changed (older services).
        last_modified: Option<Timestamp>,
        /// When it last changed (newer services).
        last_updated: Option<Timestamp>,
        /// When it was handed to the system (older services).
        submit_time: Option<Timestamp>,
        /// When it was handed to the system (newer services).
        remote_submitted: Option<Timestamp>,
        /// When it began (older services).
        start_time: Option<Timestamp>,
        /// When it began (newer services).
        started: Option<Timestamp>,
        /// When it ended (older services).
        end_time: Option<Timestamp>,
        /// When it ended (newer services).
        ended: Option<Timestamp>,
        /// When the system's scheduler saw it end.
        remote_ended: Option<Timestamp>,
        /// When the service last looked at it.
        last_status_check: Option<Timestamp>,
        /// Its inputs, by the names that the app gives them: a URL, or a list of them.
        inputs: Map<String, Value>,
        /// Its parameters, by the names that the app gives them.
        parameters: Map<String, Value>,
        /// Who is told of it.
        notifications: Vec<JobNotification>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

impl Job {
    /// The system on which it runs.
    pub fn system(&self) -> Option<&str> {
        self.execution_system.as_deref().or(self.system_id.as_deref())
    }

    /// The queue.
    pub fn queue(&self) -> Option<&str> {
        self.batch_queue.as_deref().or(self.remote_queue.as_deref())
    }

    /// When it was handed to the system.
    pub fn submitted_at(&self) -> Option<Timestamp> {
        self.submit_time.or(self.remote_submitted)
    }

    /// When it began.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.start_time.or(self.started)
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.end_time.or(self.ended)
    }
}

input! {
    /// A job that is to be submitted. Its inputs and parameters go by the names that the app gives them.
    ///
    /// ```
    /// use agave::api::NewJob;
    ///
    /// let job = NewJob::new("count words", "wc-1.0").input("query", "agave://data/a.txt").parameter("lines", true);
    /// let job = NewJob { archive: Some(true), max_run_time: Some("01:00:00".into()), ..job };
    /// // As the vendor's tools read it from a file.
    /// let same: NewJob = serde_json::from_value(serde_json::to_value(&job)?)?;
    /// assert_eq!(same, job);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct NewJob {
        /// The name.
        name: String,
        /// The app.
        app_id: String,
        ;
        /// URLs of files, as in `agave://system/path`, or lists of them.
        inputs: Option<Map<String, Value>>,
        /// Texts, numbers, booleans, or lists of them.
        parameters: Option<Map<String, Value>>,
        /// Whether its outputs are to be archived.
        archive: Option<bool>,
        /// The system to which they are to be archived.
        archive_system: Option<String>,
        /// The folder to which they are to be archived.
        archive_path: Option<String>,
        /// The queue.
        batch_queue: Option<String>,
        /// The number of nodes.
        node_count: Option<i64>,
        /// The processors of a node.
        processors_per_node: Option<i64>,
        /// The memory of a node: a number of GB, or a text like `4GB`.
        memory_per_node: Option<Value>,
        /// How long it may run, as in `01:00:00`.
        max_run_time: Option<String>,
        /// Who is to be told of it.
        notifications: Option<Vec<JobNotification>>,
    }
}

impl NewJob {
    /// With an input: the URL of a file, or a list of them.
    pub fn input(mut self, id: impl Into<String>, value: impl Into<Value>) -> Self {
        self.inputs.get_or_insert_default().insert(id.into(), value.into());
        self
    }

    /// With a parameter.
    pub fn parameter(mut self, id: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.get_or_insert_default().insert(id.into(), value.into());
        self
    }
}

part! {
    /// Somebody who is told of a job.
    pub struct JobNotification {
        /// A URL that is called, or an address.
        url: String,
        /// A status, or `*` for all.
        event: String,
        /// Whether more than the first time.
        persistent: Option<bool>,
    }
}

input! {
    /// What is to be done with a job.
    pub struct JobOperation {
        /// `stop` or `resubmit`.
        action: String,
        ;
    }
}
