//! What the vendor's `token_info.json` holds: the credentials that a login gives, and the last token (contract section
//! 4.1). Bytes in, bytes out.

use std::fmt;
use std::path::{Path, PathBuf};

use auth_core::claims::decode_base64url;
use auth_core::store::{json, replace_file};
use auth_core::{Environment, Error, ErrorKind, Result, SecretString};
use serde_json::{Map, Value};

use crate::endpoints::{Setting, Urls};
use crate::flavor::Flavor;

const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
const REFRESH_TOKEN: &str = "refresh_token";
const JWT_TOKEN: &str = "jwt_token";
/// An older name, which counts when it is there.
const OLD_JWT_TOKEN: &str = "JWT_TOKEN";
const SCOPE: &str = "scope";
const KNOWN: [&str; 5] = [CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, JWT_TOKEN, OLD_JWT_TOKEN];

/// The credentials that a login gives, with what stands beside them. What is unknown is kept.
///
/// ```no_run
/// # fn example(pasted: &str) -> descartes::Result<()> {
/// let environment = descartes::Environment::system();
/// let flavor = descartes::Flavor::DESCARTES_LABS;
/// descartes::TokenInfo::from_pasted(pasted)?.save(descartes::TokenInfo::path(&environment, flavor)?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct TokenInfo(Map<String, Value>);

