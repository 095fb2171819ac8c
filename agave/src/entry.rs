//! An entry of a client file, in the spelling of the CLI or of the SDK (contract sections 4.1 to 4.4).

use std::time::Duration;

use auth_core::store::json;
use auth_core::{Error, ErrorKind, Result, SecretString, Timestamp, Token};
use serde_json::{Map, Value};

use auth_core::secret::expose;

use crate::credentials::{Credentials, Dialect, Verify, text};
use crate::zone::Zone;

/// A name in both spellings.
type Name = (&'static str, &'static str);

const ACCESS_TOKEN: Name = ("access_token", "token");
const API_KEY: Name = ("apikey", "api_key");
const API_SECRET: Name = ("apisecret", "api_secret");
const API_SERVER: Name = ("baseurl", "api_server");
const TENANT_ID: Name = ("tenantid", "tenant_id");

/// The clients in a file: it holds one, or a list. Things in the list that are no clients are left aside.
pub(crate) fn entries(document: &Value) -> Result<Vec<&Map<String, Value>>> {
    let wrong = |what: &str| {
        Err(Error::new(
            ErrorKind::Store,
            format!("it holds {what} where a client, or a list of clients, is expected"),
        )
        .with_help("sign in again with the vendor's CLI, or move the file away; it was not changed"))
    };
    match document {
        Value::Object(object) => Ok(vec![object]),
        Value::Array(items) => {
            let entries: Vec<_> = items.iter().filter_map(Value::as_object).collect();
            if entries.is_empty() && !items.is_empty() {
                return wrong("a list of other things");
            }
            Ok(entries)
        }
        Value::Null => wrong("null"),
        Value::String(_) => wrong("a text"),
        Value::Number(_) => wrong("a number"),
        Value::Bool(_) => wrong("a single word"),
    }
}

/// What an entry says. What is missing, empty or of an odd type counts as absent.
pub(crate) fn read(entry: &Map<String, Value>, dialect: Dialect, zone: Zone) -> Credentials {
    let plain = |name: &str| entry.get(name).and_then(Value::as_str).and_then(text);
    let either = |name: Name| {
        let names = if dialect == Dialect::Cli { [name.0, name.1] } else { [name.1, name.0] };
        names.into_iter().find_map(plain)
    };
    let seconds = |name: &str| entry.get(name).and_then(number);
    Credentials {
        api_server: either(API_SERVER),
        tenant_id: either(TENANT_ID),
        username: plain("username"),
        token_username: plain("token_username"),
        client_name: plain("client_name"),
        api_key: either(API_KEY),
        api_secret: either(API_SECRET).map(SecretString::from),
        token: either(ACCESS_TOKEN).map(SecretString::from),
        refresh_token: plain("refresh_token").map(SecretString::from),
        created_at: seconds("created_at").and_then(Timestamp::from_unix_seconds_f64),
        expires_in: seconds("expires_in").and_then(|life| Duration::try_from_secs_f64(life).ok()),
        expires_at: plain("expires_at").and_then(|text| zone.read(&text)),
        use_nonce: entry.get("use_nonce") == Some(&Value::Bool(true)),
        verify: match entry.get("verify") {
            Some(Value::Bool(false)) => Verify::Nothing,
            Some(Value::String(path)) if !path.trim().is_empty() => Verify::Bundle(path.clone()),
            _ => Verify::Usual,
        },
        ..Credentials::default()
    }
}

/// Whether the entry says nothing at all, as after the CLI's reset.
pub(crate) fn is_blank(entry: &Map<String, Value>) -> bool {
    let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    !entry.is_empty() && entry.values().all(is_blank)
}

/// Which entry is ours: what does not change while a session lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    api_key: String,
    api_server: Option<String>,
    username: Option<String>,
    token_username: Option<String>,
}

impl Identity {
    /// `None` without an API key: such an entry cannot be told from another.
    pub(crate) fn of(entry: &Credentials) -> Option<Self> {
        Some(Self {
            api_key: entry.api_key.clone()?,
            api_server: entry.api_server.as_deref().map(|url| url.trim_end_matches('/').to_owned()),
            username: entry.username.clone(),
            token_username: entry.token_username.clone(),
        })
    }

    /// Our entry in a file.
    pub(crate) fn find_mut<'a>(
        &self,
        document: &'a mut Value,
        dialect: Dialect,
        zone: Zone,
    ) -> Result<Option<&'a mut Map<String, Value>>> {
        entries(document)?;
        let is_ours =
            |entry: &Map<String, Value>| Self::of(&read(entry, dialect, zone)).as_ref() == Some(self);
        Ok(match document {
            Value::Object(entry) => Some(entry).filter(|entry| is_ours(entry)),
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).find(|entry| is_ours(entry))
            }
            _ => None,
        })
    }
}

/// Puts a token into an entry. Nothing but the token and its times changes, and a text stays a text.
pub(crate) fn update(entry: &mut Map<String, Value>, token: &Token, dialect: Dialect, zone: Zone) {
    let is_zoned = match entry.get("expires_at").and_then(Value::as_str).map(str::trim) {
        Some(text) if !text.is_empty() => text.split_whitespace().count() > 5,
        // The CLI writes texts only, and the output of `date`; the SDK writes numbers, and `ctime`.
        _ => entry.get("created_at").is_some_and(Value::is_string),
    };
    let (own, other) = match dialect {
        Dialect::Cli => ACCESS_TOKEN,
        Dialect::Sdk => (ACCESS_TOKEN.1, ACCESS_TOKEN.0),
    };
    let access_token = Value::from(expose(&token.access_token));
    if entry.contains_key(other) {
        entry.insert(other.to_owned(), access_token.clone());
    }
    if entry.contains_key(own) || !entry.contains_key(other) {
        entry.insert(own.to_owned(), access_token);
    }
    if let Some(refresh_token) = &token.refresh_token {
        entry.insert("refresh_token".to_owned(), expose(refresh_token).into());
    }
    put_number(entry, "created_at", token.received_at.map(Timestamp::unix_seconds));
    let life = token.lifetime.and_then(|life| i64::try_from(life.as_secs()).ok());
    put_number(entry, "expires_in", life);
    let expires_at = token.expires_at.map(|at| if is_zoned { Zone::date(at) } else { zone.ctime(at) });
    match expires_at {
        Some(text) => drop(entry.insert("expires_at".to_owned(), text.into())),
        None => forget(entry, "expires_at"),
    }
}

/// What is not known any more must not seem to be.
fn put_number(entry: &mut Map<String, Value>, name: &str, number: Option<i64>) {
    let Some(number) = number else { return forget(entry, name) };
    let is_text = entry.get(name).is_some_and(Value::is_string);
    let value = if is_text { number.to_string().into() } else { number.into() };
    entry.insert(name.to_owned(), value);
}

fn forget(entry: &mut Map<String, Value>, name: &str) {
    if let Some(value) = entry.get_mut(name) {
        *value = if value.is_string() { "".into() } else { Value::Null };
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// How a file is written down, so that it is written again in the same way.
pub(crate) fn style(file: &[u8]) -> (json::JsonStyle, &'static [u8]) {
    let text = String::from_utf8_lossy(file);
    let end: &[u8] = if text.ends_with('\n') { b"\n" } else { b"" };
    let indented = text.trim_end().lines().nth(1);
    let style = match indented {
        Some(line) => json::JsonStyle::indented(line.len() - line.trim_start().len()),
        None if text.contains("\": ") => json::JsonStyle::spaced().ascii(),
        None => json::JsonStyle::compact(),
    };
    (style, end)
}
