//! The personal access config (PAT), with which tokens are signed: `pat.json`, and the same members in a profile of the
//! vendor's CLI (contract sections 2.4 and 4.2).

use std::fmt;
use std::path::Path;

use auth_core::Environment;
use auth_core::store::read_file;
use serde_json::{Map, Value};

use crate::error::{BadToken, Error, Result};
use crate::jwt::SigningKey;

/// A personal access config: a private key, whose it is, and the cluster that knows it. Clones share the key.
#[derive(Clone)]
pub struct PersonalAccessConfig {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) username: String,
    pub(crate) url: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) key: SigningKey,
}

impl PersonalAccessConfig {
    /// The config in JSON text, as the console gives it.
    pub fn from_json(text: impl AsRef<str>) -> Result<Self> {
        Ok(Self::parse("the given personal access config", text.as_ref().as_bytes())?)
    }

    /// The config in a file, as the console gives it.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let place = format!("the personal access config {}", path.display());
        let bytes = read_file(path)
            .map_err(|error| BadToken::malformed("the given personal access config", error.to_string()))?
            .ok_or_else(|| BadToken::malformed(&place, "the file does not exist"))?;
        Ok(Self::parse(&place, &bytes)?)
    }

    /// Whose it is: for people a UUID.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The URL of the cluster that it belongs to.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The project that it names, which is used when nothing else names one.
    pub fn project(&self) -> Option<&str> {
        self.project.as_deref()
    }

    pub(crate) fn parse(place: &str, bytes: &[u8]) -> Result<Self, BadToken> {
        Self::from_members(place, members(place, bytes)?)
    }

    /// Reads the members of a config or of a profile. The error names the place and shows nothing of what is there.
    pub(crate) fn from_members(place: &str, mut members: Map<String, Value>) -> Result<Self, BadToken> {
        let wrong = |why: String| BadToken::malformed(place, why);
        let jwk = match members.shift_remove("jwk") {
            Some(Value::Object(jwk)) => jwk,
            Some(_) => return Err(wrong("the field `jwk` is not an object".to_owned())),
            None if members.get("token").is_some_and(Value::is_string) => {
                return Err(wrong(
                    "the field `jwk` is missing: this is the layout of an old version of the CLI, which kept a \
                     token there"
                        .to_owned(),
                ));
            }
            None => return Err(wrong("the field `jwk` is missing".to_owned())),
        };
        let text = |field: &str| match members.get(field) {
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err(wrong(format!("the field `{field}` is empty")))
            }
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(wrong(format!("the field `{field}` is not text"))),
            None => Err(wrong(format!("the field `{field}` is missing"))),
        };
        Ok(Self {
            issuer: text("issuer")?,
            audience: text("audience")?,
            username: text("username")?,
            url: optional(&members, "url"),
            project: optional(&members, "project"),
            key: SigningKey::from_jwk(jwk).map_err(wrong)?,
        })
    }
}

/// The members of a config in JSON text. For service users the console wraps it: `{"success": true, "config": {..}}`.
pub(crate) fn members(place: &str, bytes: &[u8]) -> Result<Map<String, Value>, BadToken> {
    let mut members = parse(bytes).map_err(|why| BadToken::malformed(place, why))?;
    match members.shift_remove("config") {
        Some(Value::Object(inside)) if !members.contains_key("jwk") => Ok(inside),
        _ => Ok(members),
    }
}

/// A JSON object, in a file or not. What is wrong with it, and where, without what it holds.
fn parse(text: &[u8]) -> Result<Map<String, Value>, String> {
    // Some editors put a byte order mark there.
    match serde_json::from_slice(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("it is not a JSON object".to_owned()),
        Err(error) if error.is_eof() => {
            Err(format!("its JSON breaks off at line {}, column {}", error.line(), error.column()))
        }
        Err(error) => {
            Err(format!("it is not JSON, from line {}, column {} on", error.line(), error.column()))
        }
    }
}

/// The members of a config that a person or a variable gives: JSON text when it begins with `{`, else the path of a
/// file (contract section 3.1, R3).
pub(crate) fn members_at(
    place: &str,
    given: &str,
    environment: &Environment,
) -> Result<Map<String, Value>, BadToken> {
    let given = given.trim();
    if given.starts_with('{') {
        return members(place, given.as_bytes());
    }
    let wrong = |why: String| BadToken::malformed(place, why);
    let neither = || wrong("it holds neither a JSON object nor the path of a file that exists".to_owned());
    // Not shown unless it is a path for certain: it may be a key or a token, put where its path belongs.
    let is_path = given.contains(['/', '\\']) || given.ends_with(".json");
    if given.starts_with(['[', '"']) || given.starts_with("eyJ") || given.contains('\n') || given.len() > 4096
    {
        return Err(neither());
    }
    let path = environment.expand(given);
    match read_file(&path) {
        Ok(Some(bytes)) => members(&format!("{place}, the file {}", path.display()), &bytes),
        Ok(None) if is_path => {
            Err(wrong(format!("it names the file {}, which does not exist", path.display())))
        }
        Err(error) if is_path => Err(wrong(error.to_string())),
        Ok(None) | Err(_) => Err(neither()),
    }
}

/// A member that is text and not blank.
pub(crate) fn optional(members: &Map<String, Value>, field: &str) -> Option<String> {
    members.get(field)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A URL for people, without the password that somebody may have put into it.
pub(crate) fn shown(url: Option<&str>) -> Option<&str> {
    url.map(|url| if url.contains('@') { "[a URL with a user name]" } else { url })
}

impl std::str::FromStr for PersonalAccessConfig {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_json(text)
    }
}

impl fmt::Debug for PersonalAccessConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonalAccessConfig")
            .field("username", &self.username)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("url", &shown(self.url()))
            .field("project", &self.project)
            .field("key", &self.key)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_a_config_or_an_error(bytes: Vec<u8>) {
            let _ = PersonalAccessConfig::parse("x", &bytes);
        }

        #[test]
        fn no_error_shows_what_the_config_holds(
            field in "(jwk|issuer|audience|username)", value in r#"("canary"|\["canary"\]|\{"d":"canary"\}|"canary",)"#,
        ) {
            let text = format!(r#"{{"jwk": 1, "issuer": "i", "audience": "a", "username": "u", "{field}": {value}}}"#);
            let error = PersonalAccessConfig::parse("x", text.as_bytes()).unwrap_err();
            prop_assert!(!error.to_string().contains("canary"), "{}", error);
        }
    }
}
