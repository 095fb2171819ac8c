//! Where the platform's services are (contract section 1.2).

use auth_core::{Base, Environment, Error, ErrorKind, PlainHttp, Result};

use crate::flavor::{Flavor, PlatformEnvironment};

/// Base URLs of the platform's services. What is `None` comes from the variable that is named, and else follows from
/// the environment of the platform. The variables begin with `EARTHONE_` for EarthOne.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Urls {
    /// Tokens. `DESCARTESLABS_IAM_URL`.
    pub iam: Option<String>,
    /// What all services below are below. `DESCARTESLABS_PLATFORM_URL`.
    pub platform: Option<String>,
    /// The web app, where people log in. `DESCARTESLABS_APP_URL`.
    pub app: Option<String>,
    /// The catalog. `DESCARTESLABS_CATALOG_V2_URL`.
    pub catalog_v2: Option<String>,
    /// Compute. `DESCARTESLABS_COMPUTE_URL`.
    pub compute: Option<String>,
    /// Raster. `DESCARTESLABS_RASTER_URL`.
    pub raster: Option<String>,
    /// Vector. `DESCARTESLABS_VECTOR_URL`.
    pub vector: Option<String>,
    /// Metadata. `DESCARTESLABS_METADATA_URL`.
    pub metadata: Option<String>,
    /// Usage. `DESCARTESLABS_USAGE_URL`.
    pub usage: Option<String>,
    /// Limits of users. `DESCARTESLABS_USERLIMIT_URL`.
    pub userlimit: Option<String>,
    /// Yaas. `DESCARTESLABS_YAAS_URL`.
    pub yaas: Option<String>,
}

/// The base URLs of a client, checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Endpoints {
    /// What the services below are usually below. A path of [`Client::request`](crate::Client::request) starts here.
    pub platform: Base,
    /// The catalog.
    pub catalog_v2: Base,
    /// Compute, where the environment has it.
    pub compute: Option<Base>,
    /// Raster.
    pub raster: Base,
    /// Vector, where the environment has it.
    pub vector: Option<Base>,
    /// Metadata.
    pub metadata: Base,
    /// Usage.
    pub usage: Base,
    /// Limits of users.
    pub userlimit: Base,
    /// Yaas, where the environment has it.
    pub yaas: Option<Base>,
}

/// Which part of the platform is meant, and who says so.
pub(crate) struct Setting<'a> {
    pub(crate) flavor: Flavor,
    /// The name of an environment that was given.
    pub(crate) named: Option<&'a str>,
    pub(crate) environment: &'a Environment,
}

