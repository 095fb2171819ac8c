use auth_core::sim::{Fault, Reply};
use datakitchen::Error;
use datakitchen::api::AlertKind;
use serde_json::json;

use crate::common::{KITCHENS, World};

const UPDATE: &str = "POST /v2/kitchen/update/*";

#[tokio::test]
async fn what_others_changed_meanwhile_stays() {
    let world = World::new();
    let overrides = world.client().kitchen("K1").overrides();
    let before = overrides.get().await.unwrap();
    world.sim.change_kitchen("K1", |kitchen| {
        kitchen["recipeoverrides"]["theirs"] = json!(1);
        kitchen["description"] = json!("theirs");
    });
    overrides.update(&before, &before.clone().with("ours", 2)).await.unwrap();
    let after = overrides.get().await.unwrap();
    assert_eq!((after.get("theirs"), after.get("ours")), (Some(&json!(1)), Some(&json!(2))));
    let kitchen = world.client().kitchen("K1").get().await.unwrap();
    assert_eq!(kitchen.description.as_deref(), Some("theirs"));
    assert!(kitchen.extra.get("mesos-group").is_some());
}

#[tokio::test]
async fn the_same_change_by_two_is_found_before_anything_is_lost() {
    let world = World::new();
    let overrides = world.client().kitchen("K1").overrides();
    let before = overrides.get().await.unwrap();
    let ours = before.clone().with("password", "canary-of-ours").with("other", 1);
    world
        .sim
        .change_kitchen("K1", |kitchen| kitchen["recipeoverrides"]["password"] = json!("canary-of-theirs"));
    let error = overrides.update(&before, &ours).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    let Error::Changed(changed) = &error else { panic!("{error}") };
    assert_eq!(changed.names, ["password"]);
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert_eq!(world.journal().count(UPDATE), 0);
    // Who wants the same has nothing to quarrel about, and who wants nothing sends nothing.
    let same = before.clone().with("password", "canary-of-theirs");
    overrides.update(&before, &same).await.unwrap();
    overrides.update(&before, &before).await.unwrap();
    assert_eq!(world.journal().count(UPDATE), 1);
}

#[tokio::test]
async fn older_kitchens_keep_their_form_and_unknown_forms_are_not_overwritten() {
    let world = World::new();
    let overrides = world.client().kitchen("K1").overrides();
    let list = json!([{"variable": "a", "value": 1, "category": "c"}, {"variable": "b", "value": 2}]);
    world.sim.change_kitchen("K1", |kitchen| kitchen["recipeoverrides"] = list);
    let before = overrides.get().await.unwrap();
    overrides.update(&before, &before.clone().with("a", 5).without("b").with("c", 6)).await.unwrap();
    let sent = world.journal().last().unwrap().json().unwrap();
    let expected = json!([{"variable": "a", "value": 5, "category": "c"}, {"variable": "c", "value": 6}]);
    assert_eq!(sent["kitchen.json"]["recipeoverrides"], expected);
    world.sim.change_kitchen("K1", |kitchen| kitchen["recipeoverrides"] = json!("later"));
    let before = overrides.get().await.unwrap();
    let error = overrides.update(&before, &before.clone().with("a", 1)).await.unwrap_err();
    assert_eq!(error.to_string(), "overrides of the kitchen K1: their form is unknown, and would be lost");
}

#[tokio::test]
async fn a_kitchen_that_is_not_there_has_its_own_error() {
    let world = World::new();
    let client = world.client();
    let listed = client.kitchen("K9").overrides().get().await.unwrap_err();
    assert_eq!(listed.to_string(), "there is no kitchen K9 among those of the account: master, K1");
    let told = client.kitchen("K9").get().await.unwrap_err();
    assert!(listed.is_no_kitchen() && told.is_no_kitchen() && told.is_not_found());
    let closed = client.kitchen("closed").get().await.unwrap_err();
    assert!(closed.is_no_access() && !closed.is_no_kitchen());
    let compared = client.kitchen("master").overrides().compare(None).await.unwrap_err();
    assert!(compared.to_string().starts_with("the kitchen master has no parent"), "{compared}");
}

#[tokio::test]
async fn a_write_is_sent_once() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    world.next(UPDATE, Fault::ResetBeforeReply.after_handling());
    let error = kitchen.add_staff([("you@example.com", "Developer")]).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    for (pattern, fault) in [
        ("DELETE /v2/kitchen/delete/*", Fault::ResetBeforeReply),
        ("PUT /v2/kitchen/create/*/*", Fault::status(504)),
    ] {
        world.next(pattern, fault);
        let error = match pattern.starts_with("PUT") {
            true => kitchen.create("K2", "").await.unwrap_err(),
            false => kitchen.delete().await.unwrap_err(),
        };
        assert!(error.is_outcome_unknown(), "{pattern}: {error}");
        assert_eq!(world.journal().count(pattern), 1);
    }
    // A read is repeated.
    world.next(KITCHENS, Fault::status(502));
    kitchen.overrides().get().await.unwrap();
    assert_eq!(world.journal().count(KITCHENS), 2);
}

