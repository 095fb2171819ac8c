//! One experiment on this machine: its file, and what its runs made.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auth_core::store::{read_file, replace_file};
use auth_core::{Error, ErrorKind};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::run::LocalRun;
use super::{Local, failed, file_name, yaml};
use crate::error::Result;
use crate::timer::Timer;

/// An experiment on this machine. Every call reads or replaces its file `config.yml`; of two changes at the same moment by
/// two programs the later one stays.
#[derive(Clone)]
pub struct LocalExperiment {
    name: String,
    folder: PathBuf,
    local: Local,
}

impl LocalExperiment {
    /// Makes its folders and its file where they are not there.
    pub(super) fn open(name: &str, folder: PathBuf, local: Local) -> Result<Self> {
        let experiment = Self { name: name.to_owned(), folder, local };
        let artifacts = experiment.artifacts();
        std::fs::create_dir_all(&artifacts).map_err(|error| failed(&artifacts, "made", error))?;
        if experiment.read()?.is_empty() {
            let created = Map::from_iter([("created".to_owned(), experiment.now())]);
            experiment.write(Map::from_iter([("meta".to_owned(), created.into())]))?;
        }
        Ok(experiment)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A run that begins now.
    pub fn start_run(&self) -> Result<LocalRun> {
        let mut run = LocalRun::new(&self.local.random, Timer::new(Arc::clone(&self.local.clock)));
        self.save_run(&mut run)?;
        Ok(run)
    }

    /// Writes a run, and the artifacts that it was given since it was last written.
    pub fn save_run(&self, run: &mut LocalRun) -> Result<()> {
        for (name, bytes) in run.pending() {
            let path = self.get_artifact_path(run.id(), name)?;
            replace_file(&path, bytes)?;
        }
        let mut config = self.read()?;
        let mut runs = runs_of(&mut config);
        let written = run.to_value();
        match runs.iter_mut().find(|other| other["id"] == run.id()) {
            Some(other) => *other = written,
            None => runs.push(written),
        }
        let experiment = config.entry("experiment").or_insert(Value::Null);
        if !experiment.is_object() {
            *experiment = Map::new().into();
        }
        experiment["runs"] = runs.into();
        self.write(config)?;
        run.written();
        Ok(())
    }

    /// Removes what the experiment holds: its runs, its meta and its artifacts.
    pub fn reset(&self) -> Result<()> {
        self.clean_dir(&self.folder)?;
        self.clean_dir(&self.artifacts())
    }

    /// Removes the files of one of the experiment's folders, and no folders. Another folder is refused.
    pub fn clean_dir(&self, folder: &Path) -> Result<()> {
        if folder != self.folder && folder != self.artifacts() {
            let what = format!("{} is no folder of the experiment {}", folder.display(), self.name);
            return Err(Error::new(ErrorKind::InvalidInput, what).into());
        }
        for entry in std::fs::read_dir(folder).map_err(|error| failed(folder, "read", error))? {
            let path = entry.map_err(|error| failed(folder, "read", error))?.path();
            if path.is_file() {
                std::fs::remove_file(&path).map_err(|error| failed(&path, "removed", error))?;
            }
        }
        Ok(())
    }

    /// Sets one name of the experiment's meta; the others stay.
    pub fn set_meta(&self, key: &str, value: impl Into<Value>) -> Result<()> {
        let mut config = self.read()?;
        let meta = config.entry("meta").or_insert_with(|| Map::new().into());
        if !meta.is_object() {
            *meta = Map::new().into();
        }
        meta[key] = value.into();
        self.write(config)
    }

    /// Its runs, the oldest first. A run that cannot be understood is an error.
    pub fn runs(&self) -> Result<Vec<LocalRun>> {
        let runs = runs_of(&mut self.read()?);
        let read = |run| {
            LocalRun::from_value(run).map_err(|error| {
                let what = format!("{} holds a run that cannot be understood", self.config().display());
                Error::new(ErrorKind::File, what).with_source(error).into()
            })
        };
        runs.into_iter().map(read).collect()
    }

    /// A run by its id.
    pub fn get_run(&self, run: &str) -> Result<Option<LocalRun>> {
        Ok(self.runs()?.into_iter().find(|other| other.id() == run))
    }

    /// The run that was begun last.
    pub fn last_run(&self) -> Result<Option<LocalRun>> {
        Ok(self.runs()?.pop())
    }

    /// The runs that fit.
    pub fn find_runs(&self, fits: impl Fn(&LocalRun) -> bool) -> Result<Vec<LocalRun>> {
        Ok(self.runs()?.into_iter().filter(fits).collect())
    }

    /// What a run made, as it is on the disk. What the Python SDK has written is a pickle, and is never unpickled, because
    /// that runs whatever code is in it.
    pub fn load_artifact(&self, run: &str, name: &str) -> Result<Bytes> {
        let path = self.get_artifact_path(run, name)?;
        match read_file(&path)? {
            Some(bytes) => Ok(Bytes::from(bytes.to_vec())),
            None => {
                let what = format!("{} does not exist", path.display());
                Err(Error::new(ErrorKind::File, what).into())
            }
        }
    }

    /// Where a run's artifact is: `artifacts/{name}_{run}.pk`, as the vendor's SDK calls it whatever is in it.
    pub fn get_artifact_path(&self, run: &str, name: &str) -> Result<PathBuf> {
        let (name, run) = (file_name("an artifact", name)?, file_name("a run", run)?);
        Ok(self.artifacts().join(format!("{name}_{run}.pk")))
    }

    /// The runs as a table for people, in lines of text.
    pub fn display(&self) -> Result<String> {
        let mut text = format!("Experiment: {}\n", self.name);
        for run in self.runs()? {
            let took = run.took().map_or("-".to_owned(), |took| format!("{took:.2} s"));
            let (params, metrics) = (Value::from(run.params.clone()), Value::from(run.metrics.clone()));
            let _ = writeln!(text, "{}  {took}  {params}  {metrics}", run.id());
        }
        Ok(text)
    }

    fn artifacts(&self) -> PathBuf {
        self.folder.join("artifacts")
    }

    fn config(&self) -> PathBuf {
        self.folder.join("config.yml")
    }

    /// The SDK writes local time; this is UTC, which is right everywhere.
    fn now(&self) -> Value {
        self.local.clock.now().wall.format_utc("%Y-%m-%d %H:%M:%S%.6f").into()
    }

    fn read(&self) -> Result<Map<String, Value>> {
        let path = self.config();
        let Some(bytes) = read_file(&path)? else { return Ok(Map::new()) };
        yaml::parse(&bytes).map_err(|error| error.context(path.display()).into())
    }

    fn write(&self, mut config: Map<String, Value>) -> Result<()> {
        let meta = config.entry("meta").or_insert_with(|| Map::new().into());
        if let Value::Object(meta) = meta {
            meta.insert("updated".to_owned(), self.now());
        }
        Ok(replace_file(self.config(), yaml::write(&config).as_bytes())?)
    }
}

/// Takes the runs out of a file.
fn runs_of(config: &mut Map<String, Value>) -> Vec<Value> {
    match config.get_mut("experiment").and_then(|experiment| experiment.get_mut("runs")).map(Value::take) {
        Some(Value::Array(runs)) => runs,
        _ => Vec::new(),
    }
}

impl fmt::Debug for LocalExperiment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalExperiment").field("folder", &self.folder).finish_non_exhaustive()
    }
}
