//! What surrounds the cache in a scenario: the time, the service that hands out tokens, the file that others write.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::claims::encode_base64url;
use auth_core::secret::expose;
use auth_core::store::{FileFormat, replace_file};
use auth_core::{BoxFuture, Error, ErrorKind, ManualClock, Result, Timestamp, Token, TokenKey, TokenSource};
use serde_json::{Value, json};

use super::script::{Reply, Says, SourceSpec, StoreState, TokenSpec};

/// The beginning, by the service's clock.
const BEGINNING: i64 = 1_800_000_000;

pub(crate) struct World {
    pub(crate) clock: ManualClock,
    pub(crate) file: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// True time since the beginning.
    elapsed: f64,
    /// Name and true end of each token.
    tokens: HashMap<String, (String, Option<f64>)>,
    exchanges: usize,
    spent: Vec<String>,
    complaints: Vec<String>,
}

impl World {
    pub(crate) fn new(wall_clock_ahead: i64, file: PathBuf) -> Self {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(BEGINNING + wall_clock_ahead));
        Self { clock, file, state: Mutex::default() }
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap())
    }

    pub(crate) fn advance(&self, seconds: f64) {
        self.clock.advance(Duration::from_secs_f64(seconds));
        self.with(|state| state.elapsed += seconds);
    }

    pub(crate) fn suspend(&self, seconds: f64) {
        self.clock.suspend(Duration::from_secs_f64(seconds));
        self.with(|state| state.elapsed += seconds);
    }

    pub(crate) fn exchanges(&self) -> usize {
        self.with(|state| state.exchanges)
    }

    pub(crate) fn spent(&self) -> Vec<String> {
        self.with(|state| state.spent.clone())
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.with(|state| state.complaints.clone())
    }

    /// The name of a token, and whether the service still accepts it.
    pub(crate) fn look_up(&self, token: &Token) -> (String, bool) {
        self.with(|state| {
            let (name, until) = &state.tokens[expose(&token.access_token)];
            (name.clone(), until.is_none_or(|until| until > state.elapsed))
        })
    }

    /// A token as its receiver gets it. `fresh` from the service, or else from a file or the user.
    pub(crate) fn make(&self, spec: &TokenSpec, fresh: bool) -> Token {
        self.with(|state| {
            let (now, name) = (state.elapsed, spec.name.replace('#', &state.exchanges.to_string()));
            let until = spec.until.or(spec.lives.map(|lives| now + lives));
            let moment = |seconds: f64| BEGINNING as f64 + seconds;
            let mut claims = json!({"jti": name});
            if let Some(until) = until {
                claims["exp"] = moment(until).into();
            }
            if spec.says == Says::ExpAndIat {
                claims["iat"] = moment(spec.issued.unwrap_or(now)).into();
            }
            let text = match spec.says {
                Says::ExpAndIat | Says::Exp => {
                    format!("e30.{}.c2ln", encode_base64url(claims.to_string().as_bytes()))
                }
                Says::ExpiresIn | Says::Nothing => name.clone(),
            };
            state.tokens.insert(text.clone(), (name, until));
            let token = match (spec.says, until) {
                (Says::ExpAndIat | Says::Exp, _) if fresh => Token::from_fresh_jwt(text),
                (Says::ExpAndIat | Says::Exp, _) => Token::from_stored_jwt(text),
                (Says::ExpiresIn, Some(until)) if fresh => {
                    Token::new(text).with_lifetime(Duration::from_secs_f64((until - now).max(0.0)))
                }
                (Says::ExpiresIn, Some(until)) => {
                    let until = Timestamp::from_unix_seconds_f64(moment(until)).unwrap();
                    Token::new(text).with_expires_at(until)
                }
                (Says::ExpiresIn, None) | (Says::Nothing, _) => Token::new(text),
            };
            token.with_refresh_token(spec.refresh_token.clone().map(Into::into))
        })
    }

    /// What another process does, which takes no lease.
    pub(crate) fn save(&self, spec: &TokenSpec) {
        let token = self.make(spec, false);
        let key = TokenKey::new("", "", "");
        replace_file(&self.file, Shelf.write(None, &key, &token).unwrap()).unwrap();
    }

    /// What the file holds.
    pub(crate) fn stored(&self) -> Option<Token> {
        Shelf.read(&std::fs::read(&self.file).ok()?, &TokenKey::new("", "", "")).ok()?
    }

    pub(crate) fn store_becomes(&self, state: StoreState) {
        let lock = self.file.with_extension("json.lock");
        let _ = std::fs::remove_file(&lock);
        let _ = std::fs::remove_dir(&lock);
        match state {
            StoreState::Good => {}
            StoreState::Unreadable => std::fs::write(&self.file, "{ half").unwrap(),
            // A folder in the place of the lock file: that stops the superuser too, unlike a mode.
            StoreState::NotWritable => std::fs::create_dir(&lock).unwrap(),
        }
    }
}

