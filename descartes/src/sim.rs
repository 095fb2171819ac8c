//! A stateful fake of the platform on loopback, for tests and for trying out. Exempt from semver.
//!
//! ```
//! # async fn example() -> descartes::Result<()> {
//! let sim = descartes::sim::Sim::start()?;
//! let auth = descartes::Auth::builder()
//!     .domain(sim.base())
//!     .client_id("cid")
//!     .client_secret("sec")
//!     .token_info_path(descartes::TokenInfoPath::None)
//!     .build()?;
//! let client = descartes::Client::builder().auth(auth).base_url(sim.base()).build()?;
//! let product = client.catalog().products().get("someorg:prod1").await?;
//! assert_eq!(product.and_then(|product| product.name.clone()).as_deref(), Some("Product 1"));
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

mod catalog;
mod compute;
mod conditions;
mod vector;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use auth_core::claims::encode_base64url;
use auth_core::sim::{Issuer, Refusal, Reply, Request, Simulator, unsigned_jwt};
use auth_core::{Clock, Environment, Result, SystemClock};
use serde_json::{Map, Value, json};

use crate::flavor::Flavor;
use crate::token_info::TokenInfo;

/// The platform on loopback: tokens and services at one base URL. It knows the client `cid` with the secret `sec`.
#[derive(Debug)]
pub struct Sim {
    simulator: Simulator,
    platform: Arc<Platform>,
}

#[derive(Debug)]
struct Platform {
    issuer: Issuer,
    clients: Mutex<BTreeMap<String, String>>,
    claims: Mutex<Map<String, Value>>,
    catalog: catalog::Catalog,
    compute: compute::Compute,
    vector: vector::Vector,
}

impl Sim {
    /// Starts it, by the machine's clock. It stops when it is dropped.
    pub fn start() -> Result<Self> {
        Self::start_at(Arc::new(SystemClock::new()), 0)
    }

    /// Starts it by another clock.
    pub fn with_clock(clock: impl Clock) -> Result<Self> {
        Self::start_at(Arc::new(clock), 0)
    }

    /// Starts it on a port that is chosen (0: any).
    pub fn start_at(clock: Arc<dyn Clock>, port: u16) -> Result<Self> {
        let claims = json!({
            "name": "Some Body", "email": "Some.Body@SomeOrg.com", "email_verified": true, "org": "someorg",
            "groups": ["public", "someorg:baz", "other:baz", "someorg:org-admin", "acme:resource-admin"],
            "sub": "google-oauth2|2028", "earthdaily__dl__userid": "user-2028",
        });
        let platform = Arc::new(Platform {
            // As long as those of the platform live.
            issuer: Issuer::new(Arc::clone(&clock), Duration::from_secs(36_000)),
            clients: Mutex::new(BTreeMap::from([("cid".to_owned(), "sec".to_owned())])),
            claims: Mutex::new(claims.as_object().cloned().unwrap_or_default()),
            catalog: catalog::Catalog::new(),
            compute: compute::Compute::new(clock),
            vector: vector::Vector::new(),
        });
        let handler = Arc::clone(&platform);
        let simulator =
            Simulator::builder().port(port).start(move |request: &Request| handler.answer(request))?;
        Ok(Self { simulator, platform })
    }

    /// The base URL of everything.
    pub fn base(&self) -> String {
        self.simulator.base()
    }

    /// The server: its journal of requests, and its faults.
    pub fn server(&self) -> &Simulator {
        &self.simulator
    }

    /// The tokens: how long they live, and how they are revoked.
    pub fn issuer(&self) -> &Issuer {
        &self.platform.issuer
    }

    /// Surroundings whose variables lead here, as they would lead the vendor's SDK.
    pub fn lead(&self, environment: Environment, flavor: Flavor) -> Environment {
        let services = ["IAM_URL", "PLATFORM_URL", "APP_URL"];
        services
            .into_iter()
            .fold(environment, |environment, name| environment.with_var(flavor.variable(name), self.base()))
    }

    /// Makes a client known, or changes its secret.
    pub fn set_client(&self, id: &str, secret: &str) {
        let mut clients = self.platform.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.insert(id.to_owned(), secret.to_owned());
    }

