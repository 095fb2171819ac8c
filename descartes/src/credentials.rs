//! Where credentials come from: arguments and surroundings in, credentials out, no network (contract section 3).
//!
//! Each value is looked for by itself. When any of them is given by an argument or a variable, files supply none; only
//! a token may then still come from a file. An empty value counts as absent, everywhere.

mod file;
mod found;
mod given;

use std::path::{Path, PathBuf};

use auth_core::secret::expose;
use auth_core::store::read_file;
use auth_core::{Base, Environment, Result, SecretString, Timestamp};

pub(crate) use found::Found;
pub use given::TokenInfoPath;
pub(crate) use given::{Given, Value};

use crate::flavor::Flavor;
use crate::store::{Place, jwt_cache};
use crate::token_info::TokenInfo;
use file::{File, Read, read};
use found::Notes;

/// Everything outside of the arguments that decides.
pub(crate) struct Surroundings<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) flavor: Flavor,
    pub(crate) now: Timestamp,
    /// The domain, where it is not the default one.
    pub(crate) other_domain: Option<&'a Base>,
}

impl Surroundings<'_> {
    /// Finds credentials, or says what is missing. That is an error only when a token is asked for; what is an error at
    /// once is a value that can never be sent, and a file that is something else.
    pub(crate) fn find(&self, given: &Given) -> Result<Found> {
        let id = self.value("client_id", given.client_id.as_ref(), &self.names("CLIENT_ID", true))?;
        let secret =
            self.value("client_secret", given.client_secret.as_ref(), &self.names("CLIENT_SECRET", true))?;
        let refresh =
            self.value("refresh_token", given.refresh_token.as_ref(), &self.names("REFRESH_TOKEN", false))?;
        let token = self.value("jwt_token", given.jwt_token.as_ref(), &self.names("TOKEN", false))?;
        let notes = Notes::new(self.flavor, [&id, &secret, &refresh, &token]);
        let file = File::choose(&given.token_info_path, self.environment, self.flavor);
        let secret = self.one_secret(refresh, secret);
        let mut found = match (id, secret, token) {
            (None, None, None) => self.in_file(file, notes)?,
            (id, secret, token) => self.among_the_given(id, secret, token, file, notes)?,
        };
        if given.scope.is_some() {
            found.scope.clone_from(&given.scope);
        }
        found.scope = found.scope.filter(|scope| !scope.is_empty());
        if found.token.is_none() && !found.is_complete() {
            let missing = found.missing();
            tracing::warn!(missing, "no valid authentication info found; see {}", self.flavor.documentation);
        }
        Ok(found)
    }

    /// Whether tokens of earlier processes may be used.
    pub(crate) fn reads_tokens(&self) -> bool {
        let variable = self.flavor.variable("NO_JWT_CACHE");
        !self.environment.var(&variable).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    fn among_the_given(
        &self,
        id: Option<Value>,
        secret: Option<Value>,
        token: Option<Value>,
        file: File,
        mut notes: Notes,
    ) -> Result<Found> {
        let mut found = Found::new(self.flavor);
        found.place = match (&file, &id, &secret) {
            (File::Named(path), Some(_), Some(_)) => Place::Named(path.clone()),
            (File::Usual(_), _, Some(secret)) => self.cache(&secret.text),
            _ => Place::Memory,
        };
        found.source =
            [&id, &secret].into_iter().flatten().map(|value| &*value.from).collect::<Vec<_>>().join(" and ");
        found.client_id = id.map(|id| expose(&id.text).to_owned());
        found.secret = secret.map(|secret| secret.text);
        let kept = match &found.place {
            Place::Named(path) => {
                self.kept_beside_credentials(path, &mut found.scope, &found.client_id, &found.secret)?
            }
            place => cached(place),
        };
        match token {
            Some(token) => match found.check(&token.text, self.now) {
                Ok(usable) => found.token = Some(usable),
                Err(why) => {
                    tracing::warn!(source = token.from, why, "the given token is not used");
                    notes.set(&token.from, format!("not used: {why}"));
                }
            },
            None if self.reads_tokens() => {
                found.token = kept.and_then(|kept| found.check(&kept, self.now).ok())
            }
            None => {}
        }
        match &file {
            File::Named(path) | File::Usual(Some(path)) => {
                notes.add(path.display().to_string(), "not looked at, because something is given above");
            }
            File::Usual(None) | File::Nothing => {}
        }
        found.notes = notes;
        Ok(found)
    }

    /// The file for the tokens of a secret, if there is a home folder.
    fn cache(&self, secret: &SecretString) -> Place {
        jwt_cache(self.environment, self.flavor, secret, self.other_domain)
            .map_or(Place::Memory, Place::JwtCache)
    }

    /// The token of a file that was named beside credentials, if it is theirs. Its scopes are theirs too.
    fn kept_beside_credentials(
        &self,
        path: &Path,
        scope: &mut Option<Vec<String>>,
        id: &Option<String>,
        secret: &Option<SecretString>,
    ) -> Result<Option<SecretString>> {
        let (Some(id), Some(secret)) = (id, secret) else { return Ok(None) };
        let info = match read(path) {
            Read::Info(info) if info.is_of(id, expose(secret)) => info,
            Read::Other(error) => return Err(error),
            Read::Unreadable(why) => {
                tracing::warn!(path = %path.display(), why, "token information could not be read");
                return Ok(None);
            }
            Read::Info(_) | Read::Missing => return Ok(None),
        };
        *scope = info.scope().map_err(|error| error.context(path.display()))?;
        Ok(info.jwt_token())
    }

    /// The credentials of a file, when nothing else was given.
    fn in_file(&self, file: File, mut notes: Notes) -> Result<Found> {
        let mut found = Found::new(self.flavor);
        if let Some((path, info)) = self.open(file, &mut notes)? {
            let name = path.display().to_string();
            let value = |field: &str, text: Option<SecretString>| {
                let from = format!("the field `{field}` of {name}");
                text.map(|text| Value { text, from }.checked()).transpose()
            };
            let id = value("client_id", info.client_id().map(Into::into))?;
            let secret = value("client_secret", info.client_secret())?;
            let refresh = value("refresh_token", info.refresh_token())?;
            found.client_id = id.map(|id| expose(&id.text).to_owned());
            found.secret = self.one_secret(refresh, secret).map(|secret| secret.text);
            found.scope = info.scope().map_err(|error| error.context(&name))?;
            found.place = match (self.other_domain, &found.secret) {
                (None, _) => Place::Source(path),
                // The token in the file is one of the default domain, and stays so (trap 11).
                (Some(_), Some(secret)) => self.cache(secret),
                (Some(_), None) => Place::Memory,
            };
            let kept = match &found.place {
                Place::Source(_) => info.jwt_token(),
                place => cached(place),
            };
            if let Some(jwt) = kept.filter(|_| self.reads_tokens()) {
                found.token = found.check(&jwt, self.now).ok();
            }
            notes.add(name.clone(), format!("has no {}", found.missing()));
            found.source = format!("the file {name}");
        }
        found.notes = notes;
        Ok(found)
    }

    /// Reads the file that credentials are to come from, or notes why there are none.
    fn open(&self, file: File, notes: &mut Notes) -> Result<Option<(PathBuf, TokenInfo)>> {
        let path = match file {
            File::Named(path) | File::Usual(Some(path)) => path,
            File::Usual(None) => {
                notes.add(format!("~/{}/token_info.json", self.flavor.folder), "there is no home folder");
                return Ok(None);
            }
            File::Nothing => {
                notes.add("token_info_path", "no file is to be read");
                return Ok(None);
            }
        };
        let name = path.display().to_string();
        match read(&path) {
            Read::Info(info) => return Ok(Some((path, info))),
            Read::Other(error) => return Err(error),
            Read::Missing => notes.add(name, "does not exist"),
            Read::Unreadable(why) => {
                tracing::warn!(path = name, why, "token information could not be read");
                notes.add(name, why);
            }
        }
        Ok(None)
    }

    /// The refresh token and the client secret are one thing under two names; the former counts.
    fn one_secret(&self, refresh: Option<Value>, secret: Option<Value>) -> Option<Value> {
        if let (Some(refresh), Some(secret)) = (&refresh, &secret)
            && expose(&refresh.text) != expose(&secret.text)
        {
            let (used, ignored) = (&refresh.from, &secret.from);
            tracing::warn!(
                used,
                ignored,
                "refresh token and client secret differ; the refresh token is used"
            );
        }
        refresh.or(secret)
    }

    fn names(&self, name: &str, also_plain: bool) -> Vec<String> {
        let plain = also_plain.then(|| name.to_owned());
        std::iter::once(self.flavor.variable(name)).chain(plain).collect()
    }

    /// The argument, else the first variable that is set.
    fn value(
        &self,
        name: &str,
        argument: Option<&SecretString>,
        variables: &[String],
    ) -> Result<Option<Value>> {
        let argument = argument.filter(|text| !expose(text).is_empty());
        let argument =
            argument.map(|text| Value { text: text.clone(), from: format!("the argument {name}") });
        let variable = || {
            variables.iter().find_map(|variable| {
                let text = self.environment.var(variable)?.into();
                Some(Value { text, from: variable.clone() })
            })
        };
        argument.or_else(variable).map(Value::checked).transpose()
    }
}

/// The token that a cache file holds, if there is one.
fn cached(place: &Place) -> Option<SecretString> {
    let Place::JwtCache(path) = place else { return None };
    TokenInfo::parse(&read_file(path).ok()??).ok()?.jwt_token()
}