/// A service that answers as the script says.
pub(crate) struct Service {
    pub(crate) world: Arc<World>,
    pub(crate) spec: SourceSpec,
}

impl Service {
    fn answer(&self, held: Option<&Token>) -> Result<Token> {
        let world = &self.world;
        let number = world.with(|state| {
            state.exchanges += 1;
            state.exchanges
        });
        if let Some(refresh_token) = held.and_then(|held| held.refresh_token.as_ref()) {
            let refresh_token = expose(refresh_token).to_owned();
            world.with(|state| {
                if self.spec.rotates && state.spent.contains(&refresh_token) {
                    state.complaints.push(format!("{refresh_token} was spent twice"));
                }
                state.spent.push(refresh_token);
            });
        }
        let reply = match self.spec.replies.get(number - 1) {
            Some(reply) => reply,
            None if self.spec.and_so_on => self.spec.replies.last().unwrap(),
            None => {
                world.with(|state| state.complaints.push(format!("exchange {number} is one too many")));
                return Err(Error::new(ErrorKind::TokenUnavailable, "the script is at its end"));
            }
        };
        self.carry_out(reply)
    }

    fn carry_out(&self, reply: &Reply) -> Result<Token> {
        if let Some(spec) = &reply.meanwhile_saved {
            self.world.save(spec);
        }
        self.world.advance(reply.takes);
        match (&reply.token, &reply.error) {
            (Some(spec), None) => Ok(self.world.make(spec, true)),
            (None, Some(kind)) => Err(Error::new(kind_of(kind), "as the script says")),
            _ => panic!("a reply is a token or an error"),
        }
    }
}

impl TokenSource for Service {
    fn key(&self) -> TokenKey {
        TokenKey::new("scenario", "https://auth.example.org/token", "c-1")
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(async move { self.answer(held) })
    }

    fn is_renewable(&self) -> bool {
        self.spec.renewable
    }

    fn rotates(&self, held: Option<&Token>) -> bool {
        self.spec.rotates && held.is_some_and(|held| held.refresh_token.is_some())
    }
}

fn kind_of(name: &str) -> ErrorKind {
    use ErrorKind::{InvalidCredentials, NoCredentials, Timeout, TokenRefused, TokenUnavailable, Transport};
    let kinds = [InvalidCredentials, NoCredentials, Timeout, TokenRefused, TokenUnavailable, Transport];
    kinds.into_iter().find(|kind| format!("{kind:?}") == name).unwrap_or_else(|| panic!("no kind {name}"))
}

/// A file that holds one token, and tells as much about it as most vendors' files.
pub(crate) struct Shelf;

impl FileFormat for Shelf {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let entry: Value =
            serde_json::from_slice(file).map_err(|_| Error::new(ErrorKind::Store, "it is not JSON"))?;
        let Some(text) = entry["token"].as_str() else { return Ok(None) };
        let mut token = match text.contains('.') {
            true => Token::from_stored_jwt(text),
            false => Token::new(text),
        };
        token.expires_at =
            token.expires_at.or(entry["until"].as_f64().and_then(Timestamp::from_unix_seconds_f64));
        Ok(Some(token.with_refresh_token(entry["refresh_token"].as_str().map(Into::into))))
    }

    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        file.map(|file| self.read(file, key)).transpose()?;
        let entry = json!({
            "token": expose(&token.access_token),
            "refresh_token": token.refresh_token.as_ref().map(expose),
            "until": token.expires_at.map(|at| at.unix_seconds()),
        });
        Ok(entry.to_string().into_bytes())
    }
}