impl Setting<'_> {
    /// The given URLs, with every other one filled in: first what follows from a given platform, then the variables,
    /// then the usual ones.
    pub(crate) fn fill(&self, given: &Urls) -> Result<Urls> {
        let chosen = self.chosen()?;
        let variable = |name: &str| self.environment.var(&self.flavor.variable(name)).map(str::to_owned);
        let domain = variable("DOMAIN").unwrap_or_else(|| self.flavor.domain.to_owned());
        let below = |service: &str| match (chosen.is_local, variable("DEFAULT_DOMAIN")) {
            // The services of the local environment are those of the development environment.
            (true, _) => format!("https://{service}.{}.{}", chosen.host, self.flavor.domain),
            (false, Some(hosts)) => format!("https://{service}.{hosts}"),
            (false, None) => format!("https://{service}.{}.{domain}", chosen.host),
        };
        let usual_iam = || match chosen.is_local {
            true => {
                format!(
                    "https://{}:8000",
                    variable("DEFAULT_DOMAIN").unwrap_or_else(|| "dev.localhost".to_owned())
                )
            }
            false => below("iam"),
        };
        let platform =
            given.platform.clone().or_else(|| variable("PLATFORM_URL")).unwrap_or_else(|| below("platform"));
        let service = |url: &Option<String>, name: &str, path: &str, is_there: bool| {
            // Who gives the platform means its services too, whatever variables say.
            let named = url.clone().or_else(|| match given.platform {
                Some(_) => None,
                None => variable(&format!("{name}_URL")),
            });
            named.or_else(|| is_there.then(|| format!("{}/{path}", platform.trim_end_matches('/'))))
        };
        Ok(Urls {
            iam: given.iam.clone().or_else(|| variable("IAM_URL")).or_else(|| Some(usual_iam())),
            app: given
                .app
                .clone()
                .or_else(|| variable("APP_URL"))
                .or_else(|| Some(format!("https://app.{domain}"))),
            catalog_v2: service(&given.catalog_v2, "CATALOG_V2", "metadata/v1/catalog/v2", true),
            compute: service(&given.compute, "COMPUTE", "compute/v1", chosen.is_full),
            raster: service(&given.raster, "RASTER", "raster/v2", true),
            vector: service(&given.vector, "VECTOR", "vector/v1", chosen.is_full),
            metadata: service(&given.metadata, "METADATA", "metadata/v1", true),
            usage: service(&given.usage, "USAGE", "usage/v1", true),
            userlimit: service(&given.userlimit, "USERLIMIT", "userlimit/v1", true),
            yaas: service(&given.yaas, "YAAS", "yaas/v1", chosen.is_full),
            platform: Some(platform),
        })
    }

    /// Where tokens come from by default: in the usual environment, which variables may have moved.
    pub(crate) fn default_iam(&self) -> Result<String> {
        let usual = self.flavor.environments.first().map(|usual| usual.name);
        let default = Setting { named: usual, flavor: self.flavor, environment: self.environment };
        Ok(default.fill(&Urls::default())?.iam.unwrap_or_default())
    }

    fn chosen(&self) -> Result<PlatformEnvironment> {
        let variable = self.flavor.variable("ENV");
        let known = self.flavor.environments;
        let Some(name) = self.named.or_else(|| self.environment.var(&variable)) else {
            return known.first().copied().ok_or_else(|| unknown(&self.flavor, "", &variable));
        };
        let found = known.iter().find(|environment| environment.name == name);
        found.copied().ok_or_else(|| unknown(&self.flavor, name, &variable))
    }
}

fn unknown(flavor: &Flavor, name: &str, variable: &str) -> Error {
    let known: Vec<&str> = flavor.environments.iter().map(|environment| environment.name).collect();
    Error::new(ErrorKind::Configuration, format!("there is no {} environment `{name}`", flavor.name))
        .with_help(format!("check {variable}; known environments: {}", known.join(", ")))
}

impl Endpoints {
    /// Checks URLs that were filled in.
    pub(crate) fn parse(urls: &Urls, plain_http: PlainHttp) -> Result<Self> {
        let optional = |name: &str, url: &Option<String>| {
            url.as_deref().map(|url| Base::parse(name, url, plain_http)).transpose()
        };
        let needed = |name: &str, url: &Option<String>| {
            Base::parse(name, url.as_deref().unwrap_or_default(), plain_http)
        };
        Ok(Self {
            platform: needed("the platform URL", &urls.platform)?,
            catalog_v2: needed("the catalog URL", &urls.catalog_v2)?,
            compute: optional("the compute URL", &urls.compute)?,
            raster: needed("the raster URL", &urls.raster)?,
            vector: optional("the vector URL", &urls.vector)?,
            metadata: needed("the metadata URL", &urls.metadata)?,
            usage: needed("the usage URL", &urls.usage)?,
            userlimit: needed("the userlimit URL", &urls.userlimit)?,
            yaas: optional("the yaas URL", &urls.yaas)?,
        })
    }

