//! What a search for credentials has found, and the record of it.

use auth_core::{Error, Lookup, SecretString, Timestamp, Token};

use super::given::Value;
use crate::flavor::Flavor;
use crate::payload::Payload;
use crate::store::Place;

/// What was found. It may be incomplete: that is told when a token is asked for.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) flavor: Flavor,
    pub(crate) client_id: Option<String>,
    /// The client secret, alias refresh token.
    pub(crate) secret: Option<SecretString>,
    /// A token that is still good.
    pub(crate) token: Option<Token>,
    pub(crate) scope: Option<Vec<String>>,
    /// Where new tokens are kept.
    pub(crate) place: Place,
    /// Where the credentials come from, for errors.
    pub(crate) source: String,
    pub(crate) notes: Notes,
}

impl Found {
    pub(super) fn new(flavor: Flavor) -> Self {
        Self {
            flavor,
            client_id: None,
            secret: None,
            token: None,
            scope: None,
            place: Place::Memory,
            source: String::new(),
            notes: Notes(Vec::new()),
        }
    }

    /// Whether tokens can be obtained.
    pub(crate) fn is_complete(&self) -> bool {
        self.client_id.is_some() && self.secret.is_some()
    }

    /// What is missing, in the vendor's words.
    pub(crate) fn missing(&self) -> &'static str {
        match (&self.client_id, &self.secret) {
            (None, None) => "client_id and no client_secret or refresh_token",
            (None, Some(_)) => "client_id",
            (Some(_), _) => "client_secret or refresh_token",
        }
    }

    /// The token, if it can be used at all; else why not. A token for another client id can not.
    pub(super) fn check(&self, jwt: &SecretString, now: Timestamp) -> Result<Token, String> {
        let payload = Payload::decode(jwt, self.flavor).map_err(|error| error.to_string())?;
        match payload.expires_at() {
            None => return Err("it does not say when it expires (claim `exp`)".to_owned()),
            Some(expires_at) if now > expires_at => return Err(format!("it expired at {expires_at}")),
            Some(_) => {}
        }
        match &self.client_id {
            Some(id) if !payload.is_for(id) => Err(format!("it was made for another client id than {id}")),
            _ => Ok(Token::from_stored_jwt(jwt.clone())),
        }
    }

    /// The error of asking for a token that cannot be had.
    pub(crate) fn into_error(self, login_url: &str) -> Error {
        let flavor = self.flavor;
        let missing = self.missing();
        self.notes.lookup(flavor.name).into_error(format!(
            "no valid authentication info: no {missing}. Log in at {login_url} and save what it shows, or set {} and {}. See {}",
            flavor.variable("CLIENT_ID"),
            flavor.variable("CLIENT_SECRET"),
            flavor.documentation,
        ))
    }
}

/// Where was looked, in order, and what was found there.
#[derive(Debug)]
pub(crate) struct Notes(Vec<(String, String)>);

impl Notes {
    /// Notes about client id, client secret, refresh token and token, in this order.
    pub(super) fn new(flavor: Flavor, values: [&Option<Value>; 4]) -> Self {
        let variables = [
            format!("{}, CLIENT_ID", flavor.variable("CLIENT_ID")),
            format!("{}, CLIENT_SECRET", flavor.variable("CLIENT_SECRET")),
            flavor.variable("REFRESH_TOKEN"),
            flavor.variable("TOKEN"),
        ];
        let mut notes = Self(Vec::new());
        if !values
            .iter()
            .any(|value| value.as_ref().is_some_and(|value| value.from.starts_with("the argument")))
        {
            notes.add("arguments", "none given");
        }
        for (variables, value) in variables.into_iter().zip(values) {
            match value {
                Some(value) => notes.add(value.from.clone(), "found"),
                None => notes.add(variables, "not set"),
            }
        }
        notes
    }

    pub(super) fn add(&mut self, source: impl Into<String>, finding: impl Into<String>) {
        self.0.push((source.into(), finding.into()));
    }

    /// Replaces the finding about a source.
    pub(super) fn set(&mut self, source: &str, finding: String) {
        if let Some(note) = self.0.iter_mut().find(|(known, _)| known == source) {
            note.1 = finding;
        }
    }

    fn lookup(self, vendor: &'static str) -> Lookup {
        let mut lookup = Lookup::new(vendor);
        for (source, finding) in self.0 {
            lookup.note(source, finding);
        }
        lookup
    }
}
