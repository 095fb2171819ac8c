//! Through which proxy requests go, and what it learns.

use auth_core::sim::{Reply, Request, Simulator, TestCa};
use auth_core::{Environment, ErrorKind, PlainHttp, RetryPolicy, Transport, path};

use crate::kit::{Setup, anybody, nobody};
use crate::proxy_server::Proxy;

fn secure() -> Simulator {
    Simulator::start_tls(|_: &Request| Reply::empty(200), TestCa::shared().unwrap()).unwrap()
}

/// Trusts the service's certificate, and may speak plain http to it.
fn setup(environment: Environment, transport: Transport) -> Setup {
    let transport = transport.dangerously_accept_invalid_certificates();
    let setup = Setup::new().environment(environment).transport(transport).retry(RetryPolicy::never());
    Setup { plain_http: PlainHttp::Anywhere, ..setup }
}

fn variables(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().fold(Environment::empty(), |environment, (name, value)| environment.with_var(name, value))
}

async fn ask(setup: &Setup, base: &str) -> Result<(), auth_core::Error> {
    setup.fixed(base).get(path!["x"]).done().await
}

#[tokio::test]
async fn plain_requests_go_whole_to_the_proxy() {
    for user in ["me:p%40ss", "me:p@ss"] {
        let service = anybody();
        let proxy = Proxy::wanting(&service, Some("Basic bWU6cEBzcw=="));
        let environment = variables(&[("http_proxy", &proxy.with_user(user))]);
        ask(&setup(environment, Transport::new()), "http://api.example").await.unwrap();
        assert_eq!(proxy.lines(), ["GET http://api.example/x HTTP/1.1"]);
        assert_eq!(proxy.header("host").as_deref(), Some("api.example"));
        assert_eq!(service.journal().last().unwrap().header("proxy-authorization"), None);
    }
}

#[tokio::test]
async fn encrypted_requests_go_through_a_tunnel_that_learns_nothing() {
    let service = secure();
    let proxy = Proxy::wanting(&service, Some("Basic bWU6cEBzcw=="));
    let environment = variables(&[("https_proxy", &proxy.with_user("me:p%40ss"))]);
    ask(&setup(environment, Transport::new()), "https://api.example").await.unwrap();
    assert_eq!(proxy.lines(), ["CONNECT api.example:443 HTTP/1.1"]);
    assert_eq!(proxy.header("authorization"), None);
    let seen = service.journal().last().unwrap();
    assert_eq!((seen.target().as_str(), seen.header("proxy-authorization")), ("/x", None));
}

#[tokio::test]
async fn variables_are_for_a_scheme_or_for_all_and_lower_case_wins() {
    let (plain, secure) = (anybody(), secure());
    for (base, target, names, others) in [
        ("http://api.example", &plain, ["http_proxy", "HTTP_PROXY"], ["https_proxy", "HTTPS_PROXY"]),
        ("https://api.example", &secure, ["https_proxy", "HTTPS_PROXY"], ["http_proxy", "HTTP_PROXY"]),
    ] {
        let order = [names[0], names[1], "all_proxy", "ALL_PROXY"];
        for first in 0..order.len() {
            let (good, bad) = (Proxy::to(target), nobody());
            let mut environment = variables(&[(order[first], &good.address), (others[0], &bad)]);
            for later in &order[first + 1..] {
                environment = environment.with_var(later, &bad);
            }
            ask(&setup(environment, Transport::new()), base).await.unwrap();
            assert_eq!(good.lines().len(), 1, "{}", order[first]);
        }
    }
}

#[tokio::test]
async fn some_hosts_are_reached_without_a_proxy() {
    let service = anybody();
    let (host, port) = ("127.0.0.1", service.url().port().unwrap());
    for (no_proxy, is_direct) in [
        ("127.0.0.1", true),
        (" other.example , 127.0.0.1 ", true),
        ("127.0.0.0/8", true),
        ("*", true),
        ("other.example", false),
        ("127.0.0.2", false),
        ("10.0.0.0/8", false),
        ("", false),
    ] {
        for name in ["no_proxy", "NO_PROXY"] {
            let proxy = Proxy::to(&service);
            let environment = variables(&[("http_proxy", &proxy.url()), (name, no_proxy)]);
            ask(&setup(environment, Transport::new()), &service.base()).await.unwrap();
            assert_eq!(proxy.lines().is_empty(), is_direct, "{name}={no_proxy}");
        }
    }
    // Lower case wins here too; names are matched with what is below them.
    for (lower, base, is_direct) in [
        ("other.example", "http://127.0.0.1".to_owned() + &format!(":{port}"), false),
        ("localhost", format!("http://localhost:{port}"), true),
        (".localhost", format!("http://localhost:{port}"), true),
    ] {
        let proxy = Proxy::to(&service);
        let all =
            [("http_proxy", proxy.url()), ("no_proxy", lower.to_owned()), ("NO_PROXY", host.to_owned())];
        let environment = variables(&all.each_ref().map(|(name, value)| (*name, value.as_str())));
        ask(&setup(environment, Transport::new()), &base).await.unwrap();
        assert_eq!(proxy.lines().is_empty(), is_direct, "{lower} {base}");
    }
}

