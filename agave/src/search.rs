//! The search of `restore`: arguments, variables, the client files, variables again (contract section 3).

use std::path::{Path, PathBuf};

use auth_core::store::{json, read_file};
use auth_core::{Base, Environment, Error, ErrorKind, Lookup, PlainHttp, Result, SecretString};

use crate::credentials::{Credentials, Dialect, secret, text};
use crate::entry;
use crate::zone::Zone;

/// Where `.agpy` is looked for beside the home folder (contract section 3, row 3).
pub(crate) const AGPY_FILES: [&str; 3] = ["/etc/.agpy", "/root/.agpy", "/.agpy"];

/// What to do when there are none.
const HELP: &str = "sign in with `auth-tokens-create` of the vendor's CLI, set TAPIS_BASE_URL and TAPIS_TOKEN, or give \
                    credentials to Agave::builder()";
/// What to do about a file that cannot be used.
const FILE_HELP: &str =
    "sign in again with `auth-tokens-create` of the vendor's CLI; the file was not changed";

/// The credentials that `given` selects or, when nothing is found, lacks. `given` is not merged in.
pub(crate) fn search(
    environment: &Environment,
    given: &Credentials,
    agpy_files: &[PathBuf],
    zone: Zone,
) -> Result<Credentials> {
    let mut lookup = Lookup::new("Agave");
    lookup.note("arguments", given.inventory());
    let variables = variables(environment);
    let base = given.api_server.clone().or_else(|| variables.api_server.clone());
    match (&base, &variables.token) {
        (Some(_), Some(_)) => return for_server(given, variables),
        (None, Some(_)) => lookup.note("TAPIS_BASE_URL", "not set, although TAPIS_TOKEN is"),
        (_, None) => lookup.note("TAPIS_TOKEN", "not set"),
    }
    if given.tapis_v3 {
        lookup.note("client files", "hold no sessions of Tapis v3");
    } else if let Some(found) = in_files(environment, given, agpy_files, zone, &mut lookup)? {
        return Ok(found);
    }
    match (&base, variables.person()) {
        (Some(_), Some(_)) => for_server(given, variables),
        (_, Some(_)) => {
            lookup.note("TAPIS_BASE_URL", "not set, although TAPIS_USERNAME and TAPIS_PASSWORD are");
            Err(lookup.into_error(HELP))
        }
        (_, None) => {
            lookup.note("TAPIS_USERNAME and TAPIS_PASSWORD", "not both set");
            Err(lookup.into_error(HELP))
        }
    }
}

/// What was found, unless it is for another server than the one that was given: it would be sent there.
fn for_server(given: &Credentials, found: Credentials) -> Result<Credentials> {
    match (&given.api_server, &found.api_server) {
        (Some(wanted), Some(there)) if !is_same_server(wanted, there) => {
            let message = format!(
                "{} cannot be used: TAPIS_BASE_URL names another server than the api_server that was given",
                found.source
            );
            let help = "leave api_server out, or give the credentials of that server as arguments";
            Err(Error::new(ErrorKind::InvalidCredentials, message).with_help(help))
        }
        _ => Ok(found),
    }
}

/// Whether two base URLs are the same, however they are written.
fn is_same_server(one: &str, other: &str) -> bool {
    let read = |url: &str| Base::parse("api_server", url, PlainHttp::Anywhere).ok();
    match (read(one), read(other)) {
        (Some(one), Some(other)) => one.as_str() == other.as_str(),
        _ => one == other,
    }
}

/// The client of the first file that is there.
fn in_files(
    environment: &Environment,
    given: &Credentials,
    agpy_files: &[PathBuf],
    zone: Zone,
    lookup: &mut Lookup,
) -> Result<Option<Credentials>> {
    let picked = Picker { given, zone };
    for place in places(environment, lookup) {
        match read_file(&place.path)? {
            Some(bytes) => return picked.pick(&place, &bytes).map(Some),
            None => lookup.note(place.name(), "does not exist"),
        }
    }
    for path in agpy_files {
        let place = Place { path: path.clone(), dialect: Dialect::Sdk };
        match read_file(&place.path) {
            Ok(Some(bytes)) => return picked.pick(&place, &bytes).map(Some),
            Ok(None) => lookup.note(place.name(), "does not exist"),
            // Other people's files: that they are closed to us is no concern.
            Err(_) => lookup.note(place.name(), "cannot be read"),
        }
    }
    Ok(None)
}

/// The variables of agavepy 1.0.
fn variables(environment: &Environment) -> Credentials {
    let var = |name: &str| environment.var(name).and_then(text);
    let secret_var = |name: &str| secret(&SecretString::from(environment.var(name)?));
    Credentials {
        api_server: var("TAPIS_BASE_URL"),
        api_key: var("TAPIS_API_KEY"),
        api_secret: secret_var("TAPIS_API_SECRET"),
        token: secret_var("TAPIS_TOKEN"),
        refresh_token: secret_var("TAPIS_REFRESH_TOKEN"),
        username: var("TAPIS_USERNAME"),
        password: environment.var("TAPIS_PASSWORD").map(SecretString::from),
        tenant_id: var("TAPIS_TENANT_ID"),
        source: "the TAPIS_ variables".to_owned(),
        ..Credentials::default()
    }
}

type Field = fn(&Credentials) -> Option<&str>;

/// A file that may hold clients.
struct Place {
    path: PathBuf,
    dialect: Dialect,
}

