use insta::assert_snapshot;
use kognic::api::{CreateReview, FeedbackItem, Pin, ReviewWorkflow, SuggestedProperty};
use serde_json::json;

use crate::book::{data, open};

#[tokio::test]
async fn reviews() {
    let (mut book, client) = open();
    let reviews = client.reviews();
    let item = FeedbackItem {
        sensor_id: Some("FC".into()),
        frame_id: Some("0".into()),
        object_id: Some("6a".into()),
        pin: Some(Pin { x: 1.0, y: 2.0, z: Some(3.0), world_coordinates: Some(true), origin_frame: None }),
        description: Some("too small".into()),
        suggested_property: Some(SuggestedProperty {
            property_name: "class".into(),
            suggested_property_value: "Truck".into(),
        }),
        metadata: Some([("a".to_owned(), "b".to_owned())].into()),
        ..FeedbackItem::new("e-1")
    };
    let review = CreateReview {
        feedback_items: Some(vec![item]),
        workflow: Some(ReviewWorkflow::CorrectReviewLoop),
        accepted: false,
    };
    let created = data(json!({ "createdReviewId": "rev-1" }));
    let created = book.call("reviews.create", created, reviews.create("a-1", &review)).await;
    assert_eq!(created.created_review_id, "rev-1");
    let accepted = CreateReview { accepted: true, ..CreateReview::default() };
    let again = data(json!({ "createdReviewId": "rev-2" }));
    book.call("reviews.create", again, reviews.create("a-1", &accepted)).await;
    let member = json!({
        "errorTypeId": "e-1", "errorTypeName": "Size", "frameId": "0", "suggestedProperties": [], "comments": ["no"],
        "invalid": false, "corrected": true, "resolved": false, "createdAt": "2026-01-02T03:04:05Z",
    });
    let review = json!({ "id": "rev-1", "members": [member], "inputUuid": "i-1", "phaseId": "p" });
    let got = book.call("reviews.get", data(review), reviews.get("rev-1")).await;
    assert!(got.members[0].corrected && !got.members[0].resolved);
    let bare = json!([{ "id": "rev-1", "inputUuid": "i-1" }]);
    let auto = book.call("reviews.list_auto_reviews", data(bare), reviews.list_auto_reviews("i-1")).await;
    assert!(auto[0].members.is_empty());
    let types = json!([{ "errorTypeId": "e-1", "name": "Size", "pinAllowed": true, "objectAllowed": false }]);
    let types = book.call("reviews.list_error_types", data(types), reviews.list_error_types()).await;
    assert!(types[0].pin_allowed);
    assert_snapshot!(book.text());
}