    /// Sets a claim of the next tokens, or with `null` takes it away.
    pub fn set_claim(&self, name: &str, value: Value) {
        let mut claims = self.platform.claims.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Value::Null => drop(claims.shift_remove(name)),
            value => drop(claims.insert(name.to_owned(), value)),
        }
    }

    /// A token for a client id, as the token endpoint gives it.
    pub fn issue(&self, client_id: &str) -> String {
        self.platform.issue(client_id)
    }

    /// The text that the login page shows, for the client `cid`.
    pub fn pasted(&self) -> String {
        let info = json!({
            "id": "some id", "client_id": "cid", "name": "API token",
            "revoke_url": format!("{}/revoke/1", self.base()), "client_secret": "sec",
        });
        encode_base64url(info.to_string().as_bytes())
    }

    /// Writes the token information file of a login, below a home folder.
    pub fn write_token_info(&self, home: &Path, flavor: Flavor) -> Result<PathBuf> {
        let path = TokenInfo::path(&Environment::empty().with_home(home), flavor)?;
        TokenInfo::from_pasted(&self.pasted())?.save(&path)?;
        Ok(path)
    }
}

impl Platform {
    fn answer(&self, request: &Request) -> Reply {
        let path = request.segments();
        if let ("POST", ["token"]) = (request.method().as_str(), path.as_slice()) {
            return self.token(request);
        }
        // Who has a signed URL needs no token.
        match (request.method().as_str(), path.as_slice()) {
            ("PUT", ["signed", "bundles", function_id]) => return self.compute.upload(function_id),
            ("GET", ["signed", "results", job_id]) => return self.compute.result_bytes(job_id),
            (_, ["signed", ..]) => return self.catalog.answer_signed(request),
            _ => {}
        }
        if let Err(refused) = self.authorize(request) {
            return *refused;
        }
        match path.as_slice() {
            ["compute", "v1", rest @ ..] => self.compute.answer(request, rest),
            ["vector", "v1", rest @ ..] => self.vector.answer(request, rest),
            ["metadata", "v1", "catalog", "v2", "storage", "download", "compute", .., job_id] => {
                self.compute.download(job_id, request.base())
            }
            ["metadata", "v1", "catalog", "v2", rest @ ..] => self.catalog.answer(request, rest),
            _ => Reply::json(404, json!({"detail": "Not Found"})),
        }
    }

    /// `POST /token` (contract sections 2.1 and 2.2).
    fn token(&self, request: &Request) -> Reply {
        let body = request.json().unwrap_or_default();
        let field = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, secret) = (field("client_id"), field("refresh_token"));
        let is_known = {
            let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            clients.get(id).is_some_and(|known| known == secret)
        };
        if !is_known {
            return Reply::json(401, json!({"detail": "unknown client or wrong secret"}));
        }
        match field("grant_type") {
            "refresh_token" => Reply::json(
                200,
                json!({"access_token": self.issue(id), "token_type": "bearer", "expires_in": 36_000}),
            ),
            "urn:ietf:params:oauth:grant-type:jwt-bearer"
                if field("target") == id && field("api_type") == "app" =>
            {
                Reply::json(200, json!({"id_token": self.issue(id), "token_type": "bearer"}))
            }
            _ => Reply::json(400, json!({"detail": "unsupported grant_type"})),
        }
    }

    fn issue(&self, client_id: &str) -> String {
        let claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let make = |number: u64, issued: &auth_core::sim::Issued| {
            let mut claims = claims;
            let times = [("exp", issued.expires_at), ("iat", issued.issued_at)];
            for (name, time) in times {
                claims.insert(name.to_owned(), time.unix_seconds().into());
            }
            claims.insert("jti".to_owned(), number.into());
            claims.entry("aud").or_insert_with(|| client_id.into());
            unsigned_jwt(&Value::Object(claims))
        };
        self.issuer.issue_as(client_id, make).access_token
    }

    fn authorize(&self, request: &Request) -> Result<String, Box<Reply>> {
        let refused = |detail: &str| {
            let error = json!({"status": "401", "title": "Unauthorized", "detail": detail});
            Box::new(Reply::json(401, json!({"errors": [error], "jsonapi": {"version": "1.0"}})))
        };
        let token = request.bearer().ok_or_else(|| refused("no bearer token"))?;
        self.issuer.check(token).map_err(|refusal| match refusal {
            Refusal::Unknown => refused("unknown token"),
            Refusal::Expired => refused("token has expired"),
            Refusal::Revoked => refused("token was revoked"),
        })
    }
}
