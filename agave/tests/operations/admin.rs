use agave::api::{
    ApiLifecycle, ApiStatus, NewAccountRole, NewApi, NewRoleAccount, NewServiceAccount, NewServiceRole,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn accounts() {
    let (mut book, ag) = open();
    let admin = ag.admin();
    let account = json!({ "id": "svc", "roles": ["r"], "password": "p" });
    let page = admin.list_accounts().limit(5).offset(10).into_future();
    let listed = book.call("admin.listAccounts", result(json!([{"id": "svc"}])), page).await;
    assert_eq!(listed[0].id, "svc");
    let new = NewServiceAccount::new("svc").with_password("s3cret").with_roles(["r"]);
    let added = book.call("admin.addAccount", result(account.clone()), admin.add_account(&new)).await;
    assert_eq!(added.roles, ["r"]);
    book.call("admin.getAccount", result(account.clone()), admin.get_account("svc")).await;
    let new = NewServiceAccount::new("svc").with_password("n3w");
    book.call("admin.updateAccount", result(account.clone()), admin.update_account("svc", &new)).await;
    let roles = admin.list_account_roles("svc");
    book.call("admin.listAccountRoles", result(account.clone()), roles).await;
    let role = NewAccountRole::new("r");
    let adding = admin.add_role_to_account("svc", &role);
    book.call("admin.addRoleToAccount", result(account), adding).await;
    let deleting = admin.delete_role_from_account("svc", "Internal/r");
    book.call("admin.deleteRoleFromAccount", nothing(), deleting).await;
    book.call("admin.deleteAccount", nothing(), admin.delete_account("svc")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn roles() {
    let (mut book, ag) = open();
    let admin = ag.admin();
    let role = json!({ "id": "r", "accounts": ["svc"] });
    let page = admin.list_roles().limit(5).offset(10).into_future();
    let listed = book.call("admin.listRoles", result(json!([{"id": "r"}])), page).await;
    assert_eq!(listed[0].id, "r");
    let new = NewServiceRole::new("r");
    let added = book.call("admin.addRole", result(role.clone()), admin.add_role(&new)).await;
    assert_eq!(added.accounts, ["svc"]);
    book.call("admin.getRole", result(role.clone()), admin.get_role("r")).await;
    let accounts = admin.list_accounts_in_role("r");
    book.call("admin.listAccountsInRole", result(role.clone()), accounts).await;
    let account = NewRoleAccount::new("svc");
    let adding = admin.add_account_to_role("r", &account);
    book.call("admin.addAccountToRole", result(role), adding).await;
    let deleting = admin.delete_account_from_role("r", "svc");
    book.call("admin.deleteAccountFromRole", nothing(), deleting).await;
    book.call("admin.deleteRole", nothing(), admin.delete_role("r")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn apis() {
    let (mut book, ag) = open();
    let admin = ag.admin();
    let client = json!([{ "id": "1", "clientName": "demo", "owner": "u" }]);
    let page = admin.list_clients().limit(5).offset(10).into_future();
    let clients = book.call("admin.listClients", result(client), page).await;
    assert_eq!(clients[0].client_name.as_deref(), Some("demo"));

    let summary =
        json!([{ "id": "a", "name": "A", "owner": "admin", "status": "PUBLISHED", "version": "v2" }]);
    let page = admin.list_apis().limit(5).into_future();
    let listed = book.call("admin.listApis", result(summary), page).await;
    assert_eq!(listed[0].status, Some(ApiLifecycle::Published));
    let api = json!({
        "id": "a", "name": "A", "context": "/a", "environments": "Production", "owner": "admin", "version": "v2",
        "status": "CREATED", "templates": [{ "route": "/*", "methods": "GET", "roles": "", "tiers": "Unlimited" }],
        "resources": [{ "http_verbs": { "GET": "oauth" }, "url_pattern": "/*" }],
    });
    let mut new = NewApi::new("A", "/a", "https://backend.example.org");
    new.methods = Some(vec!["GET".to_owned()]);
    new.auth = Some(vec!["oauth".to_owned()]);
    new.visibility = Some("restricted".to_owned());
    new.roles = Some(vec!["Internal/r".to_owned()]);
    let added = book.call("admin.addApi", result(api.clone()), admin.add_api(&new)).await;
    assert_eq!(added.templates[0].tiers.as_deref(), Some("Unlimited"));
    assert_eq!(added.resources[0].http_verbs.as_ref().unwrap()["GET"], "oauth");
    book.call("admin.getApi", result(api.clone()), admin.get_api("a")).await;
    let status = ApiStatus::new(ApiLifecycle::Retired);
    book.call("admin.updateApiStatus", result(api), admin.update_api_status("a", &status)).await;
    book.call("admin.deleteApi", nothing(), admin.delete_api("a")).await;
    assert_snapshot!(book.text());
}
