//! Files that are fetched: whole or not at all.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::transfer::{download, download_checked};
use auth_core::{Error, ErrorKind, Progress, Result, Session, path};
use bytes::Bytes;
use tempfile::tempdir;

use crate::kit::{Reports, SHORT, Setup, Vendor, anybody};

/// A download as vendors write it.
async fn fetch(session: &Session<Vendor>, to: &Path, progress: &Progress) -> Result<u64> {
    download(to, progress, |resume| {
        let mut request = session.get(path!["file"]);
        if let Some(range) = resume.range() {
            request = request.header("range", range);
        }
        if let Some(etag) = resume.etag {
            request = request.header("if-range", etag);
        }
        request.send()
    })
    .await
}

fn content() -> Bytes {
    (0..100_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>().into()
}

/// A service that knows ranges.
fn ranged() -> Simulator {
    Simulator::start(|request: &Request| Reply::ranged_as(request, content(), "\"v1\"")).unwrap()
}

/// `Range` and `If-Range` of each request.
fn ranges(service: &Simulator) -> Vec<(Option<String>, Option<String>)> {
    let header = |request: &Request, name| request.header(name).map(str::to_owned);
    let requests = service.journal().matching("GET /file");
    requests.iter().map(|request| (header(request, "range"), header(request, "if-range"))).collect()
}

fn part(from: u64, version: &str) -> (Option<String>, Option<String>) {
    (Some(format!("bytes={from}-")), Some(version.to_owned()))
}

const WHOLE: (Option<String>, Option<String>) = (None, None);

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Fetches from `service` and returns what was asked for. The file must come out right, with nothing beside it.
async fn fetched(service: &Simulator) -> Vec<(Option<String>, Option<String>)> {
    let folder = tempdir().unwrap();
    let file = folder.path().join("x.bin");
    let session = Setup::new().fixed(&service.base());
    assert_eq!(fetch(&session, &file, &Progress::silent()).await.unwrap(), 400_000);
    assert_eq!(fs::read(&file).unwrap(), content());
    assert_eq!(names(folder.path()), ["x.bin"]);
    ranges(service)
}

/// Fails to fetch from `service` over a file that is there. The file must stay, with nothing beside it.
async fn failed(service: &Simulator) -> Error {
    let folder = tempdir().unwrap();
    let file = folder.path().join("x.bin");
    fs::write(&file, "precious").unwrap();
    let session = Setup::new().fixed(&service.base());
    let error = fetch(&session, &file, &Progress::silent()).await.unwrap_err();
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert_eq!(names(folder.path()), ["x.bin"]);
    error
}

#[tokio::test]
async fn a_file_appears_when_it_is_complete() {
    let service = ranged();
    let folder = tempdir().unwrap();
    let file = folder.path().join("x.bin");
    fs::write(&file, "old").unwrap();
    let reports = Reports::default();
    let (seen, watched) = (Arc::clone(&reports), file.clone());
    let progress = Progress::new(move |done, total| {
        assert_eq!(fs::read_to_string(&watched).unwrap(), "old");
        seen.lock().unwrap().push((done, total));
    });
    let session = Setup::new().fixed(&service.base());
    assert_eq!(fetch(&session, &file, &progress).await.unwrap(), 400_000);
    assert_eq!(fs::read(&file).unwrap(), content());
    let reports = reports.lock().unwrap();
    assert!(reports.is_sorted() && reports.iter().all(|(_, total)| *total == Some(400_000)));
    assert_eq!(reports.last().unwrap().0, 400_000);
    assert_eq!(ranges(&service), [WHOLE]);
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_was() {
    let service = ranged();
    for after in [50_000, 1, 100_000] {
        service.faults().next("GET /file", Fault::Truncate { after });
    }
    let parts = [WHOLE, part(50_000, "\"v1\""), part(50_001, "\"v1\""), part(150_001, "\"v1\"")];
    assert_eq!(fetched(&service).await, parts);
    // A reset may cost what had not been read yet.
    let service = ranged();
    service.faults().next("GET /file", Fault::ResetMidReply { after: 50_000 });
    assert_eq!(fetched(&service).await.len(), 2);
    // A part that cannot be had at once is tried again like any request.
    let service = ranged();
    service.faults().next("GET /file", Fault::Truncate { after: 50_000 });
    service.faults().next("GET /file", Fault::status(503)).times(2);
    assert_eq!(fetched(&service).await.len(), 4);
}

#[tokio::test]
async fn a_date_tells_versions_apart_where_there_is_no_tag() {
    const DATE: &str = "Fri, 02 Jan 2026 03:04:05 GMT";
    let handler = |request: &Request| {
        let content = content();
        match request.header("range") {
            // The rest need not say again of which version it is.
            Some(_) if request.header("if-range") == Some(DATE) => {
                let rest = content.slice(50_000..);
                Reply::bytes(206, rest).header("content-range", "bytes 50000-399999/400000")
            }
            _ => Reply::bytes(200, content).header("accept-ranges", "bytes").header("last-modified", DATE),
        }
    };
    let service = Simulator::start(handler).unwrap();
    service.faults().next("GET /file", Fault::Truncate { after: 50_000 });
    assert_eq!(fetched(&service).await, [WHOLE, part(50_000, DATE)]);
}

#[tokio::test]
async fn without_ranges_or_versions_it_begins_anew() {
    for headers in [
        vec![],
        vec![("accept-ranges", "bytes")],
        vec![("accept-ranges", "bytes"), ("etag", "W/\"v1\"")],
        vec![("accept-ranges", "none"), ("etag", "\"v1\"")],
        vec![("etag", "\"v1\"")],
    ] {
        let handler = move |_: &Request| {
            headers
                .iter()
                .fold(Reply::bytes(200, content()), |reply, (name, value)| reply.header(name, value))
        };
        let service = Simulator::start(handler).unwrap();
        service.faults().next("GET /file", Fault::Truncate { after: 50_000 }).times(2);
        assert_eq!(fetched(&service).await, [WHOLE, WHOLE, WHOLE]);
    }
}

#[tokio::test]
async fn another_version_is_fetched_whole() {
    // One service obeys `If-Range`, the other sends the rest of the new version.
    for obeys in [true, false] {
        let asked = AtomicU32::new(0);
        let handler = move |request: &Request| {
            let version = if asked.fetch_add(1, Ordering::SeqCst) == 0 { "old" } else { "new" };
            let body = if version == "old" { Bytes::from(vec![9; 400_000]) } else { content() };
            match request.header("range") {
                Some(_) if !obeys => Reply::bytes(206, body.slice(50_000..))
                    .header("content-range", "bytes 50000-399999/400000")
                    .header("etag", "\"new\""),
                _ => Reply::ranged_as(request, body, &format!("\"{version}\"")),
            }
        };
        let service = Simulator::start(handler).unwrap();
        service.faults().next("GET /file", Fault::Truncate { after: 50_000 });
        let expected = if obeys { 2 } else { 3 };
        let ranges = fetched(&service).await;
        assert_eq!((ranges.len(), &ranges[1]), (expected, &part(50_000, "\"old\"")));
    }
}

#[tokio::test]
async fn a_part_that_was_not_asked_for_is_not_taken() {
    for wrong in ["bytes 40000-399999/400000", "bytes 60000-399999/400000", "nonsense", "bytes */400000"] {
        let service = ranged();
        service.faults().next("GET /file", Fault::Truncate { after: 50_000 });
        let reply = Reply::bytes(206, content().slice(40_000..)).header("content-range", wrong);
        service.faults().next("GET /file", Fault::Reply(reply.header("etag", "\"v1\"")));
        assert_eq!(fetched(&service).await, [WHOLE, part(50_000, "\"v1\""), WHOLE], "{wrong}");
        // Nor for ever.
        let service = ranged();
        let reply = Reply::bytes(206, "abc").header("content-range", wrong);
        service.faults().next("GET /file", Fault::Reply(reply)).always();
        let error = failed(&service).await;
        assert_eq!((error.kind(), service.journal().len()), (ErrorKind::Reply, 4));
        assert!(error.to_string().contains("/file brought another part of the file"), "{error}");
    }
}

#[tokio::test]
async fn a_service_may_give_less_than_the_rest() {
    let handler = |request: &Request| {
        let from = request.header("range").map_or(0, |range| range[6..range.len() - 1].parse().unwrap());
        let to = (from + 150_000).min(400_000);
        Reply::bytes(206, content().slice(from..to))
            .header("content-range", format!("bytes {from}-{}/400000", to - 1))
            .header("etag", "\"v1\"")
    };
    let service = Simulator::start(handler).unwrap();
    assert_eq!(fetched(&service).await, [WHOLE, part(150_000, "\"v1\""), part(300_000, "\"v1\"")]);
    // One who always gives the beginning does not give the file.
    let start = Reply::bytes(206, "abc").header("content-range", "bytes 0-2/400000");
    let service = Simulator::start(move |_: &Request| start.clone()).unwrap();
    let error = failed(&service).await;
    assert_eq!((error.kind(), service.journal().len()), (ErrorKind::Reply, 5), "{error}");
}

#[tokio::test]
async fn a_file_of_unknown_length_is_asked_for_by_its_last_byte() {
    let handler = |request: &Request| match request.header("range") {
        Some(_) => Reply::ranged_as(request, content(), "\"v1\""),
        None => Reply::stream(200, || [content().slice(..250_000), content().slice(250_000..)])
            .header("accept-ranges", "bytes")
            .header("etag", "\"v1\""),
    };
    for after in [1_000, 400_000] {
        let service = Simulator::start(handler).unwrap();
        service.faults().next("GET /file", Fault::Truncate { after });
        assert_eq!(fetched(&service).await, [WHOLE, part(after - 1, "\"v1\"")]);
    }
}

#[tokio::test]
async fn what_fails_leaves_everything_as_it_was() {
    let service = ranged();
    service.faults().next("GET /file", Fault::status(404)).always();
    assert_eq!(failed(&service).await.status().unwrap(), 404);
    // No byte more than before, again and again.
    let service = ranged();
    service.faults().next("GET /file", Fault::Truncate { after: 0 }).always();
    let error = failed(&service).await;
    assert_eq!((error.kind(), service.journal().len()), (ErrorKind::Transport, 4));
    assert!(error.to_string().contains("/file: the reply broke off"), "{error}");
    // Each time a little less than the last time.
    let service = Simulator::start(|_: &Request| Reply::bytes(200, content())).unwrap();
    for after in [5_000, 4_000, 3_000, 2_000, 1_000, 500] {
        service.faults().next("GET /file", Fault::Truncate { after });
    }
    failed(&service).await;
    assert_eq!(service.journal().len(), 5);
}

#[tokio::test]
async fn a_file_that_does_not_stand_the_last_look_takes_no_place() {
    let service = ranged();
    let session = Setup::new().fixed(&service.base());
    let folder = tempdir().unwrap();
    let file = folder.path().join("x.bin");
    fs::write(&file, "precious").unwrap();
    let fetch = |_| session.get(path!["file"]).send();
    let refuse = async |path: std::path::PathBuf| {
        assert_eq!(fs::read(&path).unwrap(), content());
        Err(Error::new(ErrorKind::Reply, "not what it should be"))
    };
    let error = download_checked(&file, &Progress::silent(), fetch, refuse).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), service.journal().len()), ("not what it should be", 1));
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert_eq!(names(folder.path()), ["x.bin"]);
    let accept = async |_| Ok::<_, Error>(());
    assert_eq!(download_checked(&file, &Progress::silent(), fetch, accept).await.unwrap(), 400_000);
    assert_eq!(fs::read(&file).unwrap(), content());
}

