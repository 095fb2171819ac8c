//! What is known of an app.

use auth_core::Timestamp;
use serde_json::Value;

use super::form::{AppInput, AppOutput, AppParameter};
use crate::api::links::Links;
use crate::api::model::{input, model, read_by_serde};

model! {
    /// An app of a list.
    pub struct AppSummary {
        /// The id, as in `wc-1.0`.
        id: String,
        /// The name, without the version.
        name: String,
        /// The version.
        version: Option<String>,
        /// How often it was changed.
        revision: Option<i64>,
        /// The system on which it runs.
        execution_system: Option<String>,
        /// What it is for, in a line.
        short_description: Option<String>,
        /// Whether everybody may use it.
        is_public: bool,
        /// The title.
        label: Option<String>,
        /// When it was last changed.
        last_modified: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

model! {
    /// An app, in full.
    pub struct App {
        /// The id, as in `wc-1.0`.
        id: String,
        /// The name, without the version.
        name: String,
        /// The version.
        version: Option<String>,
        /// The id by which permissions, metadata and notifications name it.
        uuid: Option<String>,
        /// Who owns it.
        owner: Option<String>,
        /// How often it was changed.
        revision: Option<i64>,
        /// Whether everybody may use it.
        is_public: bool,
        /// Whether it can be used.
        available: Option<bool>,
        /// The title.
        label: Option<String>,
        /// What it is for, in a line.
        short_description: Option<String>,
        /// What it is for.
        long_description: Option<String>,
        /// Where its users find help.
        #[serde(rename = "helpURI")]
        help_uri: Option<String>,
        /// The URL of a picture.
        icon: Option<String>,
        /// Words by which it is found.
        tags: Vec<String>,
        /// Terms of ontologies by which it is found.
        ontology: Vec<String>,
        /// How it is run.
        execution_type: Option<ExecutionType>,
        /// The system on which it runs.
        execution_system: Option<String>,
        /// How it spreads over cores and nodes.
        parallelism: Option<Parallelism>,
        /// The system on which its files lie.
        deployment_system: Option<String>,
        /// The folder in which its files lie.
        deployment_path: Option<String>,
        /// The script that runs it, below the folder.
        template_path: Option<String>,
        /// The script that tests it, below the folder.
        test_path: Option<String>,
        /// Whether it can be interrupted and continued.
        checkpointable: Option<bool>,
        /// Modules that are loaded before it runs.
        modules: Vec<String>,
        /// The queue, where a job names none.
        default_queue: Option<String>,
        /// The number of nodes, where a job names none.
        default_node_count: Option<i64>,
        /// The memory of a node: a number of GB, or a text like `4GB`.
        default_memory_per_node: Value,
        /// The processors of a node, where a job names none.
        default_processors_per_node: Option<i64>,
        /// How long a job may run, as in `01:00:00`, where it does not say.
        default_max_run_time: Option<String>,
        /// The files that it takes.
        inputs: Vec<AppInput>,
        /// The settings that it takes.
        parameters: Vec<AppParameter>,
        /// The files that it makes.
        outputs: Vec<AppOutput>,
        /// When it was last changed.
        last_modified: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

input! {
    /// An app that is to be registered or changed. The service wants more than a name and a version, by app: systems,
    /// paths, inputs and parameters. It is often read from the file that describes the app.
    pub struct NewApp {
        /// The name, without the version.
        name: String,
        /// The version.
        version: String,
        ;
        /// The title.
        label: Option<String>,
        /// What it is for, in a line.
        short_description: Option<String>,
        /// What it is for.
        long_description: Option<String>,
        /// Where its users find help.
        #[serde(rename = "helpURI")]
        help_uri: Option<String>,
        /// The URL of a picture.
        icon: Option<String>,
        /// Words by which it is found.
        tags: Option<Vec<String>>,
        /// Terms of ontologies by which it is found.
        ontology: Option<Vec<String>>,
        /// Whether it can be used.
        available: Option<bool>,
        /// How it is run.
        execution_type: Option<ExecutionType>,
        /// The system on which it runs.
        execution_system: Option<String>,
        /// How it spreads over cores and nodes.
        parallelism: Option<Parallelism>,
        /// The system on which its files lie.
        deployment_system: Option<String>,
        /// The folder in which its files lie.
        deployment_path: Option<String>,
        /// The script that runs it, below the folder.
        template_path: Option<String>,
        /// The script that tests it, below the folder.
        test_path: Option<String>,
        /// Whether it can be interrupted and continued.
        checkpointable: Option<bool>,
        /// Modules that are loaded before it runs.
        modules: Option<Vec<String>>,
        /// The queue, where a job names none.
        default_queue: Option<String>,
        /// The number of nodes, where a job names none.
        default_node_count: Option<i64>,
        /// The memory of a node: a number of GB, or a text like `4GB`.
        default_memory_per_node: Option<Value>,
        /// The processors of a node, where a job names none.
        default_processors_per_node: Option<i64>,
        /// How long a job may run, as in `01:00:00`, where it does not say.
        default_max_run_time: Option<String>,
        /// The files that it takes.
        inputs: Option<Vec<AppInput>>,
        /// The settings that it takes.
        parameters: Option<Vec<AppParameter>>,
        /// The files that it makes.
        outputs: Option<Vec<AppOutput>>,
    }
}

input! {
    /// What is to be done with an app.
    pub struct AppOperation {
        /// `publish` or `clone`; tenants may know more.
        action: String,
        ;
        /// The name of the copy.
        name: Option<String>,
        /// The version of the copy.
        version: Option<String>,
        /// The system on which it is to run.
        execution_system: Option<String>,
        /// The system on which its files are to lie.
        storage_system: Option<String>,
        /// The folder in which its files are to lie.
        deployment_path: Option<String>,
    }
}

auth_core::open_enum! {
    /// How apps are run.
    pub enum ExecutionType {
        /// By a batch scheduler.
        Hpc = "HPC",
        /// By HTCondor.
        Condor = "CONDOR",
        /// As a process.
        Cli = "CLI",
        /// In the Atmosphere cloud.
        Atmosphere = "ATMOSPHERE",
    }
}

auth_core::open_enum! {
    /// How an app spreads over cores and nodes.
    pub enum Parallelism {
        /// One core.
        Serial = "SERIAL",
        /// Several nodes.
        Parallel = "PARALLEL",
        /// The cores of one node.
        Pthread = "PTHREAD",
    }
}

read_by_serde!(ExecutionType, Parallelism);
