//! Several transfers side by side: a bound on how many run at once, and how far they have come in all.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::Progress;
use crate::BoxFuture;
use crate::body::Body;

/// How far one of several transfers has come, and all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advance<'a> {
    /// The file that came farther, by the name that its sender gave it.
    pub file: &'a str,
    /// Bytes of this file that are done. A transfer that is tried again counts from zero again.
    pub done: u64,
    /// Bytes of this file in all, when that is known.
    pub total: Option<u64>,
    /// Bytes of all files that are done.
    pub all_done: u64,
    /// Bytes of all files in all, when they are known.
    pub all_total: Option<u64>,
    /// How many files are complete.
    pub files_done: usize,
    /// How many files there are.
    pub files: usize,
}

/// Is told how far several transfers have come.
#[derive(Clone)]
pub struct FilesProgress(Arc<dyn Fn(&Advance<'_>) + Send + Sync>);

impl FilesProgress {
    /// Tells `callback` of each chunk and of the end of each file. It is called often, for several files at a time,
    /// and should return quickly.
    pub fn new(callback: impl Fn(&Advance<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(callback))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }
}

impl Default for FilesProgress {
    fn default() -> Self {
        Self::silent()
    }
}

impl fmt::Debug for FilesProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilesProgress")
    }
}

/// Adds up what the transfers of several files tell.
#[derive(Clone, Debug)]
pub struct Tally(Arc<Files>);

#[derive(Debug)]
struct Files {
    progress: FilesProgress,
    files: Vec<File>,
    all_done: AtomicU64,
    all_total: Option<u64>,
    files_done: AtomicUsize,
}

#[derive(Debug)]
struct File {
    name: String,
    total: Option<u64>,
    done: AtomicU64,
}

impl Tally {
    /// Nothing is done yet of these files, each with its name and its size in bytes, when that is known.
    pub fn new(
        progress: &FilesProgress,
        files: impl IntoIterator<Item = (impl Into<String>, Option<u64>)>,
    ) -> Self {
        let file = |(name, total): (_, _)| File { name: Into::into(name), total, done: AtomicU64::default() };
        let files: Vec<File> = files.into_iter().map(file).collect();
        let all_total = files.iter().map(|file| file.total).sum();
        let (all_done, files_done) = (AtomicU64::default(), AtomicUsize::default());
        Self(Arc::new(Files { progress: progress.clone(), files, all_done, all_total, files_done }))
    }

    /// What the transfer of the file at `index` tells how far it has come. There must be such a file.
    pub fn of(&self, index: usize) -> Progress {
        let tally = self.clone();
        Progress::new(move |done, total| tally.advance(index, done, total))
    }

    /// The file at `index` is complete.
    pub fn complete(&self, index: usize) {
        let Some(file) = self.0.files.get(index) else { return };
        self.0.files_done.fetch_add(1, Ordering::Relaxed);
        self.advance(index, file.done.load(Ordering::Relaxed), file.total);
    }

    fn advance(&self, index: usize, done: u64, total: Option<u64>) {
        let Some(file) = self.0.files.get(index) else { return };
        // A transfer that is tried again falls back: the difference may be negative, and wraps to the right sum.
        let step = done.wrapping_sub(file.done.swap(done, Ordering::Relaxed));
        let all_done = self.0.all_done.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        (self.0.progress.0)(&Advance {
            file: &file.name,
            done,
            total: file.total.or(total),
            all_done,
            all_total: self.0.all_total,
            files_done: self.0.files_done.load(Ordering::Relaxed),
            files: self.0.files.len(),
        });
    }
}

/// Transfers that have not begun.
type Waiting<'a, T, E> = dyn Iterator<Item = BoxFuture<'a, Result<T, E>>> + Send + 'a;

/// Runs transfers, at most `at_once` (and at least one) at a time. Their answers, in the order of the transfers. The
/// first error is the answer of all: those that run are dropped, and those that wait are not begun.
pub fn side_by_side<'a, T, E, F, I>(at_once: usize, transfers: I) -> BoxFuture<'a, Result<Vec<T>, E>>
where
    T: Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<T, E>> + Send + 'a,
    I: IntoIterator<Item = F, IntoIter: Send + 'a>,
{
    // In boxes, because the compiler cannot see that a future which holds closures of its callers is `Send`.
    let numbered = transfers.into_iter().enumerate().map(|(index, transfer)| -> BoxFuture<'a, _> {
        Box::pin(async move { Ok::<_, E>((index, transfer.await?)) })
    });
    let mut waiting: Box<Waiting<'a, (usize, T), E>> = Box::new(numbered);
    Box::pin(async move {
        let mut running: FuturesUnordered<_> = waiting.by_ref().take(at_once.max(1)).collect();
        let mut answers = Vec::new();
        while let Some(answer) = running.next().await {
            answers.push(answer?);
            running.extend(waiting.next());
        }
        answers.sort_unstable_by_key(|(index, _)| *index);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    })
}