#[tokio::test]
async fn the_argument_comes_before_the_variables() {
    let service = anybody();
    let proxy = Proxy::to(&service);
    let broken = || variables(&[("http_proxy", &nobody()), ("no_proxy", "*")]);
    ask(&setup(broken(), Transport::new().with_proxy(proxy.url())), "http://api.example").await.unwrap();
    assert_eq!(proxy.lines().len(), 1);
    let direct = variables(&[("all_proxy", &proxy.url())]);
    ask(&setup(direct, Transport::new().without_proxy()), &service.base()).await.unwrap();
    assert_eq!(proxy.lines().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_gone_is_named_without_its_password() {
    let (plain, secure) = (anybody(), secure());
    let canary = "me:canary-password";
    let strict = Proxy::wanting(&secure, Some("Basic other"));
    let setup_to = |url: String| setup(Environment::empty(), Transport::new().with_proxy(url));
    let error = ask(&setup_to(strict.with_user(canary)), "https://api.example").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let text = format!("{error} {error:?}");
    assert!(text.contains("proxy authorization required") && !text.contains("canary"), "{text}");
    assert!(text.contains("http://user:password@"), "{text}");

    let strict = Proxy::wanting(&plain, Some("Basic other"));
    let error = ask(&setup_to(strict.with_user(canary)), "http://api.example").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 407);

    let gone = nobody().replace("http://", "http://me:canary-password@");
    let setup = setup_to(gone);
    for base in ["http://api.example", "https://api.example"] {
        let error = ask(&setup, base).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        let text = format!("{error} {error:?} {:?} {:?}", setup.transport, setup.fixed(base));
        assert!(text.contains("no connection") && !text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused_behind_a_proxy_too() {
    let (service, folder) = (secure(), tempfile::tempdir().unwrap());
    let bundle = folder.path().join("ca.pem");
    TestCa::shared().unwrap().write_to(&bundle).unwrap();
    let transport = Transport::new().with_ca_bundle(bundle).with_proxy(Proxy::to(&service).url());
    let setup = Setup::new().transport(transport);
    let error = ask(&setup, "https://api.example").await.unwrap_err();
    assert_eq!((error.kind(), setup.clock.sleeps().len()), (ErrorKind::Configuration, 0));
    assert!(error.to_string().contains("certificate not valid for name"), "{error}");
    assert!(error.to_string().ends_with("(check the host of the base URL)"), "{error}");
    ask(&setup, "https://localhost").await.unwrap();
}

#[test]
fn an_unusable_proxy_is_refused_by_the_name_of_its_setting() {
    for url in [
        "ftp://me:canary@h:1",
        "socks5://me:canary@h:1",
        "http://",
        "http://me:canary@h:port",
        "canary space",
    ] {
        let environment = Environment::empty().with_var("HTTPS_PROXY", url);
        for (setup, name) in [
            (setup(environment, Transport::new()), "HTTPS_PROXY"),
            (setup(Environment::empty(), Transport::new().with_proxy(url)), "the given proxy"),
        ] {
            let builder = setup.builder(crate::kit::Vendor, "https://api.example");
            let error = setup.build(builder).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(&format!("{name} is not a usable proxy URL")), "{url}: {text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }
}

/// In a child: the service. In the parent: not set.
const SERVICE: &str = "AUTH_CORE_TEST_SERVICE";

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "a child learns from its environment that it is one")]
async fn no_netrc_is_read() {
    if let Some(base) = std::env::var_os(SERVICE) {
        let setup = Setup::new().environment(Environment::system());
        let session = setup.build(setup.builder(crate::kit::Vendor, base.to_str().unwrap())).unwrap();
        return session.get(path!["x"]).done().await.unwrap();
    }
    let (service, home) = (anybody(), tempfile::tempdir().unwrap());
    let netrc = "machine 127.0.0.1 login canary password canary\ndefault login canary password canary\n";
    for name in [".netrc", "_netrc"] {
        std::fs::write(home.path().join(name), netrc).unwrap();
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["proxy::no_netrc_is_read", "--exact"]).env(SERVICE, service.base());
    child.env("HOME", home.path()).env("NETRC", home.path().join(".netrc")).env("no_proxy", "*");
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(service.journal().render(), "GET /x\naccept: */*\n");
}
