use auth_core::sim::Reply;
use insta::assert_snapshot;
use kognic::Cursor;
use kognic::api::{
    CreateInput, InputStatus, InputTarget, InvalidatedReason, ListInputs, ListRequestInputs, QueryInputs,
    RequestInputStatus, TaskType,
};
use serde_json::json;

use crate::book::{data, nothing, open, page, whole};

#[tokio::test]
async fn inputs() {
    let (mut book, client) = open();
    let inputs = client.inputs();
    let input = json!({
        "uuid": "i-1", "sceneUuid": "s-1", "requestUid": "r-1", "sceneExternalId": "e",
        "viewLink": "https://app.kognic.com/view/input/i-1",
    });
    let asked = QueryInputs {
        project: Some("highway".into()),
        batch: Some("b-1".into()),
        scene_uuids: Some(vec!["s-1".into()]),
        external_ids: Some(vec!["e".into()]),
        cursor: None,
    };
    // A cursor is one value of the query, whatever it holds (trap 19).
    let pages = [page(json!([input]), json!("abc=&x")), page(json!([input]), json!(null))];
    let found = book.call("inputs.query", pages, whole(inputs.query(asked))).await;
    assert_eq!((found.len(), found[0].request_uid.as_deref()), (2, Some("r-1")));
    // From a cursor of an earlier reading; a page without `metadata` is the last.
    let rest = QueryInputs { cursor: Some(Cursor::new("7")), ..Default::default() };
    book.call("inputs.query", data(json!([input])), whole(inputs.query(rest))).await;

    let target = || InputTarget::Batch("highway".into(), "b-1".into());
    let with = CreateInput::new(target()).with_pre_annotation("pa-1");
    book.call("inputs.create_from_scene", data(input.clone()), inputs.create_from_scene("s-1", &with)).await;
    let of_request = CreateInput::new(InputTarget::Request("r-1".into()));
    let create = inputs.create_from_scene("s-1", &of_request);
    let created = book.call("inputs.create_from_scene", data(input.clone()), create).await;
    assert_eq!(created.uuid, "i-1");
    book.call("inputs.create_from_scene", nothing(), inputs.dry_run(Some("s-1"), &of_request)).await;
    let create = inputs.create_from_pre_annotation("pa-1", InputTarget::Project("highway".into()));
    book.call("inputs.create_from_pre_annotation", data(input), create).await;
    book.call("inputs.delete", nothing(), inputs.delete("i-1")).await;
    let update = inputs.update_pre_annotation("i-1", "pa-1");
    book.call("inputs.update_pre_annotation", nothing(), update).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn request_inputs() {
    let (mut book, client) = open();
    let inputs = client.inputs();
    let stage = json!({
        "phase": { "id": "p", "name": "Review 1", "phaseDefinition": { "id": "d", "name": "review" } },
        "action": { "id": "a", "name": "Correct" }, "name": "Review 1: Correct",
    });
    let task = json!({ "taskId": "t-1", "isOngoing": false, "taskType": "review", "assignedUserId": 4 });
    let input = json!({
        "id": "i-1", "requestId": "r-1", "sceneId": "s-1", "status": "in_progress",
        "lastCompletedAnnotationId": null, "createdAt": "2026-01-02T03:04:05Z",
        "lastUpdatedAt": "2026-01-02T03:04:05Z", "completedAt": null,
        "progressDetails": {
            "currentWorkflowStage": stage, "currentTask": task, "availableForIntegrationReview": false,
        },
    });
    let asked = ListRequestInputs {
        scene_id: Some("s-1".into()),
        page_size: Some(2),
        ..ListRequestInputs::new("r-1")
    };
    let pages = [page(json!([input]), json!(7)), page(json!([]), json!(null))];
    let found =
        book.call("inputs.list_request_inputs", pages, whole(inputs.list_request_inputs(asked))).await;
    let details = found[0].progress_details.as_ref().unwrap();
    assert_eq!(details.current_task.as_ref().unwrap().task_type, Some(TaskType::Review));
    assert_eq!(details.current_workflow_stage.as_ref().unwrap().name, "Review 1: Correct");
    let get = inputs.get_request_input("i-1");
    let found = book.call("inputs.get_request_input", data(input), get).await;
    assert_eq!(found.status, RequestInputStatus::InProgress);
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn inputs_of_the_first_generation() {
    let (mut book, client) = open();
    let inputs = client.inputs();
    let entry = json!({
        "internalId": "s-1", "externalId": "e", "batchId": "b-1", "inputType": "cameras",
        "status": "invalidated:slam-rerun", "created": "2026-01-02T03:04:05.678Z", "annotationTypes": [],
        "calibrationId": null, "viewLink": null, "errorMessage": null,
    });
    let asked = ListInputs {
        batch: Some("b-1".into()),
        include_invalidated: true,
        external_ids: Some(vec!["e".into()]),
        ..ListInputs::new("highway")
    };
    let pages = [page(json!([entry]), json!("c&d")), Reply::json(200, json!({ "data": [], "metadata": {} }))];
    let found = book.call("inputs.list", pages, whole(inputs.list(asked))).await;
    assert_eq!(found[0].status, InputStatus::InvalidatedSlamRerun);
    book.call("inputs.get_by_uuids", data(json!([entry])), inputs.get_by_uuids(&["s-1"])).await;
    let invalidate = inputs.invalidate(&["s-1"], &InvalidatedReason::Duplicate);
    book.call("inputs.invalidate", nothing(), invalidate).await;
    assert_snapshot!(book.text());
}
