//! How requests travel: proxies and certificates (contract section 5.6, trap 14).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use auth_core::sim::{Fault, Reply, Simulator, TestCa};
use common::{PROJECTS, TOKEN, World, good};
use kognic::{Builder, ErrorKind, Transport};
use serde_json::json;

/// A platform that only the proxy can reach.
const BEYOND: &str = "http://platform.localhost";

/// A client of a platform at `base`, with one variable set. The proxy is a world of its own: it answers in the place
/// of the platform.
fn builder(proxy: &World, base: &str, variable: &str, value: &str) -> Builder {
    let environment = proxy.environment().with_var(variable, value);
    proxy.builder_in(environment).credentials(good()).base_url(base)
}

mod proxies {
    use super::*;

    #[tokio::test]
    async fn token_requests_and_calls_go_through_the_proxy_that_a_variable_names() {
        for variable in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            let proxy = World::new();
            let client = builder(&proxy, BEYOND, variable, &proxy.sim.base()).build().unwrap();
            assert_eq!(client.projects().list().await.unwrap().len(), 2, "{variable}");
            let targets: Vec<_> = proxy.journal().requests().iter().map(|request| request.target()).collect();
            let below = |path: &str| format!("{BEYOND}{path}");
            assert_eq!(targets, [below("/v1/auth/oauth/token"), below("/v1/projects")]);
        }
    }

    #[tokio::test]
    async fn lower_case_comes_before_upper_case() {
        let (proxy, other) = (World::new(), World::new());
        let environment = proxy
            .environment()
            .with_var("HTTP_PROXY", other.sim.base())
            .with_var("http_proxy", proxy.sim.base());
        let client = proxy.builder_in(environment).credentials(good()).base_url(BEYOND).build().unwrap();
        client.projects().list().await.unwrap();
        assert_eq!((proxy.journal().len(), other.journal().len()), (2, 0));
    }

    #[tokio::test]
    async fn hosts_of_no_proxy_are_reached_directly() {
        for (name, no_proxy) in
            [("NO_PROXY", "127.0.0.1"), ("no_proxy", "example.com,127.0.0.1"), ("NO_PROXY", "*")]
        {
            let (platform, proxy) = (World::new(), World::new());
            let environment =
                platform.environment().with_var("HTTP_PROXY", proxy.sim.base()).with_var(name, no_proxy);
            platform
                .builder_in(environment)
                .credentials(good())
                .build()
                .unwrap()
                .projects()
                .list()
                .await
                .unwrap();
            assert_eq!((platform.journal().len(), proxy.journal().len()), (2, 0), "{no_proxy}");
        }
    }

    #[tokio::test]
    async fn hosts_that_no_proxy_does_not_name_are_not() {
        let (platform, proxy) = (World::new(), World::new());
        let environment = platform
            .environment()
            .with_var("HTTP_PROXY", proxy.sim.base())
            .with_var("NO_PROXY", "example.com");
        platform
            .builder_in(environment)
            .credentials(good())
            .build()
            .unwrap()
            .projects()
            .list()
            .await
            .unwrap();
        assert_eq!((platform.journal().len(), proxy.journal().len()), (0, 2));
    }

    #[tokio::test]
    async fn no_proxy_covers_the_hosts_below_a_domain() {
        for domain in ["localhost", ".localhost", "*"] {
            let proxy = World::new();
            let environment =
                proxy.environment().with_var("HTTP_PROXY", proxy.sim.base()).with_var("NO_PROXY", domain);
            let client = proxy.builder_in(environment).credentials(good()).base_url(BEYOND).build().unwrap();
            // Nobody is there: what counts is that the proxy was not asked.
            let _ = client.projects().list().await;
            assert!(proxy.journal().is_empty(), "{domain}");
        }
    }

    #[tokio::test]
    async fn the_proxys_password_goes_to_the_proxy_only() {
        let proxy = World::new();
        let url = proxy.sim.base().replace("http://", "http://user:p%40ss@");
        builder(&proxy, BEYOND, "HTTP_PROXY", &url).build().unwrap().projects().list().await.unwrap();
        for request in proxy.journal().requests() {
            assert_eq!(request.header("proxy-authorization"), Some("Basic dXNlcjpwQHNz"));
        }
        // The platform itself never sees it.
        let platform = World::new();
        let direct = builder(&platform, &platform.sim.base(), "HTTPS_PROXY", &url).build().unwrap();
        direct.projects().list().await.unwrap();
        assert_eq!(platform.journal().requests()[1].header("proxy-authorization"), None);
    }

    #[tokio::test]
    async fn a_proxy_that_is_given_comes_before_variables_and_none_means_none() {
        let (platform, proxy) = (World::new(), World::new());
        let base = platform.sim.base();
        let with = |transport: Transport| {
            builder(&platform, &base, "HTTP_PROXY", "http://127.0.0.1:1")
                .transport(transport)
                .build()
                .unwrap()
        };
        let direct = with(Transport::new().without_proxy());
        direct.projects().list().await.unwrap();
        assert_eq!((platform.journal().len(), proxy.journal().len()), (2, 0));
        let proxied = with(Transport::new().with_proxy(proxy.sim.base()));
        proxied.projects().list().await.unwrap();
        assert_eq!((platform.journal().len(), proxy.journal().len()), (2, 2));
    }

    #[tokio::test]
    async fn https_asks_the_proxy_for_a_tunnel_and_shows_it_nothing() {
        let proxy = World::new();
        let client =
            builder(&proxy, "https://platform.example", "HTTPS_PROXY", &proxy.sim.base()).build().unwrap();
        // This proxy opens no tunnels.
        let error = client.projects().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        let asked = proxy.journal().last().unwrap();
        assert_eq!((asked.method().as_str(), asked.target().as_str()), ("CONNECT", "platform.example:443"));
        assert_eq!((asked.header("authorization"), asked.body_len()), (None, 0));
    }

    #[test]
    fn an_unusable_proxy_is_an_error_that_names_the_variable_and_hides_the_value() {
        let world = World::new();
        let error = builder(&world, BEYOND, "HTTP_PROXY", "http://user:canary@[").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("HTTP_PROXY") && !error.to_string().contains("canary"), "{error}");
    }
}

