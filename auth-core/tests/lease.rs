//! What the cache does without the lease, or without knowing what the store holds: nothing is spent or written that
//! another process could be spending or writing.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::cache::Builder;
use auth_core::secret::expose;
use auth_core::store::{FileFormat, FileStore, Lease};
use auth_core::{
    BoxFuture, Error, ErrorKind, ManualClock, Result, Timestamp, Token, TokenCache, TokenKey, TokenSource,
    TokenStore,
};
use tempfile::tempdir;

/// A service that notes which refresh tokens were spent, `None` for credentials.
#[derive(Clone)]
struct Service {
    rotates: bool,
    spent: Arc<Mutex<Vec<Option<String>>>>,
}

impl TokenSource for Service {
    fn key(&self) -> TokenKey {
        TokenKey::new("lease", "https://auth.example.org/token", "c-1")
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        let refresh_token = held.and_then(|held| held.refresh_token.as_ref());
        self.spent.lock().unwrap().push(refresh_token.map(|token| expose(token).to_owned()));
        let token = Token::new("new").with_lifetime(Duration::from_secs(3600));
        Box::pin(async { Ok(token.with_refresh_token(Some("r2".into()))) })
    }

    fn rotates(&self, held: Option<&Token>) -> bool {
        self.rotates && held.is_some_and(|held| held.refresh_token.is_some())
    }
}

fn service(rotates: bool) -> Service {
    Service { rotates, spent: Arc::default() }
}

fn cache(service: &Service, store: impl TokenStore) -> (Builder, ManualClock) {
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    (TokenCache::builder(service.clone()).clock(Arc::new(clock.clone())).store(Some(Arc::new(store))), clock)
}

/// A file that holds a refresh token and nothing else, as after a sign-in.
struct RefreshToken;

impl FileFormat for RefreshToken {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let text = str::from_utf8(file).map_err(|_| Error::new(ErrorKind::Store, "it is not text"))?;
        let token = Token::new("expired").with_expires_at(Timestamp::UNIX_EPOCH);
        Ok(Some(token.with_refresh_token(Some(text.into()))))
    }

    fn write(&self, _file: Option<&[u8]>, _key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        Ok(token.refresh_token.as_ref().map(expose).unwrap_or_default().into())
    }
}

fn hasty(file: &Path) -> FileStore {
    FileStore::new(file, RefreshToken).lease_deadline(Duration::from_millis(20))
}

#[tokio::test]
async fn a_new_process_does_not_spend_the_stored_refresh_token_without_the_lease() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "r1").unwrap();
    let service = service(true);
    // Who opts in to lose a successor does not opt in to spend what another process is spending.
    for opted_in in [false, true] {
        let lease = hasty(&file).lease(&service.key()).await.unwrap();
        let (cache, clock) = cache(&service, hasty(&file));
        let cache = cache.spend_unsaved(opted_in).build();
        let error = cache.get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().starts_with("the refresh token was not spent: "), "{error}");
        assert_eq!(service.spent.lock().unwrap().len(), 0);
        drop(lease);
        clock.advance(Duration::from_secs(1));
        assert_eq!(expose(&cache.get().await.unwrap().token().access_token), "new");
        assert_eq!(std::mem::take(&mut *service.spent.lock().unwrap()), [Some("r1".to_owned())]);
        std::fs::write(&file, "r1").unwrap();
    }
}

#[tokio::test]
async fn what_does_not_rotate_is_obtained_without_the_lease_and_not_saved() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "r1").unwrap();
    let service = service(false);
    let _lease = hasty(&file).lease(&service.key()).await.unwrap();
    let (cache, _) = cache(&service, hasty(&file));
    assert_eq!(expose(&cache.build().get().await.unwrap().token().access_token), "new");
    assert_eq!(std::fs::read(&file).unwrap(), b"r1", "its holder may be about to write");
}

#[tokio::test]
async fn a_spent_refresh_token_in_the_store_is_told_from_a_new_one() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "r1").unwrap();
    // Where the lock file would be: nothing can be saved.
    std::fs::create_dir(folder.path().join("token.lock")).unwrap();
    let service = service(true);
    let (cache, _) = cache(&service, hasty(&file));
    let cache = cache.spend_unsaved(true).build();
    for _ in 0..2 {
        let held = cache.get().await.unwrap();
        cache.invalidate(held.generation());
    }
    // Somebody signs in anew.
    std::fs::write(&file, "r9").unwrap();
    cache.get().await.unwrap();
    assert_eq!(*service.spent.lock().unwrap(), ["r1", "r2", "r9"].map(|token| Some(token.to_owned())));
}

/// A store that can be written and not read, unlike a file.
struct Deaf;

impl TokenStore for Deaf {
    fn lease<'a>(&'a self, _key: &'a TokenKey) -> BoxFuture<'a, Result<Lease>> {
        Box::pin(async { Ok(Lease::unguarded()) })
    }

    fn load<'a>(&'a self, _key: &'a TokenKey) -> BoxFuture<'a, Result<Option<Token>>> {
        Box::pin(async { Err(Error::new(ErrorKind::Store, "no answer")) })
    }

    fn save<'a>(&'a self, _: &'a TokenKey, _: &'a Token, _: &'a Lease) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_refresh_token_that_may_be_outdated_is_not_spent() {
    let service = service(true);
    let ours = || {
        Some(
            Token::new("expired")
                .with_expires_at(Timestamp::UNIX_EPOCH)
                .with_refresh_token(Some("r1".into())),
        )
    };
    let (refusing, _) = cache(&service, Deaf);
    let error = refusing.initial(ours()).build().get().await.unwrap_err();
    assert_eq!((error.kind(), service.spent.lock().unwrap().len()), (ErrorKind::Store, 0));
    let (allowed, _) = cache(&service, Deaf);
    allowed.initial(ours()).spend_unsaved(true).build().get().await.unwrap();
    assert_eq!(*service.spent.lock().unwrap(), [Some("r1".to_owned())]);
}
