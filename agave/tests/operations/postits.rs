use agave::api::NewPostit;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn postits() {
    let (mut book, ag) = open();
    let postits = ag.postits();
    let postit = json!({
        "nonce": "canary-1", "creator": "u", "url": "https://h/files/v2/media/a", "method": "GET", "remainingUses": 3,
        "expires": "2018-07-10T12:28:01.000-05:00", "created": "2018-07-10T12:28:01.000-05:00", "noauth": false,
        "_links": {"self": {"href": "https://h/postits/v2/canary-1"}},
    });
    let new =
        NewPostit { max_uses: Some(3), lifetime: Some(600), ..NewPostit::new("https://h/files/v2/media/a") };
    let made = book.call("postits.create", result(postit.clone()), postits.create(&new)).await;
    assert_eq!(auth_core::secret::expose(&made.nonce), "canary-1");
    assert_eq!(
        (made.remaining_uses, made.links.href("self")),
        (Some(3), Some("https://h/postits/v2/canary-1"))
    );
    // Who sees it can use it.
    assert!(!format!("{made:?} {}", serde_json::to_value(&made).unwrap()).contains("canary"));
    // The vendor's description calls the nonce by another name.
    let named = json!([postit, {"postit": "canary-2"}]);
    let listed = book.call("postits.list", result(named), postits.list().limit(2).into_future()).await;
    assert_eq!(auth_core::secret::expose(&listed[1].nonce), "canary-2");
    book.call("postits.delete", nothing(), postits.delete(&made.nonce)).await;
    assert_snapshot!(book.text());
}
