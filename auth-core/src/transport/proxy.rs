//! Which proxy: the one given, or the one that variables name.

use secrecy::SecretString;
use url::Url;

use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::expose;

/// Where the proxy comes from.
#[derive(Clone, Debug)]
pub(super) enum ProxyChoice {
    Environment,
    Url(SecretString),
    None,
}

/// A proxy for one scheme, with the name of the setting for errors.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) scheme: Scheme,
    pub(super) setting: &'static str,
    pub(super) url: SecretString,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
    All,
}

impl Rule {
    /// The URL, if it is one that a proxy can have. Without a scheme it is meant for `http`.
    pub(super) fn checked_url(&self) -> Result<SecretString> {
        let text = expose(&self.url);
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        match Url::parse(&text) {
            // As the parser writes it: what comes after it is less forgiving, of an `@` in a password for one.
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                Ok(String::from(url).into())
            }
            Ok(url) if url.has_host() => Err(self.unusable(&format!(": its scheme is {}", url.scheme()))),
            _ => Err(self.unusable("")),
        }
    }

    /// An error without the URL, which may hold a password.
    pub(super) fn unusable(&self, why: &str) -> Error {
        Error::new(ErrorKind::Configuration, format!("{} is not a usable proxy URL{why}", self.setting))
            .with_help("give something like http://proxy.example:8080")
    }
}

/// What was decided.
#[derive(Debug)]
pub(super) enum Decision {
    /// These rules, in order, except for the hosts of `no_proxy`.
    Rules { rules: Vec<Rule>, no_proxy: Option<String> },
    /// What the system is set to, where it has such a setting.
    System,
    /// None.
    Direct,
}

impl ProxyChoice {
    pub(super) fn decide(&self, environment: &Environment) -> Decision {
        match self {
            Self::None => Decision::Direct,
            Self::Url(url) => {
                let rule = Rule { scheme: Scheme::All, setting: "the given proxy", url: url.clone() };
                Decision::Rules { rules: vec![rule], no_proxy: None }
            }
            Self::Environment => from_variables(environment),
        }
    }
}

fn from_variables(environment: &Environment) -> Decision {
    let first = |names: [&'static str; 2]| {
        names.into_iter().find_map(|name| Some((name, environment.var(name)?.trim().to_owned())))
    };
    // A CGI program gets the header `Proxy:` of its client as HTTP_PROXY; only the lower-case name is safe there.
    let is_cgi = environment.var("REQUEST_METHOD").is_some();
    let http = if is_cgi { ["http_proxy", "http_proxy"] } else { ["http_proxy", "HTTP_PROXY"] };
    let https = first(["https_proxy", "HTTPS_PROXY"]);
    let http = first(http);
    // Often a SOCKS proxy, which cannot be used here, set beside others that can: no matter while nothing is left to it.
    let all = first(["all_proxy", "ALL_PROXY"]).filter(|_| https.is_none() || http.is_none());
    let rules: Vec<Rule> = [(Scheme::Https, https), (Scheme::Http, http), (Scheme::All, all)]
        .into_iter()
        .filter_map(|(scheme, found)| {
            let (setting, url) = found?;
            Some(Rule { scheme, setting, url: url.into() })
        })
        .collect();
    let no_proxy = first(["no_proxy", "NO_PROXY"]).map(|(_, hosts)| hosts);
    let spares_all = no_proxy.as_ref().is_some_and(|hosts| hosts.split(',').any(|host| host.trim() == "*"));
    match (rules.is_empty(), environment.is_system()) {
        (true, true) => Decision::System,
        (true, false) => Decision::Direct,
        _ if spares_all => Decision::Direct,
        _ => Decision::Rules { rules, no_proxy },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(variables: &[(&str, &str)]) -> Vec<(Scheme, &'static str, String)> {
        let environment =
            variables.iter().fold(Environment::empty(), |env, (name, value)| env.with_var(*name, *value));
        match ProxyChoice::Environment.decide(&environment) {
            Decision::Rules { rules, .. } => {
                rules.iter().map(|rule| (rule.scheme, rule.setting, expose(&rule.url).to_owned())).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn lower_case_wins_and_blank_is_absent() {
        let rules = decide(&[("HTTPS_PROXY", "http://b"), ("https_proxy", "http://a"), ("http_proxy", " ")]);
        assert_eq!(rules, [(Scheme::Https, "https_proxy", "http://a".to_owned())]);
    }

    #[test]
    fn all_proxy_comes_last() {
        let rules = decide(&[("ALL_PROXY", "http://all"), ("HTTP_PROXY", "http://h")]);
        assert_eq!(rules.iter().map(|rule| rule.0).collect::<Vec<_>>(), [Scheme::Http, Scheme::All]);
        let beside = [("all_proxy", "socks5://s"), ("http_proxy", "http://h"), ("https_proxy", "http://h")];
        assert!(decide(&beside).iter().all(|rule| rule.0 != Scheme::All));
    }

    #[test]
    fn a_star_spares_every_host() {
        let rules = |hosts| decide(&[("http_proxy", "http://h"), ("NO_PROXY", hosts)]).len();
        assert_eq!([rules("*"), rules("a.example, *"), rules("*.example"), rules("a")], [0, 0, 1, 1]);
    }

    #[test]
    fn a_cgi_program_ignores_the_upper_case_name() {
        assert!(decide(&[("HTTP_PROXY", "http://evil"), ("REQUEST_METHOD", "GET")]).is_empty());
    }
}
