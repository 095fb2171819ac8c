//! What a case is played with: a vendor crate behind `service.operation` and JSON arguments.

mod agave;
mod cortex;
mod datakitchen;
mod descartes;
mod kognic;

use auth_core::{BoxFuture, Environment, ErrorKind, ManualClock, ServiceError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::case::ErrorClass;
use super::record::Failed;

/// What a client is made from.
pub(crate) struct Setting {
    pub(crate) environment: Environment,
    pub(crate) clock: ManualClock,
    pub(crate) base: String,
    pub(crate) options: Options,
}

/// A client of a vendor crate.
pub(crate) trait Subject: Send {
    /// Calls an operation of the vendor's table.
    fn call<'a>(&'a mut self, operation: &'a str, args: Options) -> BoxFuture<'a, Result<Value, Failed>>;
}

/// Makes a client. A failure to make it is the outcome of the first call.
pub(crate) type Make = fn(Setting) -> Result<Box<dyn Subject>, Failed>;

/// The vendor crates, by name.
pub(crate) fn of(vendor: &str) -> Option<Make> {
    match vendor {
        "agave" => Some(agave::make),
        "cortex" => Some(cortex::make),
        "descartes" => Some(descartes::make),
        "datakitchen" => Some(datakitchen::make),
        "kognic" => Some(kognic::make),
        _ => None,
    }
}

/// Arguments or options by name. Taking them all is checked, so that a misspelt one does not go unseen.
pub(crate) struct Options(Map<String, Value>);

impl Options {
    pub(crate) fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// Takes one, if it is there.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Failed> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(value) => {
                serde_json::from_value(value).map(Some).map_err(|error| misused(format!("`{name}`: {error}")))
            }
        }
    }

    /// Takes one that must be there.
    pub(crate) fn need<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Failed> {
        self.take(name)?.ok_or_else(|| misused(format!("`{name}` is missing")))
    }

    /// Fails when something is left.
    pub(crate) fn end(self) -> Result<(), Failed> {
        match self.0.keys().next() {
            Some(name) => Err(misused(format!("there is no `{name}` here"))),
            None => Ok(()),
        }
    }
}

/// The case uses the format wrongly: no outcome of a call.
pub(crate) fn misused(what: impl Into<String>) -> Failed {
    Failed { class: "case".to_owned(), status: None, text: what.into() }
}

/// There is no such operation in the dispatcher.
pub(crate) fn unknown(operation: &str) -> Failed {
    misused(format!("there is no operation `{operation}`"))
}

/// A value as JSON.
pub(crate) fn value(value: impl Serialize) -> Result<Value, Failed> {
    serde_json::to_value(value).map_err(|error| misused(error.to_string()))
}

/// Our error as an outcome.
pub(crate) fn failed(kind: ErrorKind, service: Option<&ServiceError>, text: String) -> Failed {
    Failed {
        class: class(kind, service).to_string(),
        status: service.map(|service| service.status.as_u16()),
        text,
    }
}

fn class(kind: ErrorKind, service: Option<&ServiceError>) -> ErrorClass {
    match (kind, service.map(|service| service.status.as_u16())) {
        (ErrorKind::NoCredentials, _) => ErrorClass::NoCredentials,
        (ErrorKind::InvalidCredentials, _) => ErrorClass::InvalidCredentials,
        (ErrorKind::Configuration, _) => ErrorClass::Configuration,
        (ErrorKind::InvalidInput, _) => ErrorClass::InvalidInput,
        (ErrorKind::TokenRefused, _) => ErrorClass::TokenRefused,
        (ErrorKind::TokenUnavailable, _) => ErrorClass::TokenUnavailable,
        (ErrorKind::Service, Some(401)) => ErrorClass::Unauthorized,
        (ErrorKind::Service, Some(403)) => ErrorClass::Forbidden,
        (ErrorKind::Service, Some(404)) => ErrorClass::NotFound,
        (ErrorKind::Service, Some(429)) => ErrorClass::RateLimited,
        (ErrorKind::Service, _) => ErrorClass::Service,
        (ErrorKind::Transport, _) => ErrorClass::Transport,
        (ErrorKind::Timeout, _) => ErrorClass::Timeout,
        (ErrorKind::Reply, _) => ErrorClass::Reply,
        (ErrorKind::OutcomeUnknown, _) => ErrorClass::OutcomeUnknown,
        (ErrorKind::Redirect, _) => ErrorClass::Redirect,
        (ErrorKind::Store, _) => ErrorClass::Store,
        (ErrorKind::File, _) => ErrorClass::File,
        _ => ErrorClass::Other,
    }
}
