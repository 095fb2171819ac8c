//! Systems: where files lie and jobs run (contract section 6.2).

mod credential;
mod model;

pub use credential::{Credential, CredentialServer};
pub use model::{
    BatchQueue, LoginConfig, NewSystem, StorageConfig, System, SystemOperation, SystemRole, SystemSummary,
    SystemType,
};

use super::List;
use super::operations::operations;
use crate::client::Client;

auth_core::service! {
    /// Systems: where files lie (storage) and jobs run (execution).
    pub struct Systems, from Client::systems
}

operations! { impl Systems {
    /// the systems that the caller may use.
    fn list() -> List<SystemSummary> = GET "/systems/v2/";
    /// registers a system.
    fn add(system: &NewSystem) -> System = POST "/systems/v2/";
    /// a system, in full.
    fn get(system_id) -> System = GET "/systems/v2/{system_id}";
    /// changes a system. Its revision is counted up.
    fn update(system_id, system: &NewSystem) -> System = POST "/systems/v2/{system_id}";
    /// switches a system on or off, publishes it, makes it a default, or copies it.
    fn manage(system_id, operation: &SystemOperation) = PUT "/systems/v2/{system_id}";
    /// deletes a system. Nothing on it is touched.
    fn delete(system_id) = DELETE "/systems/v2/{system_id}";
    /// who has which role on a system.
    fn list_roles(system_id) -> List<SystemRole> = GET "/systems/v2/{system_id}/roles";
    /// gives a user a role.
    fn update_role(system_id, role: &SystemRole) = POST "/systems/v2/{system_id}/roles";
    /// takes all roles from all users but the owner.
    fn delete_roles(system_id) = DELETE "/systems/v2/{system_id}/roles";
    /// the role of a user.
    fn get_role_for_user(system_id, username) -> SystemRole = GET "/systems/v2/{system_id}/roles/{username}";
    /// gives a user a role. The name in the path counts.
    fn update_role_for_user(system_id, username, role: &SystemRole) =
        POST "/systems/v2/{system_id}/roles/{username}";
    /// takes the role from a user.
    fn delete_role_for_user(system_id, username) = DELETE "/systems/v2/{system_id}/roles/{username}";
    /// the credentials that the service keeps for a system.
    fn list_credentials(system_id) -> List<Credential> = GET "/systems/v2/{system_id}/credentials";
    /// gives the service a credential for a system.
    fn update_credentials(system_id, credential: &Credential) = POST "/systems/v2/{system_id}/credentials";
    /// deletes the credentials that the service keeps for a system.
    fn delete_credentials(system_id) = DELETE "/systems/v2/{system_id}/credentials";
    /// the credentials that the service keeps for one of the owner's own users.
    fn list_credentials_for_internal_user(system_id, internal_username) -> List<Credential> =
        GET "/systems/v2/{system_id}/credentials/{internal_username}";
    /// gives the service a credential for one of the owner's own users.
    fn update_credentials_for_internal_user(system_id, internal_username, credential: &Credential) =
        POST "/systems/v2/{system_id}/credentials/{internal_username}";
    /// deletes the credentials of one of the owner's own users.
    fn delete_credentials_for_internal_user(system_id, internal_username) =
        DELETE "/systems/v2/{system_id}/credentials/{internal_username}";
    /// the credentials of one of the owner's own users that are for `STORAGE` or for `EXECUTION`.
    fn list_credentials_for_internal_user_by_type(system_id, internal_username, credential_type) -> List<Credential> =
        GET "/systems/v2/{system_id}/credentials/{internal_username}/{credential_type}";
    /// gives the service a credential for one of the owner's own users.
    fn update_credentials_for_internal_user_by_type(
        system_id, internal_username, credential_type, credential: &Credential
    ) = POST "/systems/v2/{system_id}/credentials/{internal_username}/{credential_type}";
    /// deletes credentials of one of the owner's own users.
    fn delete_credentials_for_internal_user_by_type(system_id, internal_username, credential_type) =
        DELETE "/systems/v2/{system_id}/credentials/{internal_username}/{credential_type}";
} }

impl List<'_, SystemSummary> {
    /// Only storage, or only execution systems.
    pub fn of_type(self, kind: &SystemType) -> Self {
        self.query("type", kind)
    }

    /// Only those that are the default for the caller, or that are not.
    pub fn default_only(self, default: bool) -> Self {
        self.query("default", default)
    }

    /// Only those that everybody may use, or that are private.
    pub fn public(self, public: bool) -> Self {
        self.query("public", public)
    }
}
