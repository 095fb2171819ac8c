//! How a token travels with a request.

use std::borrow::Cow;
use std::fmt;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::SecretString;

use crate::error::Result;
use crate::secret;

/// How a token travels with a request. Made once per token and reused, so that an authorised request costs no more
/// than a plain one.
#[derive(Clone)]
#[non_exhaustive]
pub enum Authorization {
    /// Nothing is added.
    None,
    /// A header, flagged as sensitive.
    Header(HeaderName, HeaderValue),
    /// A pair of the query.
    Query(Cow<'static, str>, SecretString),
}

impl Authorization {
    /// `Authorization: Bearer <token>`.
    pub fn bearer(token: &SecretString) -> Result<Self> {
        Ok(Self::Header(AUTHORIZATION, secret::sensitive_header("Bearer ", token)?))
    }

    /// `Authorization: Basic base64(user:password)`.
    pub fn basic(user: &str, password: &SecretString) -> Result<Self> {
        Ok(Self::Header(AUTHORIZATION, secret::basic_header(user, password)?))
    }

    /// `<name>: <token>`, without a scheme.
    pub fn header(name: HeaderName, token: &SecretString) -> Result<Self> {
        Ok(Self::Header(name, secret::sensitive_header("", token)?))
    }

    /// `?<name>=<token>`.
    pub fn query(name: impl Into<Cow<'static, str>>, token: SecretString) -> Self {
        Self::Query(name.into(), token)
    }
}

/// Where the token travels, never the token.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Header(name, _) => write!(f, "Header({name}: [REDACTED])"),
            Self::Query(name, _) => write!(f, "Query({name}=[REDACTED])"),
        }
    }
}
