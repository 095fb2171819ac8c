//! What the fake platform holds, in the forms of the contract (section 6.6). All values are made up.

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(super) fn kitchen(name: &str, parent: &str) -> Value {
    json!({
        "name": name, "description": format!("Kitchen {name}"), "parent-kitchen": parent, "customer": "Acme",
        "creator_user": "", "created_time": 1_582_037_782_076_i64, "_created": null, "_finished": false,
        "git_name": "ac", "git_org": "DKAcme", "kitchen-staff": ["me@example.com"],
        "kitchen-roles": {"me@example.com": "Admin"}, "mesos-constraint": true, "mesos-group": "acme_dev",
        "recipeoverrides": {"password": "made-up-override"}, "recipes": ["R1"], "restrict-recipes": false,
        "wizard-status": {},
        "settings": {
            "agile-tools": null,
            "alerts": {
                "orderrunStart": null, "orderrunWarning": null, "orderrunOverDuration": null,
                "orderrunSuccess": null, "orderrunError": ["a@example.com"],
            },
            "backup": {
                "backup_enabled": false, "backup_failure_email": null, "backup_success_email": null,
                "export_key_timing": false, "export_node_timing": false, "export_test_data": false,
                "last_backup": null, "s3_access_key": null, "s3_bucket": null,
                "s3_secret_key": "made-up-bucket-key", "target_folder": null,
            },
        },
    })
}

pub(super) fn user_info(login: &str) -> Value {
    json!({
        "role": "ADMIN", "customer_name": "Acme", "customer_git_name": "ac", "customer_git_org": "DKAcme",
        "login": login, "email": login, "email_verified": true, "user_id": "auth0|1",
    })
}

/// A recipe of three nodes, one of them with a test, and the variations `v1` and `v2`.
pub(super) fn recipe_files() -> BTreeMap<String, String> {
    let variations = json!({"variation-list": {
        "v1": {"description": "every night", "graph-setting": "all"},
        "v2": {"description": "by hand", "graph-setting": "all"},
    }});
    let test = json!({
        "description": "there are rows", "action": "stop-on-error", "test-variable": "rows",
        "test-logic": {"test-compare": "greater-than", "test-metric": 0},
    });
    let files = [
        ("description.json", json!({"description": "A recipe"}).to_string()),
        ("variations.json", variations.to_string()),
        ("extract/notebook.json", json!({"tests": {"rows": test}}).to_string()),
        ("extract/query.sql", "select 1\n".to_owned()),
        ("transform/notebook.json", json!({}).to_string()),
        ("load/data_sinks/out.json", json!({"name": "out"}).to_string()),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}
