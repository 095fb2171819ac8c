//! Apps: what jobs run (contract section 6.2).

mod form;
mod model;

pub use form::{AppInput, AppOutput, AppParameter, Details, InputValue, ParameterValue, Semantics};
pub use model::{App, AppOperation, AppSummary, ExecutionType, NewApp, Parallelism};
use serde_json::Value;

use super::List;
use super::operations::operations;
use super::permissions::{NewPermission, UserPermission};
use crate::client::Client;

auth_core::service! {
    /// Apps: what jobs run. An app's id is its name and version, as in `wc-1.0`; a public one's also its revision, as in
    /// `wc-1.0u1`.
    pub struct Apps, from Client::apps
}

operations! { impl Apps {
    /// the apps that the caller may use.
    fn list() -> List<AppSummary> = GET "/apps/v2/";
    /// registers an app, or the next revision of one of the same name and version.
    fn add(app: &NewApp) -> App = POST "/apps/v2/";
    /// an app, in full.
    fn get(app_id) -> App = GET "/apps/v2/{app_id}";
    /// changes an app. Its revision is counted up.
    fn update(app_id, app: &NewApp) -> App = POST "/apps/v2/{app_id}";
    /// publishes or copies an app. The answer is the new one.
    fn manage(app_id, operation: &AppOperation) -> App = PUT "/apps/v2/{app_id}";
    /// deletes an app.
    fn delete(app_id) = DELETE "/apps/v2/{app_id}";
    /// who may do what with an app.
    fn list_permissions(app_id) -> List<UserPermission> = GET "/apps/v2/{app_id}/pems";
    /// gives a user a permission.
    fn update_application_permissions(app_id, permission: &NewPermission) = POST "/apps/v2/{app_id}/pems";
    /// takes all permissions from all users but the owner.
    fn delete_permissions(app_id) = DELETE "/apps/v2/{app_id}/pems";
    /// what a user may do with an app.
    fn list_permissions_for_user(app_id, username) -> List<UserPermission> =
        GET "/apps/v2/{app_id}/pems/{username}";
    /// gives a user a permission. The name in the path counts.
    fn update_permissions_for_user(app_id, username, permission: &NewPermission) =
        POST "/apps/v2/{app_id}/pems/{username}";
    /// takes all permissions from a user.
    fn delete_permissions_for_user(app_id, username) = DELETE "/apps/v2/{app_id}/pems/{username}";
    /// the apps of a name, in all versions.
    fn list_by_name(name) -> List<AppSummary> = GET "/apps/v2/name/{name}";
    /// the apps with a tag.
    fn list_by_tag(tag) -> List<AppSummary> = GET "/apps/v2/tag/{tag}";
    /// the apps with a term of an ontology.
    fn list_by_ontology_term(term) -> List<AppSummary> = GET "/apps/v2/ontology/{term}";
    /// a form for the app's inputs and parameters, as the service makes it. Its shape was not seen from a live service.
    fn get_job_submission_form(unique_name) -> Value = GET "/apps/v2/{unique_name}/form";
    /// the apps that run on a system.
    fn list_by_system_id(system_id) -> List<AppSummary> = GET "/apps/v2/system/{system_id}";
} }

impl List<'_, AppSummary> {
    /// Only public apps.
    pub fn public_only(self) -> Self {
        self.query("publicOnly", true)
    }

    /// Only private apps.
    pub fn private_only(self) -> Self {
        self.query("privateOnly", true)
    }
}
