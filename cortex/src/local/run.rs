//! A run on this machine.

use std::collections::BTreeMap;

use auth_core::environment::Random;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::timer::Timer;

/// A run of a [`LocalExperiment`](super::LocalExperiment). What is logged is on the disk after
/// [`LocalExperiment::save_run`](super::LocalExperiment::save_run).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalRun {
    id: String,
    /// In whole seconds since 1970, like the end.
    #[serde(default)]
    start_time: Option<i64>,
    #[serde(default)]
    end_time: Option<i64>,
    /// In seconds.
    #[serde(default)]
    took: Option<f64>,
    /// What went into it.
    #[serde(default)]
    pub params: Map<String, Value>,
    /// What came out of it.
    #[serde(default)]
    pub metrics: Map<String, Value>,
    /// What it is about.
    #[serde(default)]
    pub meta: Map<String, Value>,
    /// The names of what it made.
    #[serde(default)]
    artifacts: Vec<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    #[serde(skip)]
    pending: BTreeMap<String, Bytes>,
    #[serde(skip)]
    timer: Timer,
}

impl LocalRun {
    /// Begins now.
    pub(super) fn new(random: &Random, mut timer: Timer) -> Self {
        timer.start();
        Self {
            id: slug(random),
            start_time: timer.start_time().map(|time| time.unix_seconds()),
            end_time: None,
            took: None,
            params: Map::new(),
            metrics: Map::new(),
            meta: Map::new(),
            artifacts: Vec::new(),
            extra: Map::new(),
            pending: BTreeMap::new(),
            timer,
        }
    }

    /// Its id: seven letters and digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it began, in whole seconds since 1970.
    pub fn start_time(&self) -> Option<i64> {
        self.start_time
    }

    /// When it ended, in whole seconds since 1970.
    pub fn end_time(&self) -> Option<i64> {
        self.end_time
    }

    /// How long it took, in seconds.
    pub fn took(&self) -> Option<f64> {
        self.took
    }

    /// The names of what it made.
    pub fn artifacts(&self) -> &[String] {
        &self.artifacts
    }

    /// What went into it.
    pub fn log_param(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.params.insert(name.into(), value.into());
    }

    /// What came out of it.
    pub fn log_metric(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.metrics.insert(name.into(), value.into());
    }

    /// What it is about.
    pub fn set_meta(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.meta.insert(name.into(), value.into());
    }

    /// What it made, as bytes.
    pub fn log_artifact(&mut self, name: impl Into<String>, bytes: impl Into<Bytes>) {
        let name = name.into();
        if !self.artifacts.contains(&name) {
            self.artifacts.push(name.clone());
        }
        self.pending.insert(name, bytes.into());
    }

    /// It ends now. A run that was read from the disk has ended when its file says so.
    pub fn stop(&mut self) {
        self.timer.stop();
        if let Some(interval) = self.timer.interval() {
            self.end_time = self.timer.end_time().map(|time| time.unix_seconds());
            self.took = Some(interval.as_secs_f64());
        }
    }

    pub(super) fn from_value(value: Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(value)
    }

    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(super) fn pending(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.pending.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref()))
    }

    pub(super) fn written(&mut self) {
        self.pending.clear();
    }
}

/// Seven letters and digits, the first a letter.
fn slug(random: &Random) -> String {
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let bytes = random.bytes16();
    let digit = |(place, byte): (usize, u8)| {
        let choices = if place == 0 { 26 } else { 36 };
        char::from(DIGITS[usize::from(byte) % choices])
    };
    bytes.into_iter().take(7).enumerate().map(digit).collect()
}