impl TokenInfo {
    /// Reads the text that the web app shows after a login ([`TokenInfo::login_url`]): base64url of a JSON object.
    pub fn from_pasted(text: &str) -> Result<Self> {
        let unusable = |why: String| {
            Error::new(ErrorKind::InvalidCredentials, format!("the pasted text is not a token: {why}"))
                .with_help("copy the whole text that the login page shows, and paste it again")
        };
        let bytes = decode_base64url(text).ok_or_else(|| unusable("it is not base64url".to_owned()))?;
        let mut info = match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Self(object),
            Ok(_) => return Err(unusable("it holds something else than a JSON object".to_owned())),
            Err(_) => return Err(unusable("it does not hold JSON".to_owned())),
        };
        for field in [CLIENT_ID, CLIENT_SECRET] {
            if info.text(field).is_none() {
                return Err(unusable(format!("it holds no {field}")));
            }
        }
        if info.text(REFRESH_TOKEN).is_none()
            && let Some(secret) = info.0.get(CLIENT_SECRET).cloned()
        {
            info.0.insert(REFRESH_TOKEN.to_owned(), secret);
        }
        Ok(info)
    }

    /// Reads a file's content. An error when it is not a JSON object.
    pub(crate) fn parse(file: &[u8]) -> Result<Self> {
        json::parse_object(file).map(Self)
    }

    /// Where the file is: the path in `DESCARTESLABS_TOKEN_INFO_PATH`, else `~/.descarteslabs/token_info.json`. For
    /// EarthOne `EARTHONE_TOKEN_INFO_PATH` and `~/.earthone/token_info.json`.
    pub fn path(environment: &Environment, flavor: Flavor) -> Result<PathBuf> {
        let variable = flavor.variable("TOKEN_INFO_PATH");
        let given = environment.var(&variable).map(|path| environment.expand(path));
        given.or_else(|| usual_path(environment, flavor)).ok_or_else(|| {
            Error::new(ErrorKind::Configuration, "there is no home folder to keep credentials in")
                .with_help(format!("set HOME or {variable}"))
        })
    }

    /// Where a person logs in, and is shown the text that [`TokenInfo::from_pasted`] reads.
    pub fn login_url(environment: &Environment, flavor: Flavor) -> Result<String> {
        let setting = Setting { flavor, named: None, environment };
        Ok(login_page(&setting.fill(&Urls::default())?))
    }

    /// Writes the file, in place of one that is there: a login replaces the credentials. Mode 0600, in one step.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        replace_file(path, self.to_bytes()?)
    }

    /// As the vendor's SDK writes it: one line, ASCII.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        json::JsonStyle::spaced().ascii().write(&self.0)
    }

    /// The public half.
    pub fn client_id(&self) -> Option<String> {
        self.text(CLIENT_ID)
    }

    /// The name that the user gave to these credentials.
    pub fn name(&self) -> Option<String> {
        self.text("name")
    }

    pub(crate) fn client_secret(&self) -> Option<SecretString> {
        self.text(CLIENT_SECRET).map(Into::into)
    }

    pub(crate) fn refresh_token(&self) -> Option<SecretString> {
        self.text(REFRESH_TOKEN).map(Into::into)
    }

    pub(crate) fn jwt_token(&self) -> Option<SecretString> {
        self.text(OLD_JWT_TOKEN).or_else(|| self.text(JWT_TOKEN)).map(Into::into)
    }

    /// The scopes: a list of texts, or one text with blanks between them.
    pub(crate) fn scope(&self) -> Result<Option<Vec<String>>> {
        let scopes = match self.0.get(SCOPE) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => Some(text.split_whitespace().map(str::to_owned).collect()),
            Some(Value::Array(list)) => list.iter().map(|scope| scope.as_str().map(str::to_owned)).collect(),
            Some(_) => None,
        };
        scopes.map(Some).ok_or_else(|| {
            Error::new(ErrorKind::InvalidCredentials, "the field `scope` is not a list of texts")
        })
    }

    /// Whether a token in it was obtained with these credentials. The field `client_secret` counts only where there is
    /// no `refresh_token`.
    pub(crate) fn is_of(&self, client_id: &str, secret: &str) -> bool {
        let known = self.text(REFRESH_TOKEN).or_else(|| self.text(CLIENT_SECRET));
        self.text(CLIENT_ID).as_deref() == Some(client_id) && known.as_deref() == Some(secret)
    }

    /// The same with a new token, ready for the vendor's SDK to read.
    ///
    /// Where it holds other credentials, it is replaced by ours, as the vendor documents. Else all is kept, and both
    /// names of the secret are there afterwards. An error when it is no such file at all.
    pub(crate) fn renewed(mut self, client_id: &str, secret: &str, jwt: &str) -> Result<Self> {
        if !self.0.is_empty() && !KNOWN.iter().any(|field| self.0.contains_key(*field)) {
            return Err(Error::new(ErrorKind::Store, "it holds something else than token information")
                .with_help("name another file; it was not changed"));
        }
        if self.is_others(client_id, secret) {
            self.0.clear();
        }
        for (field, value) in [(CLIENT_ID, client_id), (CLIENT_SECRET, secret), (REFRESH_TOKEN, secret)] {
            if self.text(field).as_deref() != Some(value) {
                self.0.insert(field.to_owned(), value.into());
            }
        }
        Ok(self.with_jwt(jwt))
    }

    /// With a new token, and all else as it is.
    pub(crate) fn with_jwt(mut self, jwt: &str) -> Self {
        self.0.insert(JWT_TOKEN.to_owned(), jwt.into());
        self.0.shift_remove(OLD_JWT_TOKEN);
        self
    }

    /// Whether it holds other credentials than these.
    pub(crate) fn is_others(&self, client_id: &str, secret: &str) -> bool {
        let secrets = [self.text(CLIENT_SECRET), self.text(REFRESH_TOKEN)];
        let mut known = secrets.iter().flatten().peekable();
        let other_secret = known.peek().is_some() && !known.any(|known| known == secret);
        self.text(CLIENT_ID).is_some_and(|id| id != client_id) || other_secret
    }

    /// A field that is text and not empty. A number, as a hand may have written it, is its text.
    fn text(&self, field: &str) -> Option<String> {
        match self.0.get(field)? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl Default for TokenInfo {
    /// An empty one.
    fn default() -> Self {
        Self(Map::new())
    }
}

/// Names only: the values are secrets.
impl fmt::Debug for TokenInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenInfo")
            .field("client_id", &self.client_id())
            .field("fields", &self.0.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The login page of a web app.
pub(crate) fn login_page(urls: &Urls) -> String {
    let app = urls.app.as_deref().unwrap_or_default();
    format!("{}/account/refresh-token", app.trim_end_matches('/'))
}

/// The file in its usual place, where there is a home folder.
pub(crate) fn usual_path(environment: &Environment, flavor: Flavor) -> Option<PathBuf> {
    Some(environment.home()?.join(flavor.folder).join("token_info.json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::claims::encode_base64url;
    use proptest::prelude::*;
    use serde_json::json;

    fn info(value: Value) -> TokenInfo {
        TokenInfo::parse(value.to_string().as_bytes()).unwrap()
    }

    fn renewed(value: Value) -> Value {
        Value::Object(info(value).renewed("cid", "sec", "jwt").unwrap().0)
    }

    #[test]
    fn a_pasted_text_becomes_the_file_that_a_login_writes() {
        let pasted = encode_base64url(
            br#"{"id":"some id","client_id":"cid","name":"API token","revoke_url":"https://x/1","client_secret":"sec"}"#,
        );
        let file = r#"{"id": "some id", "client_id": "cid", "name": "API token", "revoke_url": "https://x/1", "client_secret": "sec", "refresh_token": "sec"}"#;
        let padded = format!(" {pasted}{}\n", "=".repeat((4 - pasted.len() % 4) % 4));
        for pasted in [pasted, padded] {
            assert_eq!(TokenInfo::from_pasted(&pasted).unwrap().to_bytes().unwrap(), file.as_bytes());
        }
    }

    #[test]
    fn other_texts_say_what_is_wrong_and_show_nothing() {
        for (text, why) in [
            ("canary!", "it is not base64url"),
            ("Y2FuYXJ5", "it does not hold JSON"),
            ("WzFd", "something else than a JSON object"),
            (&encode_base64url(br#"{"client_secret":"canary"}"#), "it holds no client_id"),
            (&encode_base64url(br#"{"client_id":"c","client_secret":""}"#), "it holds no client_secret"),
        ] {
            let error = TokenInfo::from_pasted(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
            assert!(error.to_string().contains(why) && !error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_renewed_file_keeps_its_place_its_order_and_what_is_unknown() {
        let expected = json!({"x": 1, "client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": "jwt"});
        for before in [
            json!({"x": 1, "client_id": "cid", "client_secret": "sec", "refresh_token": "sec"}),
            json!({"x": 1, "client_id": "cid", "client_secret": "sec"}),
            json!({"x": 1, "client_id": "cid", "refresh_token": "sec", "JWT_TOKEN": "old"}),
            json!({"x": 1, "client_id": "cid", "refresh_token": "sec", "client_secret": "other", "jwt_token": "old"}),
            json!({"x": 1, "jwt_token": "old"}),
        ] {
            assert_eq!(renewed(before.clone()), expected, "{before}");
        }
    }

    #[test]
    fn other_credentials_are_replaced() {
        let expected =
            json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": "jwt"});
        for before in [
            json!({}),
            json!({"x": 1, "client_id": "other", "client_secret": "sec"}),
            json!({"x": 1, "client_id": "cid", "client_secret": "other", "jwt_token": "old"}),
        ] {
            assert_eq!(renewed(before.clone()), expected, "{before}");
        }
        let foreign = info(json!({"dependencies": {}})).renewed("cid", "sec", "jwt").unwrap_err();
        assert!(foreign.to_string().starts_with("it holds something else than token information"));
    }

    #[test]
    fn scopes_are_a_list_or_a_text() {
        let scopes = |value: Value| info(json!({ "scope": value })).scope();
        let expected = Some(vec!["openid".to_owned(), "email".to_owned()]);
        assert_eq!(scopes(json!(["openid", "email"])).unwrap(), expected);
        assert_eq!(scopes(json!("openid email")).unwrap(), expected);
        assert_eq!(scopes(json!(null)).unwrap(), None);
        assert!(scopes(json!(7)).is_err() && scopes(json!([1])).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}") {
            let _ = TokenInfo::from_pasted(&text);
        }

        #[test]
        fn what_is_written_is_of_the_same_credentials(id in "\\PC{1,8}", secret in "\\PC{1,8}", old in "[a-z]{0,3}") {
            let file = info(json!({"client_id": old, "note": "kept"})).renewed(&id, &secret, "jwt").unwrap();
            let again = TokenInfo::parse(&file.to_bytes().unwrap()).unwrap();
            prop_assert!(again.is_of(&id, &secret));
            prop_assert_eq!(again, file);
        }
    }
}
