//! The services that answer only inside the cluster: connections and secrets with their values (contract sections 6.4
//! and 6.5).

use auth_core::settings::Ready;
use auth_core::{Base, Environment, Error as CoreError, ErrorKind};
use url::Url;

use super::parts::base;
use crate::credentials::{Found, Source};
use crate::error::Result;

/// The host of the endpoint that skills are given.
const GATEWAY: &str = "cortex-internal";

/// A service that answers only inside the cluster.
pub(super) struct Service {
    /// How the builder calls the URL that is given for it.
    argument: &'static str,
    host: &'static str,
    port: u16,
    /// Where Kubernetes tells its port.
    port_variable: &'static str,
}

/// Connections, with the secrets that they name.
pub(super) const CONNECTIONS: Service = Service {
    argument: "connections_endpoint",
    host: "cortex-connections",
    port: 4450,
    port_variable: "CORTEX_CONNECTIONS_SERVICE_PORT_HTTP_CORTEX_CONNECTIONS",
};
/// Secrets.
pub(super) const ACCOUNTS: Service = Service {
    argument: "accounts_endpoint",
    host: "cortex-accounts",
    port: 5000,
    port_variable: "CORTEX_ACCOUNTS_SERVICE_PORT_HTTP_CORTEX_ACCOUNTS",
};

/// Where they are.
pub(super) struct InCluster {
    pub(super) connections: Base,
    pub(super) accounts: Base,
}

/// URLs that the caller gives in their place: a port that is forwarded from outside, say.
#[derive(Default)]
pub(super) struct InClusterGiven {
    pub(super) connections: Option<String>,
    pub(super) accounts: Option<String>,
}

impl InCluster {
    pub(super) fn find(ready: &Ready, endpoint: &Found<String>, given: InClusterGiven) -> Result<Self> {
        let find = |service: &Service, given: Option<String>| match given {
            Some(url) => {
                let found = Found { value: url, source: Source::Argument(service.argument) };
                base(ready, &format!("the {}", service.argument), &found)
            }
            None => {
                let url = service.beside(&endpoint.value, &ready.environment)?;
                // The same origin of knowledge, and so the same policy for plain `http`.
                base(ready, "the in-cluster endpoint", &Found { value: url, source: endpoint.source.clone() })
            }
        };
        Ok(Self {
            connections: find(&CONNECTIONS, given.connections)?,
            accounts: find(&ACCOUNTS, given.accounts)?,
        })
    }
}

impl Service {
    /// Its URL, as the endpoint of the cluster tells it: the gateway's host with the service's name in it, the service's
    /// port, no path. An endpoint that is no gateway and names a port leads to everything at once (a forwarded port, a
    /// simulator): there it stays as it is, unless the variable tells another port.
    fn beside(&self, endpoint: &str, environment: &Environment) -> Result<String> {
        // The endpoint was found usable before.
        let unusable = |why: &str| CoreError::new(ErrorKind::Configuration, why.to_owned());
        let mut url = Url::parse(endpoint.trim())
            .map_err(|_| unusable("the Cortex endpoint is not a usable base URL"))?;
        let told = self.told_port(environment)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let renamed = host.replacen(GATEWAY, self.host, 1);
        let port = told.or((renamed != host || url.port().is_none()).then_some(self.port));
        url.set_host(Some(&renamed)).map_err(|_| unusable("the Cortex endpoint has an unusable host"))?;
        if port.is_some() {
            url.set_port(port).map_err(|()| unusable("the Cortex endpoint has no port"))?;
            url.set_path("");
        }
        Ok(url.into())
    }

    fn told_port(&self, environment: &Environment) -> Result<Option<u16>> {
        let Some(text) = environment.var(self.port_variable) else { return Ok(None) };
        match text.trim().parse() {
            Ok(port) if port > 0 => Ok(Some(port)),
            _ => {
                let what = format!("{} is not the number of a port", self.port_variable);
                Err(CoreError::new(ErrorKind::Configuration, what)
                    .with_help(format!("unset it, or set it to {}", self.port))
                    .into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_found_beside_the_endpoint() {
        let none = Environment::empty();
        let told = Environment::empty().with_var(CONNECTIONS.port_variable, "7001");
        let svc = "cortex.svc.cluster.local";
        for (endpoint, usual, with_variable) in [
            (
                format!("http://cortex-internal.{svc}"),
                format!("http://cortex-connections.{svc}:4450/"),
                format!("http://cortex-connections.{svc}:7001/"),
            ),
            (
                format!("http://cortex-internal.{svc}:8080/prefix"),
                format!("http://cortex-connections.{svc}:4450/"),
                format!("http://cortex-connections.{svc}:7001/"),
            ),
            ("http://127.0.0.1".into(), "http://127.0.0.1:4450/".into(), "http://127.0.0.1:7001/".into()),
            (
                "http://127.0.0.1:9000/p".into(),
                "http://127.0.0.1:9000/p".into(),
                "http://127.0.0.1:7001/".into(),
            ),
        ] {
            assert_eq!(CONNECTIONS.beside(&endpoint, &none).unwrap(), usual, "{endpoint}");
            assert_eq!(CONNECTIONS.beside(&endpoint, &told).unwrap(), with_variable, "{endpoint}");
        }
        let accounts = ACCOUNTS.beside(&format!("http://cortex-internal.{svc}:80"), &told).unwrap();
        assert_eq!(accounts, format!("http://cortex-accounts.{svc}:5000/"));
        let wrong = Environment::empty().with_var(ACCOUNTS.port_variable, "tcp://10.0.0.1:5000");
        let error = ACCOUNTS.beside("http://127.0.0.1", &wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
}
