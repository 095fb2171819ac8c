//! The two flavours of the platform (contract section 1.1): Descartes Labs, and EarthOne, which it became. The protocol
//! is the same; what differs is data, and all of it is here.

/// What differs between Descartes Labs and EarthOne. [`Flavor::DESCARTES_LABS`] unless another is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flavor {
    /// How people call the platform.
    pub name: &'static str,
    /// What the vendor's variables begin with, as in `DESCARTESLABS_CLIENT_ID`.
    pub variable_prefix: &'static str,
    /// The folder for credentials and tokens, below the home folder.
    pub folder: &'static str,
    /// The domain that the platform's hosts are below.
    pub domain: &'static str,
    /// The named environments. The first is used when none is named.
    pub environments: &'static [PlatformEnvironment],
    /// What `User-Agent` begins with.
    pub user_agent: &'static str,
    /// Where the vendor explains authentication.
    pub documentation: &'static str,
    /// The one client id that gets its tokens by an older grant.
    pub legacy_client_id: Option<&'static str>,
    /// What a user's namespace is made of.
    pub namespace: NamespaceRule,
    /// What the names of some claims begin with, and are known without.
    pub claim_prefix: Option<&'static str>,
    /// Whether an empty `token_info_path` means "no file at all". Otherwise it is as good as none.
    pub empty_path_is_no_file: bool,
    /// The operator that a `like` filter becomes in the catalog.
    pub like_operator: &'static str,
    /// Id of the event rule that starts a compute job. From the vendor's source, not verified.
    pub compute_job_create_rule: &'static str,
    /// Id of the event rule that forwards to a queue. From the vendor's source, not verified.
    pub sqs_forwarder_rule: &'static str,
}

/// A named environment of the platform, as in `aws-production`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformEnvironment {
    /// Its name.
    pub name: &'static str,
    /// What stands between service and domain in its hosts.
    pub host: &'static str,
    /// Whether it has the services compute, vector and yaas.
    pub is_full: bool,
    /// Whether its tokens come from this machine.
    pub is_local: bool,
}

/// What a user's namespace is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamespaceRule {
    /// The SHA-1 of the claim `sub`, in lower-case hex digits.
    Sha1OfSub,
    /// The claim `userid` as it is.
    UserId,
}

impl Flavor {
    /// Descartes Labs, as of the Python SDK `descarteslabs` 3.2.2.
    pub const DESCARTES_LABS: Self = Self {
        name: "Descartes Labs",
        variable_prefix: "DESCARTESLABS_",
        folder: ".descarteslabs",
        domain: "descarteslabs.com",
        environments: &[
            PlatformEnvironment::full("aws-production", "production.aws"),
            PlatformEnvironment::full("aws-staging", "staging.aws"),
            PlatformEnvironment::full("aws-dev", "dev.aws"),
            PlatformEnvironment::full("aws-freemium", "freemium.aws").reduced(),
            PlatformEnvironment::full("testing", "dev.aws"),
            PlatformEnvironment::full("local", "dev.aws").local(),
        ],
        user_agent: "descartes-api",
        documentation: "https://docs.descarteslabs.com/authentication.html",
        legacy_client_id: Some("ZOBAi4UROl5gKZIpxxlwOEfx8KpqXf2c"),
        namespace: NamespaceRule::Sha1OfSub,
        claim_prefix: None,
        empty_path_is_no_file: false,
        like_operator: "ilike",
        compute_job_create_rule: "descarteslabs:compute-job-create",
        sqs_forwarder_rule: "descarteslabs:sqs-forwarder",
    };

    /// EarthOne, as of the Python SDK `earthdaily-earthone` 6.2.0.
    pub const EARTH_ONE: Self = Self {
        name: "EarthOne",
        variable_prefix: "EARTHONE_",
        folder: ".earthone",
        domain: "earthone.earthdaily.com",
        environments: &[
            PlatformEnvironment::full("production", "production"),
            PlatformEnvironment::full("staging", "staging"),
            PlatformEnvironment::full("dev", "dev"),
            PlatformEnvironment::full("freemium", "freemium").reduced(),
            PlatformEnvironment::full("testing", "dev"),
            PlatformEnvironment::full("local", "dev").local(),
        ],
        user_agent: "earthone-api",
        documentation: "https://earthone.earthdaily.com/docs/authentication.html",
        legacy_client_id: None,
        namespace: NamespaceRule::UserId,
        claim_prefix: Some("earthdaily__dl__"),
        empty_path_is_no_file: true,
        like_operator: "like",
        compute_job_create_rule: "internal:compute-job-create",
        sqs_forwarder_rule: "internal:sqs-forwarder",
    };

    /// The vendor's variable of this name, as in `DESCARTESLABS_TOKEN` for `TOKEN`.
    pub fn variable(&self, name: &str) -> String {
        format!("{}{name}", self.variable_prefix)
    }
}

impl Default for Flavor {
    fn default() -> Self {
        Self::DESCARTES_LABS
    }
}

impl PlatformEnvironment {
    const fn full(name: &'static str, host: &'static str) -> Self {
        Self { name, host, is_full: true, is_local: false }
    }

    const fn reduced(self) -> Self {
        Self { is_full: false, ..self }
    }

    const fn local(self) -> Self {
        Self { is_local: true, ..self }
    }
}
