use agave::api::{
    BatchQueue, Credential, LoginConfig, NewSystem, StorageConfig, SystemOperation, SystemRole, SystemType,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

fn password() -> Credential {
    Credential {
        username: Some("me".into()),
        password: Some("canary".to_owned().into()),
        ..Credential::new("PASSWORD")
    }
}

#[tokio::test]
async fn systems() {
    let (mut book, ag) = open();
    let systems = ag.systems();
    let summary = json!({
        "id": "s1", "name": "Data", "type": "STORAGE", "description": "", "status": "UP", "public": true, "default": true,
        "available": null, "lastUpdated": "2017-10-10T00:00:00.000-05:00", "_links": {},
    });
    let full = || {
        result(json!({
            "id": "s2", "uuid": "u-2", "name": "Cluster", "type": "EXECUTION", "owner": "u", "revision": 3, "public": false,
            "default": false, "globalDefault": false, "executionType": "HPC", "scheduler": "SLURM", "environment": null,
            "queues": [{"name": "normal", "default": true, "maxNodes": "256", "maxRequestedTime": "48:00:00"}],
            "login": {"host": "h", "port": 22, "protocol": "SSH", "auth": {"type": "SSHKEYS"}},
            "storage": {"host": "h", "port": "22", "protocol": "SFTP", "rootDir": "/", "homeDir": "/home", "mirror": false,
                        "auth": {"type": "PASSWORD", "password": "canary"}, "proxy": null},
            "maxSystemJobs": 100, "maxSystemJobsPerUser": null, "startupScript": null,
            "lastModified": "2017-10-10T00:00:00.000-05:00", "site": "tacc", "_links": {},
        }))
    };
    let list = systems.list().of_type(&SystemType::Storage).default_only(true).public(true).limit(5);
    let listed = book.call("systems.list", result(json!([summary])), list.into_future()).await;
    assert_eq!((listed[0].kind.as_ref(), listed[0].available), (Some(&SystemType::Storage), None));
    let host = || Some("h".to_owned());
    let storage =
        StorageConfig { host: host(), port: Some(22), auth: Some(password()), ..Default::default() };
    let login = LoginConfig { host: host(), protocol: Some("SSH".into()), ..Default::default() };
    let queue = BatchQueue { name: "normal".into(), default: Some(true), ..Default::default() };
    let new = NewSystem {
        login: Some(login),
        queues: Some(vec![queue]),
        scheduler: Some("SLURM".into()),
        ..NewSystem::new("s2", "Cluster", "EXECUTION", storage)
    };
    assert!(!format!("{new:?}").contains("canary"));
    let added = book.call("systems.add", full(), systems.add(&new)).await;
    assert_eq!((added.queues[0].max_nodes, added.storage.as_ref().unwrap().port), (Some(256), Some(22)));
    assert!(!format!("{added:?}").contains("canary"));
    book.call("systems.get", full(), systems.get("s2")).await;
    // As it is read from a file, and sent on.
    let file = serde_json::to_string(&new).unwrap();
    book.call("systems.update", full(), systems.update("s2", &serde_json::from_str(&file).unwrap())).await;
    let operation = SystemOperation { id: Some("s3".into()), ..SystemOperation::new("CLONE") };
    book.call("systems.manage", nothing(), systems.manage("s2", &operation)).await;
    book.call("systems.delete", nothing(), systems.delete("s2")).await;

    let role = json!({"username": "bob", "role": "GUEST", "_links": {}});
    let new = SystemRole::new("bob", "USER");
    let listed = systems.list_roles("s2");
    let listed = book.call("systems.listRoles", result(json!([role])), listed.into_future()).await;
    assert_eq!(listed[0].role, "GUEST");
    book.call("systems.updateRole", nothing(), systems.update_role("s2", &new)).await;
    book.call("systems.deleteRoles", nothing(), systems.delete_roles("s2")).await;
    book.call("systems.getRoleForUser", result(role), systems.get_role_for_user("s2", "bob")).await;
    let update = systems.update_role_for_user("s2", "bob", &new);
    book.call("systems.updateRoleForUser", nothing(), update).await;
    book.call("systems.deleteRoleForUser", nothing(), systems.delete_role_for_user("s2", "bob")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn credentials() {
    let (mut book, ag) = open();
    let systems = ag.systems();
    let kept = || {
        result(json!([{
            "type": "PASSWORD", "username": "me", "password": "canary", "parentType": "STORAGE", "valid": true,
            "default": true, "internalUsername": null, "server": {"endpoint": "e", "port": "7512", "protocol": "MYPROXY"},
            "expirationDate": null,
        }]))
    };
    let list = systems.list_credentials("s2");
    let listed = book.call("systems.listCredentials", kept(), list.into_future()).await;
    assert_eq!((listed[0].valid, listed[0].server.as_ref().unwrap().port), (Some(true), Some(7512)));
    assert!(!format!("{:?}", listed[0]).contains("canary"));
    let new = password();
    book.call("systems.updateCredentials", nothing(), systems.update_credentials("s2", &new)).await;
    book.call("systems.deleteCredentials", nothing(), systems.delete_credentials("s2")).await;
    let list = systems.list_credentials_for_internal_user("s2", "bob");
    book.call("systems.listCredentialsForInternalUser", kept(), list.into_future()).await;
    let update = systems.update_credentials_for_internal_user("s2", "bob", &new);
    book.call("systems.updateCredentialsForInternalUser", nothing(), update).await;
    let delete = systems.delete_credentials_for_internal_user("s2", "bob");
    book.call("systems.deleteCredentialsForInternalUser", nothing(), delete).await;
    let list = systems.list_credentials_for_internal_user_by_type("s2", "bob", "STORAGE");
    book.call("systems.listCredentialsForInternalUserByType", kept(), list.into_future()).await;
    let update = systems.update_credentials_for_internal_user_by_type("s2", "bob", "STORAGE", &new);
    book.call("systems.updateCredentialsForInternalUserByType", nothing(), update).await;
    let delete = systems.delete_credentials_for_internal_user_by_type("s2", "bob", "STORAGE");
    book.call("systems.deleteCredentialsForInternalUserByType", nothing(), delete).await;
    assert_snapshot!(book.text());
}
