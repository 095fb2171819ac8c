//! Whose certificates are trusted.

use std::fs;
use std::path::{Path, PathBuf};

use auth_core::sim::{Reply, Request, Simulator, TestCa};
use auth_core::{Environment, Error, ErrorKind, Result, Transport, path};
use tempfile::{TempDir, tempdir};

use crate::kit::{Setup, anybody};

/// A service with a certificate of the test's authority, and a folder with the authority's own.
fn service() -> (Simulator, TempDir, PathBuf) {
    let (ca, folder) = (TestCa::shared().unwrap(), tempdir().unwrap());
    let file = folder.path().join("ca.pem");
    ca.write_to(&file).unwrap();
    (Simulator::start_tls(|_: &Request| Reply::empty(200), ca).unwrap(), folder, file)
}

async fn ask(service: &Simulator, setup: &Setup) -> Result<()> {
    let builder = setup.builder(crate::kit::Vendor, &service.base()).credential(setup.fixed_cache());
    setup.build(builder)?.get(path!["x"]).done().await
}

fn trusting(path: impl AsRef<Path>) -> Setup {
    Setup::new().transport(Transport::new().with_ca_bundle(path.as_ref()))
}

fn is_refused(outcome: Result<()>) -> Error {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    let text = error.to_string();
    // A stranger of the same name is told by its signature.
    let whys = ["UnknownIssuer", "BadSignature"]
        .map(|why| format!("no connection: invalid peer certificate: {why}"));
    assert!(whys.iter().any(|why| text.contains(why)), "{text}");
    assert!(text.contains("REQUESTS_CA_BUNDLE"), "{text}");
    error
}

#[tokio::test]
async fn the_systems_certificates_do_not_know_the_test_authority() {
    let (service, ..) = service();
    let setup = Setup::new();
    let error = is_refused(ask(&service, &setup).await);
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    // It will not pass by itself, so nobody waits for that.
    assert!(!error.is_retryable() && setup.clock.sleeps().is_empty());
    assert!(service.journal().is_empty());
}

#[tokio::test]
async fn a_bundle_is_a_file_or_a_folder_and_replaces_the_systems_certificates() {
    let (service, folder, file) = service();
    ask(&service, &trusting(&file)).await.unwrap();
    // Text around the certificates, other files in the folder.
    let stranger = TestCa::new().unwrap();
    let many = format!("# two\n{}\nand\n{}# end", stranger.pem(), fs::read_to_string(&file).unwrap());
    fs::write(folder.path().join("many.pem"), many).unwrap();
    ask(&service, &trusting(folder.path().join("many.pem"))).await.unwrap();
    let certificates = folder.path().join("certs");
    fs::create_dir_all(certificates.join("nested")).unwrap();
    fs::write(certificates.join("README"), "certificates").unwrap();
    stranger.write_to(certificates.join("a.crt")).unwrap();
    is_refused(ask(&service, &trusting(&certificates)).await);
    fs::copy(&file, certificates.join("b.crt")).unwrap();
    ask(&service, &trusting(&certificates)).await.unwrap();
}

#[tokio::test]
async fn the_variables_have_an_order() {
    let (service, folder, file) = service();
    let stranger = folder.path().join("stranger.pem");
    TestCa::new().unwrap().write_to(&stranger).unwrap();
    let names = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];
    for first in 0..3 {
        let set = |good: &Path, others: &Path| {
            let later = names[first + 1..].iter();
            let start = Environment::empty().with_var(names[first], good);
            let environment = later.fold(start, |environment, name| environment.with_var(name, others));
            // Blank counts as not set.
            names[..first].iter().fold(environment, |environment, name| environment.with_var(name, " "))
        };
        ask(&service, &Setup::new().environment(set(&file, &stranger))).await.unwrap();
        is_refused(ask(&service, &Setup::new().environment(set(&stranger, &file))).await);
    }
    // The argument comes before them all, and paths are written as people write them.
    let wrong = Environment::empty().with_var(names[0], &stranger);
    ask(&service, &trusting(&file).environment(wrong)).await.unwrap();
    let home = Environment::empty().with_home(folder.path()).with_var(names[0], "~/ca.pem");
    ask(&service, &Setup::new().environment(home)).await.unwrap();
    let relative = Environment::empty().with_working_folder(folder.path()).with_var(names[2], "ca.pem");
    ask(&service, &Setup::new().environment(relative)).await.unwrap();
}

#[tokio::test]
async fn everything_is_accepted_only_by_a_name_that_says_so() {
    let (service, ..) = service();
    let transport = Transport::new().dangerously_accept_invalid_certificates();
    ask(&service, &Setup::new().transport(transport)).await.unwrap();
}

#[tokio::test]
async fn an_unusable_bundle_is_named() {
    let (service, folder, file) = service();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let pem = |body: &str| format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    fs::create_dir(folder.path().join("empty")).unwrap();
    let good = fs::read_to_string(&file).unwrap();
    for (path, why) in [
        (folder.path().join("missing.pem"), "which cannot be read: No such file"),
        (folder.path().join("empty"), "which holds no PEM certificate"),
        (write("empty.pem", ""), "which holds no PEM certificate"),
        (write("text.pem", "certificate"), "which holds no PEM certificate"),
        (write("half.pem", &good[..good.len() / 2]), "which holds a certificate that cannot be read"),
        (write("base64.pem", &pem("!canary!")), "which holds a certificate that cannot be read"),
        (write("der.pem", &pem("Y2FuYXJ5")), "and no HTTPS client can be made of its certificates: "),
    ] {
        let variable = Environment::empty().with_var("CURL_CA_BUNDLE", &path);
        for (setup, name) in
            [(Setup::new().environment(variable), "CURL_CA_BUNDLE"), (trusting(&path), "the given CA bundle")]
        {
            let error = ask(&service, &setup).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let start = format!("{name} names {}, {why}", path.display());
            assert!(error.to_string().starts_with(&start), "{error}\n{start}");
            assert!(
                error.to_string().ends_with("(name a PEM file of certificates, or a folder of such files)")
            );
        }
    }
    assert_eq!(service.journal().connections(), 0);
}

#[tokio::test]
async fn a_service_that_speaks_no_tls_is_told_apart() {
    let plain = anybody();
    let setup = Setup::new().impatient();
    let session = setup.fixed(&plain.base().replace("http:", "https:"));
    let error = session.post(path!["x"]).done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.to_string().contains("/x: no connection: "), "{error}");
}