/// Sends files, each a name and a body, at most `at_once` at a time and with progress in all. `send` gets the number of
/// the file in the list, and the body that tells of its progress.
///
/// ```
/// # use auth_core::transfer::{FilesProgress, send_all};
/// # use auth_core::{Body, Protocol, Session};
/// # use http::Method;
/// # async fn example<P: Protocol>(session: Session<P>, urls: Vec<String>) -> Result<(), P::Error> {
/// let files = vec![("a.jpg".to_owned(), Body::file("a.jpg").await?), ("b.jpg".to_owned(), Body::file("b.jpg").await?)];
/// let progress = FilesProgress::new(|advance| println!("{} of {:?} bytes", advance.all_done, advance.all_total));
/// send_all(10, files, &progress, |number, body| {
///     let put = session.signed(Method::PUT, &urls[number]).body(body);
///     async move { put.done().await }
/// })
/// .await?;
/// # Ok(())
/// # }
/// ```
pub fn send_all<'a, T, E, F>(
    at_once: usize,
    files: Vec<(String, Body)>,
    progress: &FilesProgress,
    send: impl Fn(usize, Body) -> F + Send + Sync + 'a,
) -> BoxFuture<'a, Result<Vec<T>, E>>
where
    T: Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<T, E>> + Send + 'a,
{
    let tally = Tally::new(progress, files.iter().map(|(name, body)| (name.as_str(), body.len())));
    let send = Arc::new(send);
    let transfers = files.into_iter().enumerate().map(move |(index, (_, body))| {
        let (tally, send) = (tally.clone(), Arc::clone(&send));
        async move {
            let answer = send(index, tally.of(index).of_upload(body)).await?;
            tally.complete(index);
            Ok(answer)
        }
    });
    side_by_side(at_once, transfers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn told() -> (FilesProgress, Arc<Mutex<Vec<String>>>) {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let listener = Arc::clone(&told);
        let progress = FilesProgress::new(move |now| {
            listener.lock().unwrap().push(format!(
                "{} {}/{:?}, {}/{:?}, {}/{} files",
                now.file, now.done, now.total, now.all_done, now.all_total, now.files_done, now.files
            ));
        });
        (progress, told)
    }

    #[test]
    fn a_transfer_that_is_tried_again_is_not_counted_twice() {
        let (progress, told) = told();
        let tally = Tally::new(&progress, [("a", Some(10)), ("b", Some(5))]);
        let (a, b) = (tally.of(0), tally.of(1));
        a.report(8, Some(10));
        b.report(5, Some(5));
        tally.complete(1);
        a.report(2, Some(10));
        a.report(10, Some(10));
        tally.complete(0);
        assert_eq!(
            *told.lock().unwrap(),
            [
                "a 8/Some(10), 8/Some(15), 0/2 files",
                "b 5/Some(5), 13/Some(15), 0/2 files",
                "b 5/Some(5), 13/Some(15), 1/2 files",
                "a 2/Some(10), 7/Some(15), 1/2 files",
                "a 10/Some(10), 15/Some(15), 1/2 files",
                "a 10/Some(10), 15/Some(15), 2/2 files",
            ]
        );
        // One unknown size, and the sum is unknown.
        let (progress, told) = self::told();
        Tally::new(&progress, [("a", Some(10)), ("b", None)]).of(1).report(1, Some(7));
        assert_eq!(*told.lock().unwrap(), ["b 1/Some(7), 1/None, 0/2 files"]);
    }

    #[tokio::test]
    async fn no_more_than_the_bound_run_at_once_and_answers_keep_their_order() {
        for (at_once, expected) in [(0, 1), (1, 1), (3, 3), (100, 20)] {
            let (running, peak) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let (running, peak) = (&running, &peak);
            let answers = side_by_side(
                at_once,
                (0..20).map(|number| async move {
                    peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    for _ in 0..20 - number {
                        tokio::task::yield_now().await;
                    }
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, ()>(number)
                }),
            );
            assert_eq!(answers.await.unwrap(), (0..20).collect::<Vec<_>>());
            assert_eq!(peak.load(Ordering::SeqCst), expected);
        }
    }

    #[tokio::test]
    async fn the_first_error_ends_all() {
        let begun = AtomicUsize::new(0);
        let begun = &begun;
        let outcome = side_by_side(
            2,
            (0..10).map(|number| async move {
                begun.fetch_add(1, Ordering::SeqCst);
                if number == 3 { Err("no") } else { Ok(()) }
            }),
        );
        assert_eq!(outcome.await, Err("no"));
        assert!(begun.load(Ordering::SeqCst) <= 5);
    }
}
