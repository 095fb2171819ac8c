//! Who wants to be told about each new token is told at the right moment, and the truth.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counting;

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use auth_core::secret::expose;
use auth_core::store::{FileFormat, FileStore};
use auth_core::{Clock as _, Result, Timestamp, Token, TokenCache, TokenKey};
use counting::{counting, token};

struct BareToken;

impl FileFormat for BareToken {
    fn read(&self, _file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        Ok(None)
    }

    fn write(&self, _file: Option<&[u8]>, _key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        Ok(expose(&token.access_token).into())
    }
}

#[tokio::test]
async fn it_is_told_after_the_token_was_saved_and_before_anybody_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let (builder, _, _) = counting(|number| async move { Ok(token(number)) });
    let told: Arc<Mutex<Vec<(String, String, bool)>>> = Arc::default();
    let cache: Arc<OnceLock<TokenCache>> = Arc::default();
    let (tells, path, handle) = (Arc::clone(&told), file.clone(), Arc::clone(&cache));
    let builder = builder.store(Some(Arc::new(FileStore::new(file, BareToken)))).on_renewed(Some(Arc::new(
        move |token| {
            let name = expose(&token.access_token).to_owned();
            let is_out = handle.get().unwrap().peek().is_some_and(|held| held.token().is_same_as(token));
            tells.lock().unwrap().push((name, std::fs::read_to_string(&path).unwrap(), is_out));
        },
    )));
    let cache = cache.get_or_init(|| builder.build());
    cache.get().await.unwrap();
    cache.renew().await.unwrap();
    cache.get().await.unwrap();
    let expected = ["t1", "t2"].map(|name| (name.to_owned(), name.to_owned(), false));
    assert_eq!(*told.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_token_that_is_handed_out_again_expires_when_it_was_to_expire() {
    let (builder, clock, _) = counting(|_| async { Ok(token(1)) });
    let told: Arc<Mutex<Vec<Option<Timestamp>>>> = Arc::default();
    let tells = Arc::clone(&told);
    let cache =
        builder.on_renewed(Some(Arc::new(move |token| tells.lock().unwrap().push(token.expires_at)))).build();
    let end = clock.now().wall.saturating_add(Duration::from_secs(3600));
    cache.get().await.unwrap();
    clock.advance(Duration::from_secs(1000));
    cache.renew().await.unwrap();
    assert_eq!(*told.lock().unwrap(), [Some(end), Some(end)]);
}