impl Place {
    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// The caller's own files, in order.
fn places(environment: &Environment, lookup: &mut Lookup) -> Vec<Place> {
    let named = ["TAPIS_CACHE_DIR", "AGAVE_CACHE_DIR"].into_iter().find_map(|name| environment.var(name));
    let folder = match named {
        Some(folder) => Some(environment.expand(folder.trim())),
        None => environment.home().map(|home| home.join(".agave")),
    };
    if environment.home().is_none() {
        lookup.note("the home folder", "not known");
    }
    let current = folder.map(|folder| Place { path: folder.join("current"), dialect: Dialect::Cli });
    let agpy = environment.home().map(|home| Place { path: home.join(".agpy"), dialect: Dialect::Sdk });
    current.into_iter().chain(agpy).collect()
}

/// Takes the client that is meant out of a file.
struct Picker<'a> {
    given: &'a Credentials,
    zone: Zone,
}

impl Picker<'_> {
    fn pick(&self, place: &Place, bytes: &[u8]) -> Result<Credentials> {
        let unusable = |why: String| {
            let why = format!("{} cannot be used: {why}", place.name());
            Error::new(ErrorKind::InvalidCredentials, why).with_help(FILE_HELP)
        };
        let document = json::parse(bytes).map_err(|error| self.broken(&place.path, error))?;
        let entries = entry::entries(&document).map_err(|error| self.broken(&place.path, error))?;
        let read: Vec<Credentials> =
            entries.iter().map(|entry| entry::read(entry, place.dialect, self.zone)).collect();
        let fits: Vec<usize> = match self.selector() {
            Some((name, wanted, of)) => {
                let fits: Vec<_> = (0..read.len()).filter(|at| of(&read[*at]) == Some(wanted)).collect();
                if fits.is_empty() {
                    return Err(unusable(format!(
                        "no matching client found: none of its {} has the {name} `{wanted}`",
                        count(read.len())
                    ))
                    .with_help("look into the file for the clients that it has"));
                }
                fits
            }
            None => (0..read.len()).collect(),
        };
        // One that names the server comes before one that names none.
        let named = fits.iter().find(|at| read[**at].api_server.is_some() && self.is_for_server(&read[**at]));
        let named = named.filter(|_| self.given.api_server.is_some());
        let position = match named.or_else(|| fits.iter().find(|at| self.is_for_server(&read[**at]))) {
            Some(position) => *position,
            None if fits.is_empty() => 0,
            None => {
                return Err(unusable("it has no session of the api_server that was given".to_owned()).with_help(
                    "leave api_server out, or sign in to that server with the vendor's CLI; a session of another \
                     server is never sent there",
                ));
            }
        };
        let found = read
            .into_iter()
            .nth(position)
            .ok_or_else(|| unusable("no clients found: the list is empty".to_owned()))?;
        if entry::is_blank(entries[position]) {
            return Err(unusable("the CLI has reset it: every value is empty".to_owned()));
        }
        let found =
            Credentials { source: place.name(), file: Some((place.path.clone(), place.dialect)), ..found };
        self.complete(found, &unusable)
    }

    /// Whether the entry is enough, together with what is given.
    fn complete(&self, found: Credentials, unusable: &dyn Fn(String) -> Error) -> Result<Credentials> {
        if let (Some(given), Some(there)) = (&self.given.username, &found.username)
            && given != there
        {
            let error = unusable(format!("it is a session of the user `{there}`, not of `{given}`"));
            return Err(
                error.with_help("leave the username out, or sign in as that user with the vendor's CLI")
            );
        }
        let both = self.given.clone().or(found.clone());
        if both.api_server.is_none() {
            return Err(unusable("it has no baseurl (api_server)".to_owned()));
        }
        if !both.can_sign_in() {
            let token = if both.refresh_token.is_some() {
                "no access token and no API key to renew it"
            } else {
                "no token"
            };
            return Err(unusable(format!("it has {token}, and no password was given to obtain one")));
        }
        // Half a pair is as good as none: the token works until it expires.
        let is_whole = both.api_client().is_some();
        Ok(Credentials {
            api_key: found.api_key.filter(|_| is_whole),
            api_secret: found.api_secret.filter(|_| is_whole),
            ..found
        })
    }

    /// Whether an entry may be sent to the server that was given. One that names no server may.
    fn is_for_server(&self, entry: &Credentials) -> bool {
        match (&self.given.api_server, &entry.api_server) {
            (Some(wanted), Some(there)) => is_same_server(wanted, there),
            _ => true,
        }
    }

    /// The first selector that was given, alone, as the SDK has it.
    fn selector(&self) -> Option<(&'static str, &str, Field)> {
        let fields: [(&str, Field); 3] = [
            ("api_key", |entry| entry.api_key.as_deref()),
            ("client_name", |entry| entry.client_name.as_deref()),
            ("tenant_id", |entry| entry.tenant_id.as_deref()),
        ];
        fields.into_iter().find_map(|(name, field)| Some((name, field(self.given)?, field)))
    }

    fn broken(&self, path: &Path, error: Error) -> Error {
        error
            .context(format_args!("{} cannot be used", path.display()))
            .with_kind(ErrorKind::InvalidCredentials)
    }
}

fn count(clients: usize) -> String {
    if clients == 1 { "one client".to_owned() } else { format!("{clients} clients") }
}
