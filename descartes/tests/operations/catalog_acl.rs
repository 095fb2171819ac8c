use descartes::api::{Document, Product, Subject};
use insta::assert_snapshot;

use crate::catalog_book::{open, text};

#[tokio::test]
async fn rights() {
    let (mut book, client) = open();
    let mut product = Document::<Product>::new("someorg:p");
    product.owners = Some(vec![Subject::Org("someorg".into())]);
    let auth = client.auth();
    let owns = async { product.user_is_owner(&auth.payload().await?) };
    assert!(book.call("catalog_acl.user_is_owner", [], owns).await);
    let writes = async { product.user_can_write(&auth.payload().await?) };
    assert!(book.call("catalog_acl.user_can_write", [], writes).await);
    let reads = async { product.user_can_read(&auth.payload().await?) };
    assert!(book.call("catalog_acl.user_can_read", [], reads).await);
    assert_snapshot!(text(&book));
}
