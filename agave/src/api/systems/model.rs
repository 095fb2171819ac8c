//! What is known of a system.

use auth_core::Timestamp;

use super::credential::Credential;
use crate::api::links::Links;
use crate::api::model::{input, model, part, read_by_serde};

model! {
    /// A system of a list.
    pub struct SystemSummary {
        /// The id.
        id: String,
        /// The title.
        name: Option<String>,
        /// What it is for.
        #[serde(rename = "type")]
        kind: Option<SystemType>,
        /// What it is, in words.
        description: Option<String>,
        /// As in `UP`.
        status: Option<String>,
        /// Whether everybody may use it.
        public: bool,
        /// Whether it is the caller's default.
        default: bool,
        /// Whether it is switched on.
        available: Option<bool>,
        /// When it was last changed.
        last_updated: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

model! {
    /// A system, in full.
    pub struct System {
        /// The id.
        id: String,
        /// The id by which permissions, metadata and notifications name it.
        uuid: Option<String>,
        /// The title.
        name: Option<String>,
        /// What it is for.
        #[serde(rename = "type")]
        kind: Option<SystemType>,
        /// What it is, in words.
        description: Option<String>,
        /// As in `UP`.
        status: Option<String>,
        /// Who owns it.
        owner: Option<String>,
        /// Where it stands.
        site: Option<String>,
        /// How often it was changed.
        revision: Option<i64>,
        /// Whether everybody may use it.
        public: bool,
        /// Whether it is the caller's default.
        default: bool,
        /// Whether it is everybody's default.
        global_default: Option<bool>,
        /// Whether it is switched on.
        available: Option<bool>,
        /// `HPC`, `CONDOR` or `CLI`.
        execution_type: Option<String>,
        /// As in `SLURM`, `PBS` or `FORK`.
        scheduler: Option<String>,
        /// The queues.
        queues: Vec<BatchQueue>,
        /// How jobs get there.
        login: Option<LoginConfig>,
        /// How files get there.
        storage: Option<StorageConfig>,
        /// How many jobs it takes at a time.
        max_system_jobs: Option<i64>,
        /// How many jobs it takes at a time from one user.
        max_system_jobs_per_user: Option<i64>,
        /// A script that is run at each login.
        startup_script: Option<String>,
        /// Variables for jobs.
        environment: Option<String>,
        /// Where jobs work.
        work_dir: Option<String>,
        /// Where jobs work, when it must be fast.
        scratch_dir: Option<String>,
        /// When it was last changed.
        last_modified: Option<Timestamp>,
        /// When its status was last changed.
        last_updated: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

auth_core::open_enum! {
    /// What a system is for.
    pub enum SystemType {
        /// Files.
        Storage = "STORAGE",
        /// Jobs.
        Execution = "EXECUTION",
    }
}

read_by_serde!(SystemType);

input! {
    /// A system that is to be registered or changed. An execution system needs a login, a scheduler and queues, each a
    /// storage. It is often read from the file that describes the system.
    pub struct NewSystem {
        /// The id.
        id: String,
        /// The title.
        name: String,
        /// What it is for.
        #[serde(rename = "type")]
        kind: SystemType,
        /// How files get there.
        storage: StorageConfig,
        ;
        /// What it is, in words.
        description: Option<String>,
        /// Where it stands.
        site: Option<String>,
        /// `HPC`, `CONDOR` or `CLI`.
        execution_type: Option<String>,
        /// As in `SLURM`, `PBS` or `FORK`.
        scheduler: Option<String>,
        /// The queues.
        queues: Option<Vec<BatchQueue>>,
        /// How jobs get there.
        login: Option<LoginConfig>,
        /// How many jobs it takes at a time.
        max_system_jobs: Option<i64>,
        /// How many jobs it takes at a time from one user.
        max_system_jobs_per_user: Option<i64>,
        /// A script that is run at each login.
        startup_script: Option<String>,
        /// Variables for jobs.
        environment: Option<String>,
        /// Where jobs work.
        work_dir: Option<String>,
        /// Where jobs work, when it must be fast.
        scratch_dir: Option<String>,
    }
}

part! {
    /// How files get to a system.
    pub struct StorageConfig {
        /// The host.
        host: Option<String>,
        /// The port.
        port: Option<i64>,
        /// `SFTP`, `GRIDFTP`, `FTP`, `IRODS`, `LOCAL`, or what the tenant knows besides.
        protocol: Option<String>,
        /// The folder that is `/` to users.
        root_dir: Option<String>,
        /// The folder in which relative paths begin, below the root.
        home_dir: Option<String>,
        /// The folder of public apps.
        public_apps_dir: Option<String>,
        /// Whether rights are also set on the system itself.
        mirror: Option<bool>,
        /// The resource of iRODS.
        resource: Option<String>,
        /// The zone of iRODS.
        zone: Option<String>,
        /// What the service signs in with.
        auth: Option<Credential>,
    }
}

part! {
    /// How jobs get to a system.
    pub struct LoginConfig {
        /// The host.
        host: Option<String>,
        /// The port.
        port: Option<i64>,
        /// `SSH`, `GSISSH` or `LOCAL`.
        protocol: Option<String>,
        /// Where jobs work, when it must be fast.
        scratch_dir: Option<String>,
        /// Where jobs work.
        work_dir: Option<String>,
        /// What the service signs in with.
        auth: Option<Credential>,
    }
}

part! {
    /// A queue of an execution system.
    pub struct BatchQueue {
        /// The name.
        name: String,
        /// Whether jobs go there that name none.
        default: Option<bool>,
        /// How many jobs it takes.
        max_jobs: Option<i64>,
        /// How many jobs it takes from one user.
        max_user_jobs: Option<i64>,
        /// How many nodes a job may have.
        max_nodes: Option<i64>,
        /// How much memory a node may have, as in `4GB`.
        max_memory_per_node: Option<String>,
        /// How many processors a node may have.
        max_processors_per_node: Option<i64>,
        /// How long a job may run, as in `24:00:00`.
        max_requested_time: Option<String>,
        /// What is handed to the scheduler besides.
        custom_directives: Option<String>,
    }
}

input! {
    /// What is to be done with a system.
    pub struct SystemOperation {
        /// `ENABLE`, `DISABLE`, `PUBLISH`, `UNPUBLISH`, `SETDEFAULT`, `UNSETDEFAULT`, `SETGLOBALDEFAULT`,
        /// `UNSETGLOBALDEFAULT` or `CLONE`.
        action: String,
        ;
        /// The id of the copy.
        id: Option<String>,
        /// The title of the copy.
        name: Option<String>,
    }
}

input! {
    /// What a user is to a system.
    pub struct SystemRole {
        /// The user.
        username: String,
        /// `USER`, `PUBLISHER`, `ADMIN`, `OWNER`, or what the tenant knows besides (`GUEST`, `NONE`).
        role: String,
        ;
    }
}
