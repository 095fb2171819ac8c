//! A certificate authority for tests, made at run time.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::error::{Error, ErrorKind, Result};

/// A certificate authority that nobody trusts, with a certificate for `127.0.0.1` and `localhost`.
///
/// Clients are told to trust it by its PEM text or file, as a CA bundle.
#[derive(Clone)]
pub struct TestCa {
    pem: String,
    acceptor: TlsAcceptor,
}

impl TestCa {
    /// A new authority, which shares nothing with others.
    pub fn new() -> Result<Self> {
        let failed = |error: rcgen::Error| unusable().with_source(error);
        let issuer = CertifiedIssuer::self_signed(authority(), KeyPair::generate().map_err(failed)?)
            .map_err(failed)?;
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = server().map_err(failed)?.signed_by(&key, &issuer).map_err(failed)?;
        let chain = vec![certificate.der().clone(), issuer.der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Self { pem: issuer.pem(), acceptor: acceptor(chain, key)? })
    }

    /// The authority of this process, made when it is first asked for.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<TestCa> = OnceLock::new();
        match SHARED.get() {
            Some(ca) => Ok(ca),
            None => Self::new().map(|ca| SHARED.get_or_init(|| ca)),
        }
    }

    /// The authority's certificate as PEM text.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes the authority's certificate to a file, to be named as a CA bundle.
    pub fn write_to(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        std::fs::write(path, &self.pem).map_err(|error| {
            Error::new(ErrorKind::File, format!("{} cannot be written", path.display())).with_source(error)
        })
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Simulator test authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn server() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "Simulator");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Python's strict mode refuses a certificate that does not name its issuer's key.
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn acceptor(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<TlsAcceptor> {
    // The provider is named, because the process may have another as its default, or none.
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable().with_source(error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}

fn unusable() -> Error {
    Error::new(ErrorKind::Configuration, "the test certificates cannot be made")
}
