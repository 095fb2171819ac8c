//! Experiments on this machine's disk, without a cluster, in the layout of the vendor's SDK (contract section 4.3). Feature
//! `local`.
//!
//! ```
//! # fn example(folder: &std::path::Path) -> cortex::Result<()> {
//! let experiment = cortex::local::Local::at(folder).experiment("exp1")?;
//! let mut run = experiment.start_run()?;
//! run.log_param("depth", 3);
//! run.log_metric("accuracy", 0.68);
//! run.log_artifact("model", "bytes");
//! run.stop();
//! experiment.save_run(&mut run)?;
//! assert_eq!(experiment.load_artifact(run.id(), "model")?, "bytes");
//! # Ok(())
//! # }
//! # example(tempfile::tempdir().unwrap().path()).unwrap();
//! ```

mod experiment;
mod run;
mod yaml;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auth_core::environment::Random;
use auth_core::{Clock, Environment, Error, ErrorKind, SystemClock};

pub use experiment::LocalExperiment;
pub use run::LocalRun;

use crate::error::Result;

/// Where experiments are kept on this machine.
#[derive(Clone)]
pub struct Local {
    basedir: PathBuf,
    clock: Arc<dyn Clock>,
    random: Random,
}

impl Local {
    /// Experiments below `~/.cortex`, as the vendor's SDK keeps them.
    pub fn open(environment: &Environment) -> Result<Self> {
        let home = environment.home().ok_or_else(|| {
            Error::new(ErrorKind::Configuration, "there is no home folder in which experiments could be")
                .with_help("set HOME, or name a folder")
        })?;
        Ok(Self { random: environment.random().clone(), ..Self::at(home.join(".cortex")) })
    }

    /// Experiments below another folder.
    pub fn at(basedir: impl Into<PathBuf>) -> Self {
        let random = Environment::empty().random().clone();
        Self { basedir: basedir.into(), clock: Arc::new(SystemClock::new()), random }
    }

    /// By another clock.
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The folder.
    pub fn basedir(&self) -> &Path {
        &self.basedir
    }

    /// An experiment, which is made when it is not there: `local/experiments/{name}` below the folder.
    pub fn experiment(&self, name: &str) -> Result<LocalExperiment> {
        let folder = self.basedir.join("local").join("experiments").join(file_name("an experiment", name)?);
        LocalExperiment::open(name, folder, self.clone())
    }
}

/// A name that becomes a part of a file's name, and cannot lead elsewhere.
fn file_name<'a>(what: &str, name: &'a str) -> Result<&'a str> {
    if name.is_empty() || matches!(name, "." | "..") || name.contains(['/', '\\', '\0', ':']) {
        let what = format!("{name:?} cannot be the name of {what} on the disk");
        return Err(Error::new(ErrorKind::InvalidInput, what).into());
    }
    Ok(name)
}

fn failed(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::File, format!("{} cannot be {what}", path.display())).with_source(error)
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("basedir", &self.basedir).finish_non_exhaustive()
    }
}
