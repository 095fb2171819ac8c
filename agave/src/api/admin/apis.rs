//! APIs behind the gateway, and the OAuth clients that call them.

use serde_json::{Map, Value};

use crate::api::model::{input, model, read_by_serde};

model! {
    /// An OAuth client of any user.
    pub struct AdminClient {
        /// The id.
        id: String,
        /// The name.
        client_name: Option<String>,
        /// Whose it is.
        owner: Option<String>,
    }
}

model! {
    /// An API of a list.
    pub struct ApiSummary {
        /// The id.
        id: String,
        /// The name.
        name: Option<String>,
        /// Whose it is.
        owner: Option<String>,
        /// The version of the platform.
        version: Option<String>,
        /// Whether it is published.
        status: Option<ApiLifecycle>,
    }
}

model! {
    /// An API behind the gateway.
    pub struct Api {
        /// The id.
        id: String,
        /// The name.
        name: Option<String>,
        /// The path that it begins with, with its slash.
        context: Option<String>,
        /// Where it can be called.
        environments: Option<String>,
        /// Whose it is.
        owner: Option<String>,
        /// The version of the platform.
        version: Option<String>,
        /// Whether it is published.
        status: Option<ApiLifecycle>,
        /// How paths lead to the service behind it.
        templates: Vec<ApiTemplate>,
        /// How its paths are authorised and throttled.
        resources: Vec<ApiResource>,
    }
}

model! {
    /// How a path leads to the service behind an API.
    pub struct ApiTemplate {
        /// The path.
        route: Option<String>,
        /// The methods.
        methods: Option<String>,
        /// The roles.
        roles: Option<String>,
        /// How often it may be called.
        tiers: Option<String>,
    }
}

model! {
    /// How a path of an API is authorised and throttled.
    pub struct ApiResource {
        /// Methods, and how each is authorised.
        #[serde(rename = "http_verbs")]
        http_verbs: Option<Map<String, Value>>,
        /// The paths.
        #[serde(rename = "url_pattern")]
        url_pattern: Option<String>,
    }
}

read_by_serde!(ApiLifecycle);

auth_core::open_enum! {
    /// Whether an API is published.
    pub enum ApiLifecycle {
        /// Not yet.
        Created = "CREATED",
        /// It can be called.
        Published = "PUBLISHED",
        /// No more.
        Retired = "RETIRED",
    }
}

input! {
    /// An API that is to be registered.
    pub struct NewApi {
        /// The name, which also identifies it.
        #[serde(rename = "api_name")]
        api_name: String,
        /// The path that it begins with, with its slash.
        context: String,
        /// The URL of the service behind it, with its scheme.
        url: String,
        ;
        /// The methods that may be called: `GET`, `POST`, `PUT`, `DELETE`, `HEAD`.
        methods: Option<Vec<String>>,
        /// How each method is authorised: `none` or `oauth`.
        auth: Option<Vec<String>>,
        /// `public`, which is the default, or `restricted`.
        visibility: Option<String>,
        /// The roles that may subscribe to it, where it is restricted.
        roles: Option<Vec<String>>,
    }
}

input! {
    /// What an API is to become.
    pub struct ApiStatus {
        /// Whether it is published.
        status: ApiLifecycle,
        ;
    }
}
