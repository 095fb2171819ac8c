//! The same server with real TLS.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use auth_core::sim::{Fault, Reply, Request, Simulator, TestCa};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::raw::get;

fn simulator(ca: &TestCa) -> Simulator {
    Simulator::start_tls(|request: &Request| Reply::text(200, request.base()), ca).unwrap()
}

/// One request by a client that trusts only `pem`: what came, and how it ended.
async fn ask(
    simulator: &Simulator,
    pem: &str,
    name: &'static str,
) -> io::Result<(String, Option<io::ErrorKind>)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(simulator.url().socket_addrs(|| None)?[0]).await?;
    let mut stream =
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), tcp).await?;
    stream.write_all(get("/").as_bytes()).await?;
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    Ok((body, read.err().map(|error| error.kind())))
}

#[tokio::test]
async fn trusted_by_address_and_by_name() {
    let ca = TestCa::shared().unwrap();
    let simulator = simulator(ca);
    assert!(simulator.base().starts_with("https://127.0.0.1:"));
    for name in ["127.0.0.1", "localhost"] {
        assert_eq!(ask(&simulator, ca.pem(), name).await.unwrap(), (simulator.base(), None));
    }
    assert!(
        ask(&simulator, ca.pem(), "other.example").await.unwrap_err().to_string().contains("not valid for")
    );
    assert_eq!((simulator.journal().len(), simulator.journal().connections()), (2, 3));
}

#[tokio::test]
async fn not_trusted_by_those_who_trust_another() {
    let simulator = simulator(TestCa::shared().unwrap());
    let other = TestCa::new().unwrap();
    let error = ask(&simulator, other.pem(), "127.0.0.1").await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(simulator.journal().is_empty());
}

#[tokio::test]
async fn faults_below_and_above_the_encryption() {
    let ca = TestCa::shared().unwrap();
    let simulator = simulator(ca);
    let base = simulator.base();
    for (fault, body, error) in [
        (Fault::ResetBeforeReply, "", Some(io::ErrorKind::ConnectionReset)),
        (Fault::ResetMidReply { after: 5 }, "https", Some(io::ErrorKind::ConnectionReset)),
        // With a `close_notify`: for TLS it is a clean end.
        (Fault::Truncate { after: 5 }, "https", None),
        (Fault::CloseBeforeReply, "", None),
        (Fault::CloseAfterReply, base.as_str(), None),
    ] {
        simulator.faults().next("GET /", fault.clone());
        assert_eq!(
            ask(&simulator, ca.pem(), "localhost").await.unwrap(),
            (body.to_owned(), error),
            "{fault:?}"
        );
    }
}

#[test]
fn the_bundle_is_a_file_that_others_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, path) = (TestCa::shared().unwrap(), folder.path().join("ca.pem"));
    ca.write_to(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), ca.pem());
    assert!(ca.pem().starts_with("-----BEGIN CERTIFICATE-----"));
    let error = ca.write_to(folder.path().join("none/ca.pem")).unwrap_err();
    assert!(error.to_string().contains("ca.pem cannot be written"), "{error}");
}
