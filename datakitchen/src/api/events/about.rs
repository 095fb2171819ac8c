//! What every event says beside its own: of which component, run and task, and when.

use auth_core::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Result, invalid};

/// The longest key or name.
pub(super) const KEY: usize = 255;
/// The longest name of a run.
const RUN_NAME: usize = 1024;

/// The component that an event is about, by its key: exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Component {
    /// A batch pipeline.
    Pipeline(String),
    /// A dataset.
    Dataset(String),
    /// A server.
    Server(String),
    /// A streaming pipeline.
    Stream(String),
}

impl Component {
    fn word(&self) -> (&'static str, &str) {
        match self {
            Self::Pipeline(key) => ("pipeline", key),
            Self::Dataset(key) => ("dataset", key),
            Self::Server(key) => ("server", key),
            Self::Stream(key) => ("stream", key),
        }
    }
}

/// What an event is about. [`About::new`], then the members that are needed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct About {
    /// The component.
    pub component: Component,
    /// Its name for people.
    pub component_name: Option<String>,
    /// The tool that it is made with.
    pub component_tool: Option<String>,
    /// The run of the pipeline.
    pub run_key: Option<String>,
    /// The run's name for people.
    pub run_name: Option<String>,
    /// The task of the run.
    pub task_key: Option<String>,
    /// The task's name for people.
    pub task_name: Option<String>,
    /// When it happened; without it, when it arrives.
    pub event_timestamp: Option<Timestamp>,
    /// Anything else.
    pub metadata: Map<String, Value>,
    /// Where people can look at it.
    pub external_url: Option<String>,
    /// Keys of payloads.
    pub payload_keys: Vec<String>,
}

impl About {
    /// Of a component.
    pub fn new(component: Component) -> Self {
        Self {
            component,
            component_name: None,
            component_tool: None,
            run_key: None,
            run_name: None,
            task_key: None,
            task_name: None,
            event_timestamp: None,
            metadata: Map::new(),
            external_url: None,
            payload_keys: Vec::new(),
        }
    }

    /// Of a run of a batch pipeline.
    pub fn run(pipeline_key: impl Into<String>, run_key: impl Into<String>) -> Self {
        Self { run_key: Some(run_key.into()), ..Self::new(Component::Pipeline(pipeline_key.into())) }
    }

    /// Of a task of the run.
    pub fn task(mut self, task_key: impl Into<String>) -> Self {
        self.task_key = Some(task_key.into());
        self
    }

    /// As it is sent together with what happened. What has the wrong length is found before.
    pub(super) fn event(&self, happened: &impl Serialize) -> Result<Map<String, Value>> {
        let mut event = Map::new();
        let (word, key) = self.component.word();
        let component_name = format!("{word}_name");
        let texts: [(&str, Option<&String>, usize); 6] = [
            (&component_name, self.component_name.as_ref(), KEY),
            ("component_tool", self.component_tool.as_ref(), usize::MAX),
            ("run_key", self.run_key.as_ref(), KEY),
            ("run_name", self.run_name.as_ref(), RUN_NAME),
            ("task_key", self.task_key.as_ref(), KEY),
            ("task_name", self.task_name.as_ref(), KEY),
        ];
        let component_key = format!("{word}_key");
        event.insert(component_key.clone(), fitting(&component_key, key, KEY)?.into());
        for (name, text, most) in texts {
            if let Some(text) = text {
                event.insert(name.to_owned(), fitting(name, text, most)?.into());
            }
        }
        if let Some(when) = self.event_timestamp {
            event.insert("event_timestamp".to_owned(), when.to_string().into());
        }
        if let Some(url) = &self.external_url {
            event.insert("external_url".to_owned(), url.as_str().into());
        }
        if !self.metadata.is_empty() {
            event.insert("metadata".to_owned(), self.metadata.clone().into());
        }
        if !self.payload_keys.is_empty() {
            event.insert("payload_keys".to_owned(), self.payload_keys.clone().into());
        }
        if let Value::Object(happened) = crate::api::kitchens::json_of(happened)? {
            event.extend(happened);
        }
        Ok(event)
    }
}

/// A text that is neither empty nor too long.
pub(super) fn fitting<'a>(name: &str, text: &'a str, most: usize) -> Result<&'a str> {
    let length = text.chars().count();
    if length == 0 && most == usize::MAX {
        return Err(invalid(format!("`{name}` of an event is empty")).into());
    }
    if length == 0 || length > most {
        let what = format!("`{name}` of an event has {length} characters, and must have 1 to {most}");
        return Err(invalid(what).into());
    }
    Ok(text)
}

/// A number that can be sent: JSON has no word for the others.
pub(super) fn finite(metric: &str, number: f64) -> Result<()> {
    if number.is_finite() {
        return Ok(());
    }
    Err(invalid(format!("the metric {metric} is {number}, which JSON cannot say")).into())
}
