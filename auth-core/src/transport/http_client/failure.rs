//! What went wrong, in our own words, and whether the server can have seen the request.

use std::error::Error as StdError;

use url::Url;

use super::Failure;
use crate::error::{Error, ErrorKind};

/// The longest URL that the layers below can carry, in bytes.
const LONGEST_URL: usize = 65_534;

pub(super) fn too_long(url: &Url) -> Option<Error> {
    let length = url.as_str().len();
    let what =
        || format!("the request cannot be sent: its URL has {length} bytes, and {LONGEST_URL} are possible");
    let help = "send what is long in the body, or in several requests";
    (length > LONGEST_URL).then(|| Error::new(ErrorKind::InvalidInput, what()).with_help(help))
}

pub(super) fn cannot_be_sent(error: &reqwest::Error) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("the request cannot be sent: {}", root_cause(error)))
}

pub(super) fn failure(error: &reqwest::Error) -> Failure {
    if let Some(ours) = ours(error) {
        return Failure { error: ours.clone(), unsent: false };
    }
    if error.is_builder() {
        return Failure { error: cannot_be_sent(error), unsent: true };
    }
    // A server to which no connection could be made has seen nothing.
    let unsent = error.is_connect();
    let cause = root_cause(error);
    if let Some(help) = lasting(&cause).filter(|_| unsent) {
        let error = Error::new(ErrorKind::Configuration, format!("no connection: {cause}"));
        return Failure { error: error.with_help(help), unsent };
    }
    let (kind, what) = match (error.is_timeout(), unsent) {
        (true, true) => (ErrorKind::Timeout, "no connection in time"),
        (true, false) => (ErrorKind::Timeout, "no answer in time"),
        (false, true) => (ErrorKind::Transport, "no connection"),
        (false, false) => (ErrorKind::Transport, "the connection broke"),
    };
    Failure { error: Error::new(kind, format!("{what}: {cause}")), unsent }
}

/// What to do about a connection that will fail the same way each time. Known by its text: the type of the cause
/// belongs to a library that may change beneath us.
fn lasting(cause: &str) -> Option<&'static str> {
    let advice = [
        ("certificate expired", "look at this machine's clock, then tell the service's owner"),
        ("certificate not valid yet", "look at this machine's clock"),
        ("certificate not valid for name", "check the host of the base URL"),
        (
            "invalid peer certificate",
            "name the CA bundle of your proxy or cluster in REQUESTS_CA_BUNDLE or by Transport::with_ca_bundle",
        ),
        (
            "proxy authorization required",
            "the proxy wants a user name and password, as in http://user:password@proxy.example:8080",
        ),
    ];
    advice.into_iter().find_map(|(known, help)| cause.contains(known).then_some(help))
}

pub(super) fn broken(error: &reqwest::Error) -> Error {
    let what = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
    Error::new(what, format!("the reply broke off: {}", root_cause(error)))
}

/// An error of our own that came out of a body stream, as for a file that became unreadable.
fn ours(error: &reqwest::Error) -> Option<&Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The innermost cause, which says what happened and holds no URL.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no cause is known".to_owned(), ToString::to_string)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut cause = error.source();
    std::iter::from_fn(move || {
        let current = cause?;
        cause = current.source();
        Some(current)
    })
}