mod certificates {
    use super::*;

    /// A platform that speaks https with a certificate that the system does not know.
    fn platform(ca: &TestCa) -> Simulator {
        let simulator = Simulator::start_tls(|_: &_| Reply::empty(404), ca).unwrap();
        let faults = simulator.faults();
        faults.next(TOKEN, Fault::Reply(Reply::json(200, json!({"access_token": "a"})))).always();
        faults.next(PROJECTS, Fault::Reply(Reply::json(200, json!([])))).always();
        simulator
    }

    #[tokio::test]
    async fn a_bundle_that_a_variable_names_is_trusted() {
        let ca = TestCa::new().unwrap();
        let platform = platform(&ca);
        for variable in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"] {
            let world = World::new();
            let bundle = world.write("ca.pem", ca.pem());
            let environment = world.environment().with_var(variable, bundle);
            let client =
                world.builder_in(environment).credentials(good()).base_url(platform.base()).build().unwrap();
            assert!(client.projects().list().await.unwrap().is_empty(), "{variable}");
        }
    }

    #[tokio::test]
    async fn an_unknown_certificate_is_not_trusted() {
        let (ca, other) = (TestCa::new().unwrap(), TestCa::new().unwrap());
        let platform = platform(&ca);
        let world = World::new();
        let transport = Transport::new().with_ca_bundle(world.write("ca.pem", other.pem()));
        let builder = world.builder().credentials(good()).transport(transport);
        let error = builder.base_url(platform.base()).build().unwrap().projects().list().await.unwrap_err();
        assert!(!error.is_retryable() && error.to_string().contains("certificate"), "{error}");
        assert!(platform.journal().is_empty());
    }

    #[test]
    fn plain_http_is_refused_beyond_this_machine_unless_allowed_by_name() {
        let world = World::new();
        let builder = || world.builder().credentials(good()).base_url("http://platform.example");
        let error = builder().build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("plain http to platform.example"), "{error}");
        assert!(builder().dangerously_allow_plain_http().build().is_ok());
    }
}
