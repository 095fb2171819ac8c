//! What surrounds the process: variables, home folder, working folder, randomness. Read once, then passed along.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A snapshot of the process's surroundings, or one made by hand for a test.
///
/// ```
/// use auth_core::Environment;
///
/// let env = Environment::empty().with_home("/home/me").with_var("KOGNIC_CLIENT_ID", "c-1");
/// assert_eq!(env.var("KOGNIC_CLIENT_ID"), Some("c-1"));
/// assert_eq!(env.expand("~/x.json"), std::path::Path::new("/home/me/x.json"));
/// ```
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    home: Option<PathBuf>,
    working_folder: Option<PathBuf>,
    is_system: bool,
    random: Random,
}

impl Environment {
    /// The real surroundings of this process, as they are now.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the process's environment"
    )]
    pub fn system() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            working_folder: std::env::current_dir().ok(),
            is_system: true,
            random: Random::new(),
        }
    }

    /// Nothing at all: no variables, no home folder.
    pub fn empty() -> Self {
        Self {
            variables: BTreeMap::new(),
            home: None,
            working_folder: None,
            is_system: false,
            random: Random::new(),
        }
    }

    /// With a variable set.
    pub fn with_var(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// With a variable removed.
    pub fn without_var(mut self, name: &str) -> Self {
        self.variables.remove(std::ffi::OsStr::new(name));
        self
    }

    /// With a home folder.
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// With a working folder.
    pub fn with_working_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.working_folder = Some(folder.into());
        self
    }

    /// With randomness that repeats: the same seed gives the same jitter and the same identifiers.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.random = Random(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))));
        self
    }

    /// The value of a variable. Empty, blank and non-Unicode values count as absent.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.var_verbatim(name).filter(|value| !value.trim().is_empty())
    }

    /// The value of a variable, also when it is empty. Non-Unicode values count as absent.
    pub fn var_verbatim(&self, name: &str) -> Option<&str> {
        self.variables.get(std::ffi::OsStr::new(name))?.to_str()
    }

    /// Names and values of every variable whose name and value are Unicode.
    pub fn vars(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)))
    }

    /// The user's home folder.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The process's working folder.
    pub fn working_folder(&self) -> Option<&Path> {
        self.working_folder.as_deref()
    }

    /// A path as a person writes it: a leading `~` is the home folder, a relative path starts at the working folder.
    pub fn expand(&self, path: &str) -> PathBuf {
        let path = match (path.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with(['/', std::path::MAIN_SEPARATOR]) => {
                home.join(rest.trim_start_matches(['/', std::path::MAIN_SEPARATOR]))
            }
            _ => PathBuf::from(path),
        };
        match &self.working_folder {
            Some(folder) if path.is_relative() => folder.join(path),
            _ => path,
        }
    }

    /// `$XDG_CONFIG_HOME`, or `~/.config`. An empty or relative value counts as unset, as the standard says.
    pub fn config_folder(&self) -> Option<PathBuf> {
        self.xdg_folder("XDG_CONFIG_HOME", ".config")
    }

    /// `$XDG_CACHE_HOME`, or `~/.cache`. An empty or relative value counts as unset, as the standard says.
    pub fn cache_folder(&self) -> Option<PathBuf> {
        self.xdg_folder("XDG_CACHE_HOME", ".cache")
    }

    /// Where random numbers come from.
    pub fn random(&self) -> &Random {
        &self.random
    }

    /// Whether this is the process's real environment, so that what the system keeps outside of it applies too: the
    /// settings of a proxy, a keyring.
    pub fn is_system(&self) -> bool {
        self.is_system
    }

    fn xdg_folder(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        self.var(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| Some(self.home.as_ref()?.join(below_home)))
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .field("working_folder", &self.working_folder)
            .finish_non_exhaustive()
    }
}

/// Random numbers for jitter and identifiers. Not for keys.
#[derive(Clone)]
pub struct Random(Arc<Mutex<fastrand::Rng>>);

impl Random {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::new())))
    }

    /// A number from 0 up to, but not including, 1.
    pub fn fraction(&self) -> f64 {
        self.with(fastrand::Rng::f64)
    }

    /// Sixteen random bytes.
    pub fn bytes16(&self) -> [u8; 16] {
        self.with(|rng| rng.u128(..)).to_be_bytes()
    }

    fn with<T>(&self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_variables_count_as_absent() {
        let env = Environment::empty().with_var("A", "").with_var("B", "  ").with_var("C", " c ");
        assert_eq!((env.var("A"), env.var("B"), env.var("C")), (None, None, Some(" c ")));
        assert_eq!(env.var_verbatim("A"), Some(""));
    }

    #[test]
    fn xdg_folders_must_be_absolute() {
        let env = Environment::empty()
            .with_home("/h")
            .with_var("XDG_CONFIG_HOME", "")
            .with_var("XDG_CACHE_HOME", "x");
        assert_eq!(env.config_folder(), Some("/h/.config".into()));
        assert_eq!(env.cache_folder(), Some("/h/.cache".into()));
        let env = env.with_var("XDG_CONFIG_HOME", "/c");
        assert_eq!(env.config_folder(), Some("/c".into()));
    }

    #[test]
    fn tilde_is_the_home_folder() {
        let env = Environment::empty().with_home("/h").with_working_folder("/w");
        assert_eq!(env.expand("~"), Path::new("/h"));
        assert_eq!(env.expand("~/a/b"), Path::new("/h/a/b"));
        assert_eq!(env.expand("~other/a"), Path::new("/w/~other/a"));
        assert_eq!(env.expand("a"), Path::new("/w/a"));
        assert_eq!(env.expand("/a"), Path::new("/a"));
    }

    #[test]
    fn debug_shows_names_only() {
        let text = format!("{:?}", Environment::empty().with_var("KEY", "canary-secret"));
        assert!(text.contains("KEY") && !text.contains("canary"));
    }

    #[test]
    fn a_seed_repeats() {
        let draw = || Environment::empty().with_seed(7).random().bytes16();
        assert_eq!(draw(), draw());
    }
}