#[tokio::test]
async fn staff_and_alerts_come_and_go() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    kitchen.add_staff([("you@example.com", "Developer")]).await.unwrap();
    kitchen.update_staff([("you@example.com", "Admin")]).await.unwrap();
    assert_eq!(kitchen.get_staff().await.unwrap()["Admin"], ["me@example.com", "you@example.com"]);
    kitchen.delete_staff(&["you@example.com"]).await.unwrap();
    kitchen.ensure_users_are_staff(&["me@example.com"]).await.unwrap();
    kitchen.add_alerts([(AlertKind::Start, "a@example.com")]).await.unwrap();
    let writes = world.journal().count(UPDATE);
    kitchen.add_alerts([(AlertKind::Start, "a@example.com")]).await.unwrap();
    assert_eq!(world.journal().count(UPDATE), writes);
    assert_eq!(kitchen.get_alerts().await.unwrap().start.unwrap(), ["a@example.com"]);
    let made = world.client().kitchens().create("K1", "K2", "text").await.unwrap();
    assert_eq!(made.parent_name().await.unwrap().as_deref(), Some("K1"));
    assert!(world.client().kitchens().create("K1", "K2", "").await.unwrap_err().is_conflict());
    made.delete().await.unwrap();
    assert!(made.get().await.unwrap_err().is_no_kitchen());
}

#[tokio::test]
async fn a_200_that_holds_an_error_is_one_for_writes_too() {
    let world = World::new();
    world.next_reply(
        "DELETE /v2/kitchen/delete/*",
        Reply::json(200, json!({"error": {"message": "it is busy"}})),
    );
    let error = world.client().kitchen("K1").delete().await.unwrap_err();
    assert!(error.to_string().contains("it is busy"), "{error}");
    // Nobody knows what these say, and a reply that is no JSON is no failure of what was done.
    world.next_reply("DELETE /v2/kitchen/delete/*", Reply::text(200, "deleted"));
    world.client().kitchen("K1").delete().await.unwrap();
}

#[tokio::test]
async fn an_open_kitchen_stays_open_when_somebody_gets_a_role() {
    for staff in [json!([]), json!(null)] {
        let world = World::new();
        let kitchen = world.client().kitchen("K1");
        world.sim.change_kitchen("K1", |kitchen| kitchen["kitchen-staff"] = staff.clone());
        kitchen.add_staff([("you@example.com", "Developer")]).await.unwrap();
        kitchen.update_staff([("you@example.com", "Admin")]).await.unwrap();
        kitchen.delete_staff(&["me@example.com"]).await.unwrap();
        let sent = world.journal().last().unwrap().json().unwrap();
        assert_eq!(sent["kitchen.json"]["kitchen-staff"], staff);
        assert_eq!(sent["kitchen.json"]["kitchen-roles"], json!({"you@example.com": "Admin"}));
    }
}

#[tokio::test]
async fn who_has_a_role_and_is_not_on_the_staff_is_not_let_in_by_a_change_of_others() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    world
        .sim
        .change_kitchen("K1", |kitchen| kitchen["kitchen-roles"]["gone@example.com"] = json!("Developer"));
    kitchen.add_staff([("you@example.com", "Developer")]).await.unwrap();
    kitchen.update_staff([("gone@example.com", "Admin")]).await.unwrap();
    let staff = world.client().kitchens().get_staff("K1").await.unwrap();
    assert_eq!(staff, ["me@example.com", "you@example.com"]);
}

#[tokio::test]
async fn staff_and_alerts_of_an_unknown_form_are_not_overwritten() {
    // Trap T16.
    for (member, form) in [
        ("kitchen-staff", json!(["me@example.com", {"user": "they@example.com"}])),
        ("kitchen-staff", json!("everybody")),
        ("kitchen-roles", json!(["me@example.com"])),
        ("settings", json!("later")),
        ("settings", json!({"alerts": ["a@example.com"]})),
        ("settings", json!({"alerts": {"orderrunError": ["a@example.com", 7]}})),
        ("settings", json!({"alerts": {"orderrunError": {"to": "a@example.com"}}})),
    ] {
        let world = World::new();
        let (client, kitchen) = (world.client(), world.client().kitchen("K1"));
        world.sim.change_kitchen("K1", |kitchen| kitchen[member] = form.clone());
        let errors = match member {
            "settings" => vec![
                kitchen.add_alerts([(AlertKind::Failure, "b@example.com")]).await.unwrap_err(),
                kitchen.delete_alerts([(AlertKind::Failure, "a@example.com")]).await.unwrap_err(),
            ],
            _ => vec![
                kitchen.add_staff([("you@example.com", "Developer")]).await.unwrap_err(),
                kitchen.delete_staff(&["me@example.com"]).await.unwrap_err(),
            ],
        };
        let mut told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        match member {
            "kitchen-staff" => told.extend([
                client.kitchens().add_staff("K1", &["you"]).await.unwrap_err().to_string(),
                client.kitchens().update_staff("K1", &["you"], "you").await.unwrap_err().to_string(),
                client.kitchens().get_staff("K1").await.unwrap_err().to_string(),
                kitchen.ensure_users_are_staff(&["me@example.com"]).await.unwrap_err().to_string(),
            ]),
            "kitchen-roles" => told.push(kitchen.get_staff().await.unwrap_err().to_string()),
            _ => {}
        }
        for text in told {
            assert!(text.ends_with("of the kitchen K1: its form is unknown, and is left as it is"), "{text}");
        }
        assert_eq!(world.journal().count(UPDATE), 0, "{member} {form}");
    }
}