    /// Those beside the platform that get the token.
    pub(crate) fn services(&self) -> impl Iterator<Item = &Base> {
        let needed = [&self.catalog_v2, &self.raster, &self.metadata, &self.usage, &self.userlimit];
        let optional = [&self.compute, &self.vector, &self.yaas];
        needed.into_iter().chain(optional.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(flavor: Flavor, named: Option<&str>, environment: &Environment) -> Urls {
        Setting { flavor, named, environment }.fill(&Urls::default()).unwrap()
    }

    #[test]
    fn the_usual_hosts_are_those_of_the_flavour_table() {
        let empty = Environment::empty();
        let old = urls(Flavor::DESCARTES_LABS, None, &empty);
        assert_eq!(old.iam.as_deref(), Some("https://iam.production.aws.descarteslabs.com"));
        assert_eq!(old.platform.as_deref(), Some("https://platform.production.aws.descarteslabs.com"));
        assert_eq!(old.app.as_deref(), Some("https://app.descarteslabs.com"));
        let new = urls(Flavor::EARTH_ONE, None, &empty);
        assert_eq!(new.iam.as_deref(), Some("https://iam.production.earthone.earthdaily.com"));
        assert_eq!(new.platform.as_deref(), Some("https://platform.production.earthone.earthdaily.com"));
        assert_eq!(new.app.as_deref(), Some("https://app.earthone.earthdaily.com"));
    }

    #[test]
    fn environments_move_hosts_and_leave_out_services() {
        let empty = Environment::empty();
        let staging = urls(Flavor::DESCARTES_LABS, Some("aws-staging"), &empty);
        assert_eq!(
            staging.compute.as_deref(),
            Some("https://platform.staging.aws.descarteslabs.com/compute/v1")
        );
        let freemium = urls(Flavor::DESCARTES_LABS, Some("aws-freemium"), &empty);
        assert_eq!((freemium.compute, freemium.vector, freemium.yaas), (None, None, None));
        let testing = urls(Flavor::EARTH_ONE, Some("testing"), &empty);
        assert_eq!(testing.iam.as_deref(), Some("https://iam.dev.earthone.earthdaily.com"));
        let local = urls(Flavor::DESCARTES_LABS, Some("local"), &empty);
        assert_eq!(local.iam.as_deref(), Some("https://dev.localhost:8000"));
        assert_eq!(local.platform.as_deref(), Some("https://platform.dev.aws.descarteslabs.com"));
    }

    #[test]
    fn variables_move_one_service_or_all() {
        let environment = Environment::empty()
            .with_var("DESCARTESLABS_PLATFORM_URL", "https://p.example/")
            .with_var("DESCARTESLABS_RASTER_URL", "https://r.example")
            .with_var("DESCARTESLABS_DOMAIN", "d.example");
        let moved = urls(Flavor::DESCARTES_LABS, None, &environment);
        assert_eq!(moved.catalog_v2.as_deref(), Some("https://p.example/metadata/v1/catalog/v2"));
        assert_eq!(moved.raster.as_deref(), Some("https://r.example"));
        assert_eq!(moved.iam.as_deref(), Some("https://iam.production.aws.d.example"));
        assert_eq!(moved.app.as_deref(), Some("https://app.d.example"));
        let given = Urls { platform: Some("https://g.example".to_owned()), ..Urls::default() };
        let setting = Setting { flavor: Flavor::DESCARTES_LABS, named: None, environment: &environment };
        assert_eq!(setting.fill(&given).unwrap().raster.as_deref(), Some("https://g.example/raster/v2"));
        let ignored = urls(Flavor::EARTH_ONE, None, &environment);
        assert_eq!(ignored, urls(Flavor::EARTH_ONE, None, &Environment::empty()));
    }

    #[test]
    fn an_unknown_environment_is_named_with_the_known_ones() {
        let environment = Environment::empty().with_var("DESCARTESLABS_ENV", "nowhere");
        let setting = Setting { flavor: Flavor::DESCARTES_LABS, named: None, environment: &environment };
        let error = setting.fill(&Urls::default()).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no Descartes Labs environment `nowhere` (check DESCARTESLABS_ENV; known environments: \
             aws-production, aws-staging, aws-dev, aws-freemium, testing, local)"
        );
    }
}
