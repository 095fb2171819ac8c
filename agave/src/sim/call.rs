//! A call to a service, and what all services answer alike.

use auth_core::Timestamp;
use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

/// What a request is about.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    pub(super) method: &'a str,
    pub(super) user: &'a str,
    pub(super) now: Timestamp,
}

impl Call<'_> {
    /// The JSON body.
    pub(super) fn body(&self) -> Value {
        self.request.json().unwrap_or_default()
    }

    /// A time as the services write it.
    pub(super) fn time(&self) -> Value {
        written(self.now)
    }
}

/// A time as the services write it.
pub(super) fn written(at: Timestamp) -> Value {
    at.format_utc("%Y-%m-%dT%H:%M:%S.000+00:00").into()
}

pub(super) fn success(status: u16, result: Value) -> Reply {
    envelope(status, "success", Value::Null, result)
}

pub(super) fn error(status: u16, message: &str) -> Reply {
    envelope(status, "error", message.into(), Value::Null)
}

fn envelope(status: u16, word: &str, message: Value, result: Value) -> Reply {
    Reply::json(
        status,
        json!({"status": word, "message": message, "version": "2.2.14-sim", "result": result}),
    )
}

pub(super) fn no_such_resource() -> Reply {
    error(404, "The requested resource is not available")
}
