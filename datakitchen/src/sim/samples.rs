//! What the fake platform holds, in the forms of the contract (section 6.6). All values are made up.

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
