//! The administration of a tenant: service accounts, their roles, OAuth clients, APIs.
//!
//! The calls follow the vendor's descriptions. No reply of a live server was seen.

mod accounts;
mod apis;

pub use accounts::{
    NewAccountRole, NewRoleAccount, NewServiceAccount, NewServiceRole, ServiceAccount, ServiceAccountSummary,
    ServiceRole, ServiceRoleSummary,
};
pub use apis::{AdminClient, Api, ApiLifecycle, ApiResource, ApiStatus, ApiSummary, ApiTemplate, NewApi};

use super::operations::operations;
use crate::client::Client;

auth_core::service! {
    /// The administration of a tenant, for administrators. No reply of a live server was seen: the calls and their
    /// models follow the vendor's descriptions.
    pub struct Admin, from Client::admin
}

operations! { impl Admin {
    /// the service accounts.
    fn list_accounts() -> List<ServiceAccountSummary> = GET "/admin/v2/service_accounts";
    /// registers a service account.
    fn add_account(account: &NewServiceAccount) -> ServiceAccount = POST "/admin/v2/service_accounts";
    /// one service account.
    fn get_account(account_id) -> ServiceAccount = GET "/admin/v2/service_accounts/{account_id}";
    /// changes a service account.
    fn update_account(account_id, account: &NewServiceAccount) -> ServiceAccount =
        PUT "/admin/v2/service_accounts/{account_id}";
    /// deletes a service account.
    fn delete_account(account_id) = DELETE "/admin/v2/service_accounts/{account_id}";
    /// a service account with the roles that it has.
    fn list_account_roles(account_id) -> ServiceAccount =
        GET "/admin/v2/service_accounts/{account_id}/roles";
    /// gives a role to a service account.
    fn add_role_to_account(account_id, role: &NewAccountRole) -> ServiceAccount =
        POST "/admin/v2/service_accounts/{account_id}/roles";
    /// takes a role from a service account.
    fn delete_role_from_account(account_id, role_id) =
        DELETE "/admin/v2/service_accounts/{account_id}/roles/{role_id}";

    /// the roles that service accounts can have.
    fn list_roles() -> List<ServiceRoleSummary> = GET "/admin/v2/service_roles";
    /// registers a role.
    fn add_role(role: &NewServiceRole) -> ServiceRole = POST "/admin/v2/service_roles";
    /// one role.
    fn get_role(role_id) -> ServiceRole = GET "/admin/v2/service_roles/{role_id}";
    /// deletes a role.
    fn delete_role(role_id) = DELETE "/admin/v2/service_roles/{role_id}";
    /// a role with the service accounts that have it.
    fn list_accounts_in_role(role_id) -> ServiceRole = GET "/admin/v2/service_roles/{role_id}/service_accounts";
    /// gives a role to a service account, from the side of the role.
    fn add_account_to_role(role_id, account: &NewRoleAccount) -> ServiceRole =
        POST "/admin/v2/service_roles/{role_id}/service_accounts";
    /// takes a role from a service account, from the side of the role.
    fn delete_account_from_role(role_id, account_id) =
        DELETE "/admin/v2/service_roles/{role_id}/service_accounts/{account_id}";

    /// the OAuth clients of all users.
    fn list_clients() -> List<AdminClient> = GET "/admin/v2/clients";

    /// the APIs behind the gateway.
    fn list_apis() -> List<ApiSummary> = GET "/admin/v2/apis";
    /// registers an API.
    fn add_api(api: &NewApi) -> Api = POST "/admin/v2/apis";
    /// one API.
    fn get_api(api_id) -> Api = GET "/admin/v2/apis/{api_id}";
    /// deletes an API.
    fn delete_api(api_id) = DELETE "/admin/v2/apis/{api_id}";
    /// publishes an API, or retires it.
    fn update_api_status(api_id, status: &ApiStatus) -> Api = PUT "/admin/v2/apis/{api_id}";
} }