#[tokio::test]
async fn what_cannot_be_written_is_said_before_anything_is_asked() {
    let service = ranged();
    let folder = tempdir().unwrap();
    let session = Setup::new().fixed(&service.base());
    for (path, kind) in [
        (folder.path().join("missing/x.bin"), ErrorKind::File),
        (folder.path().join(".."), ErrorKind::InvalidInput),
        ("/".into(), ErrorKind::InvalidInput),
    ] {
        let error = fetch(&session, &path, &Progress::silent()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    assert_eq!(service.journal().connections(), 0);
    // A folder is in the way: found out at the end, and nothing is left behind.
    fs::create_dir_all(folder.path().join("x.bin/y")).unwrap();
    let error = fetch(&session, &folder.path().join("x.bin"), &Progress::silent()).await.unwrap_err();
    assert_eq!((error.kind(), names(folder.path())), (ErrorKind::File, vec!["x.bin".to_owned()]));
}

#[tokio::test]
async fn a_download_that_is_given_up_leaves_nothing() {
    let service = ranged();
    service.faults().next("GET /file", Fault::StallMidReply { after: 1_000 });
    let folder = tempdir().unwrap();
    let (session, file) = (Setup::new().fixed(&service.base()), folder.path().join("x.bin"));
    let silent = Progress::silent();
    let patience = tokio::time::timeout(SHORT, fetch(&session, &file, &silent));
    assert!(patience.await.is_err());
    assert!(service.journal().wait_for("GET /file", 1, Duration::from_secs(5)).await);
    assert!(names(folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_fetch_the_same_file_at_a_time() {
    let service = ranged();
    let folder = tempdir().unwrap();
    let file = folder.path().join("x.bin");
    let session = Setup::new().fixed(&service.base());
    let fetching = (0..16).map(|_| {
        let (session, file) = (session.clone(), file.clone());
        tokio::spawn(async move { fetch(&session, &file, &Progress::silent()).await })
    });
    for outcome in futures_util::future::join_all(fetching).await {
        assert_eq!(outcome.unwrap().unwrap(), 400_000);
    }
    assert_eq!((fs::read(&file).unwrap().len(), names(folder.path())), (400_000, vec!["x.bin".to_owned()]));
}

#[tokio::test]
async fn a_file_that_lives_elsewhere_is_resumed_there() {
    let (service, elsewhere) = (anybody(), ranged());
    service.faults().next("GET /file", Fault::redirect(302, &format!("{}/file", elsewhere.base()))).always();
    elsewhere.faults().next("GET /file", Fault::Truncate { after: 50_000 });
    let folder = tempdir().unwrap();
    let file = folder.path().join("x.bin");
    let session = Setup::new().fixed(&service.base());
    fetch(&session, &file, &Progress::silent()).await.unwrap();
    assert_eq!(fs::read(&file).unwrap(), content());
    assert_eq!(ranges(&elsewhere), [WHOLE, part(50_000, "\"v1\"")]);
    assert!(elsewhere.journal().requests().iter().all(|request| request.header("authorization").is_none()));
}
