//! File work, away from the threads that drive the runtime.

use crate::error::{Error, ErrorKind, Result};

/// Runs `work` on a thread that may block. It goes on to its end also when the caller stops waiting.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => {
            Err(Error::new(ErrorKind::Stopped, "the runtime ended before the token file could be used"))
        }
    }
}
