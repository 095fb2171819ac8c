//! The interactive login: three questions, whose answers this process remembers (contract section 3.1, R13 and R14).

use std::io::{self, BufRead, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

use auth_core::secret::expose;
use auth_core::{Base, Environment, Error as CoreError, ErrorKind, PlainHttp, SecretString};

use crate::error::{BadToken, Result};
use crate::pat::{self, PersonalAccessConfig};

/// The endpoint when neither the person nor the config names one.
const USUAL_ENDPOINT: &str = "https://api.cortex.insights.ai";
const ASK_ENDPOINT: &str = "Cortex URI: [https://api.cortex.insights.ai]";
const ASK_CONFIG: &str = "Personal Access Config: ";
const ASK_PROJECT: &str = "Cortex Project name: ";
/// A config that is pasted with line breaks has a dozen lines.
const MOST_LINES: usize = 200;

/// The login of this process. Never in the environment, which child processes inherit, and never on disk.
static REMEMBERED: Mutex<Option<Login>> = Mutex::new(None);

/// The answers to the questions of a login.
#[derive(Clone, Debug)]
pub struct Login {
    pub(crate) config: PersonalAccessConfig,
    pub(crate) endpoint: String,
    pub(crate) project: Option<String>,
}

/// Asks on the terminal for cluster, personal access config and project, and remembers the answers until this process
/// ends: clients that are made without credentials use them, before variables and profiles. Blocks.
///
/// On a terminal the personal access config is read without echo, for which the feature `prompt` is needed.
pub fn login() -> Result<()> {
    if !io::stdin().is_terminal() {
        return login_with(&mut io::stdin().lock(), &mut io::stderr());
    }
    let login = Login::converse(&mut Terminal, &mut io::stderr(), &Environment::system())?;
    login.remember();
    Ok(())
}

/// As [`login`], with questions and answers elsewhere than on the terminal.
pub fn login_with(answers: &mut impl BufRead, questions: &mut impl Write) -> Result<()> {
    Login::ask(answers, questions, &Environment::system())?.remember();
    Ok(())
}

/// Forgets the login of this process. Clients that were made with it go on.
pub fn logout() {
    *REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

impl Login {
    /// Asks, and checks the answers at once. Nothing is remembered: give it to
    /// [`Builder::login`](crate::Builder::login), or call [`Login::remember`].
    pub fn ask(
        answers: &mut impl BufRead,
        questions: &mut impl Write,
        environment: &Environment,
    ) -> Result<Self> {
        Self::converse(&mut Lines(answers), questions, environment)
    }

    /// Remembers it until this process ends.
    pub fn remember(self) {
        *REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner) = Some(self);
    }

    pub(crate) fn remembered() -> Option<Self> {
        REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn converse(
        person: &mut impl Person,
        questions: &mut impl Write,
        environment: &Environment,
    ) -> Result<Self> {
        let mut ask = |question: &str| {
            questions.write_all(question.as_bytes()).and_then(|()| questions.flush()).map_err(|error| {
                CoreError::new(ErrorKind::File, "the questions of the login cannot be written")
                    .with_source(error)
            })
        };
        ask(ASK_ENDPOINT)?;
        let endpoint = person.answer()?;
        let endpoint = endpoint.trim();
        if !endpoint.is_empty() {
            Base::parse("the Cortex URI", endpoint, PlainHttp::Loopback)?;
        }
        ask(ASK_CONFIG)?;
        let place = "the answer to `Personal Access Config`";
        let text = config_text(person)?;
        if expose(&text).trim().is_empty() {
            return Err(BadToken::malformed(place, "it is empty").into());
        }
        let members = pat::members_at(place, expose(&text), environment)?;
        let config = PersonalAccessConfig::from_members(place, members)?;
        ask(ASK_PROJECT)?;
        let project = person.answer()?.trim().to_owned();
        let endpoint = match (endpoint, config.url()) {
            ("", url) => url.unwrap_or(USUAL_ENDPOINT),
            (endpoint, _) => endpoint,
        };
        Base::parse("the URL of the personal access config", endpoint, PlainHttp::Loopback)?;
        let (endpoint, project) = (endpoint.to_owned(), (!project.is_empty()).then_some(project));
        Ok(Self { config, endpoint, project })
    }
}

/// Whoever answers.
trait Person {
    /// A line that everybody may see.
    fn answer(&mut self) -> Result<String>;
    /// A line that nobody else shall see.
    fn secret_answer(&mut self) -> Result<SecretString>;
}

/// Lines from a reader, which shows nothing.
struct Lines<'a, R>(&'a mut R);

impl<R: BufRead> Person for Lines<'_, R> {
    fn answer(&mut self) -> Result<String> {
        read_line(self.0)
    }

    fn secret_answer(&mut self) -> Result<SecretString> {
        read_line(self.0).map(Into::into)
    }
}

/// A person at the terminal of this process.
struct Terminal;

impl Person for Terminal {
    fn answer(&mut self) -> Result<String> {
        read_line(&mut io::stdin().lock())
    }

    #[cfg(feature = "prompt")]
    fn secret_answer(&mut self) -> Result<SecretString> {
        rpassword::read_password().map(Into::into).map_err(|error| no_answer(Some(error)).into())
    }

    #[cfg(not(feature = "prompt"))]
    fn secret_answer(&mut self) -> Result<SecretString> {
        let what = "the personal access config would be shown on the terminal while it is typed";
        Err(CoreError::new(ErrorKind::Configuration, what)
            .with_help("build the program with the feature `prompt` of cortex-api, or pipe the answers in")
            .into())
    }
}

/// JSON text, which may have line breaks, or the path of a file.
fn config_text(person: &mut impl Person) -> Result<SecretString> {
    let mut text = person.secret_answer()?;
    for _ in 0..MOST_LINES {
        let is_cut = expose(&text).trim_start().starts_with('{')
            && serde_json::from_str::<serde::de::IgnoredAny>(expose(&text))
                .is_err_and(|error| error.is_eof());
        if !is_cut {
            break;
        }
        let next = person.secret_answer()?;
        text = SecretString::from(format!("{}\n{}", expose(&text), expose(&next)));
    }
    Ok(text)
}

fn read_line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    match reader.read_line(&mut line) {
        Ok(0) => Err(no_answer(None).into()),
        Ok(_) => Ok(line),
        Err(error) => Err(no_answer(Some(error)).into()),
    }
}

fn no_answer(error: Option<io::Error>) -> CoreError {
    let ended = CoreError::new(
        ErrorKind::InvalidInput,
        "the input of the login ended before all questions were answered",
    )
    .with_help("log in from a terminal, or set CORTEX_PERSONAL_ACCESS_CONFIG");
    match error {
        Some(error) => ended.with_source(error),
        None => ended,
    }
}
