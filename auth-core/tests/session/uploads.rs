//! Bodies on their way out: streamed, opened anew for each attempt, and never half a file.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use auth_core::body::ByteStream;
use auth_core::secret::{hex, sha256};
use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::{Body, Error, ErrorKind, Part, Progress, path};
use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use tempfile::{TempDir, tempdir};

use crate::kit::{Reports, Setup, anybody, members_only};

/// A file that is larger than what is in memory of it at a time.
fn file() -> (TempDir, PathBuf, Vec<u8>) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("å canary.bin");
    let content: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    fs::write(&path, &content).unwrap();
    (folder, path, content)
}

/// How far an upload says it has come.
fn watched(body: Body) -> (Body, Reports) {
    let reports = Reports::default();
    let seen = Arc::clone(&reports);
    let progress = Progress::new(move |done, total| seen.lock().unwrap().push((done, total)));
    (progress.of_upload(body), reports)
}

#[tokio::test]
async fn a_file_is_sent_with_its_length_and_again_for_each_attempt() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    let session = setup.renewing(&service);
    session.get(path!["x"]).done().await.unwrap();
    issuer.revoke_all();
    let (_folder, path, content) = file();
    service.faults().next("PUT /x", Fault::status(503));
    session.put(path!["x"]).body(Body::file(&path).await.unwrap()).done().await.unwrap();
    let puts = service.journal().matching("PUT /x");
    assert_eq!(puts.len(), 3, "one failed, one was rejected, one went well");
    for put in puts {
        assert_eq!((put.body_len(), put.body_sha256()), (1_200_000, hex(&sha256(&content)).as_str()));
        assert_eq!((put.header("content-length"), put.header("transfer-encoding")), (Some("1200000"), None));
    }
    fs::write(&path, "").unwrap();
    session.put(path!["empty"]).body(Body::file(&path).await.unwrap()).done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().header("content-length"), Some("0"));
}

#[tokio::test]
async fn what_cannot_be_read_is_said_before_anything_is_sent() {
    let (service, setup) = (anybody(), Setup::new());
    let (folder, path, _) = file();
    for (wrong, why) in
        [(folder.path().join("missing"), "cannot be read"), (folder.path().into(), "is not a file")]
    {
        let error = Body::file(&wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        assert!(error.to_string().starts_with(&format!("{} {why}", wrong.display())), "{error}");
    }
    let body = Body::file(&path).await.unwrap();
    fs::remove_file(&path).unwrap();
    let error = setup.fixed(&service.base()).post(path!["x"]).body(body).done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(error.to_string().contains(&format!("/x: {} cannot be read", path.display())), "{error}");
    assert_eq!((service.journal().connections(), setup.clock.sleeps().len()), (0, 0));
}

#[tokio::test]
async fn a_file_that_vanishes_between_two_attempts() {
    let (_folder, path, _) = file();
    let victim = path.clone();
    let service = Simulator::start(move |_: &Request| {
        fs::remove_file(&victim).unwrap();
        Reply::empty(503)
    });
    let service = service.unwrap();
    let body = Body::file(&path).await.unwrap();
    let error = Setup::new().fixed(&service.base()).put(path!["x"]).body(body).done().await.unwrap_err();
    assert_eq!((error.kind(), service.journal().len()), (ErrorKind::File, 1));
}

#[tokio::test]
async fn a_file_that_shrinks_is_no_whole_file_and_one_that_grows_is_what_was_announced() {
    for method in [http::Method::PUT, http::Method::POST] {
        let (service, setup) = (anybody(), Setup::new());
        let (_folder, path, content) = file();
        let session = setup.fixed(&service.base());
        let body = Body::file(&path).await.unwrap();
        fs::write(&path, &content[..1_000_000]).unwrap();
        let error = session.request(method.clone(), path!["x"]).body(body).done().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error}");
        let why = "became shorter while it was sent: 200000 bytes are missing";
        assert!(error.to_string().contains(why), "{error}");
        assert!(service.journal().wait_for("/x", 1, std::time::Duration::from_secs(5)).await);
        assert!(!service.journal().last().unwrap().is_complete() && setup.clock.sleeps().is_empty());

        let body = Body::file(&path).await.unwrap();
        fs::write(&path, &content).unwrap();
        session.request(method, path!["x"]).body(body).done().await.unwrap();
        assert_eq!(service.journal().last().unwrap().body_len(), 1_000_000);
    }
}

#[tokio::test]
async fn streams_go_as_they_come() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    let opened = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&opened);
    let body = Body::reopening(None, move || {
        *counted.lock().unwrap() += 1;
        let chunks = ["abc", "", "def"].map(|text| Ok(Bytes::from(text)));
        Box::pin(std::future::ready(Ok(Box::pin(stream::iter(chunks)) as ByteStream)))
    });
    service.faults().next("PUT /x", Fault::ResetBeforeReply);
    session.put(path!["x"]).body(body).done().await.unwrap();
    let seen = service.journal().last().unwrap();
    assert_eq!((seen.body().as_ref(), *opened.lock().unwrap()), (&b"abcdef"[..], 2));
    assert_eq!((seen.header("content-length"), seen.header("transfer-encoding")), (None, Some("chunked")));
}

#[tokio::test]
async fn the_callers_own_error_comes_back() {
    let (service, setup) = (anybody(), Setup::new());
    let session = setup.fixed(&service.base());
    for kind in [ErrorKind::InvalidInput, ErrorKind::File] {
        let failing = move || {
            let chunks = [Ok(Bytes::from("abc")), Err(Error::new(kind, "the camera fell into the sea"))];
            Box::pin(std::future::ready(Ok(Box::pin(stream::iter(chunks)) as ByteStream))) as _
        };
        let error = session.post(path!["x"]).body(Body::reopening(None, failing)).done().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().ends_with("/x: the camera fell into the sea"), "{error}");
    }
    assert!(setup.clock.sleeps().is_empty());
}

#[tokio::test]
async fn a_stream_that_was_used_is_refused_before_anything_is_sent() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    let once = Body::once(None, stream::iter([Ok("abc".into())]));
    session.post(path!["x"]).body(once.clone()).done().await.unwrap();
    let error = session.post(path!["x"]).body(once).done().await.unwrap_err();
    assert_eq!((error.kind(), service.journal().len()), (ErrorKind::InvalidInput, 1));
}

#[tokio::test]
async fn a_form_is_sent_with_its_length_and_again_for_each_attempt() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    let session = setup.renewing(&service);
    session.get(path!["x"]).done().await.unwrap();
    issuer.revoke_all();
    let (_folder, path, content) = file();
    let parts = vec![
        Part::new("title", Body::bytes("naïve \"text\"\r\n--x")),
        Part::new("meta", Body::bytes(r#"{"a":1}"#)).with_content_type("application/json"),
        Part::new("file", Body::file(&path).await.unwrap())
            .with_file_name("å \"b\".bin")
            .with_content_type("application/octet-stream"),
        Part::new("large", Body::bytes(vec![7; 3 << 20])),
    ];
    session.post(path!["x"]).header("content-type", "text/plain").multipart(parts).done().await.unwrap();
    let posts = service.journal().matching("POST /x");
    assert_eq!(posts.len(), 2, "one was rejected, one went well");
    for post in posts {
        let length = post.body_len().to_string();
        let framing = (post.header("content-length"), post.header("transfer-encoding"));
        assert_eq!(framing, (Some(length.as_str()), None));
        assert_eq!(post.headers().get_all("content-type").iter().count(), 1);
        let parts = post.multipart().unwrap();
        let names: Vec<_> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["title", "meta", "file", "large"]);
        assert_eq!(parts[0].bytes, "naïve \"text\"\r\n--x");
        assert_eq!(parts[1].content_type.as_deref(), Some("application/json"));
        assert_eq!((&parts[2].bytes[..], parts[2].file_name.as_deref()), (&content[..], Some("å \"b\".bin")));
        assert_eq!(parts[3].bytes.len(), 3 << 20);
    }
}

#[tokio::test]
async fn a_form_with_a_part_of_unknown_length_goes_in_chunks() {
    let service = anybody();
    let once = Body::once(None, stream::iter(["ab", "c"].map(|text| Ok(text.into()))));
    let parts = vec![Part::new("a", Body::bytes("1")), Part::new("b", once)];
    Setup::new().fixed(&service.base()).post(path!["x"]).multipart(parts).done().await.unwrap();
    let seen = service.journal().last().unwrap();
    assert_eq!((seen.header("content-length"), seen.header("transfer-encoding")), (None, Some("chunked")));
    assert_eq!(seen.multipart().unwrap()[1].bytes, "abc");
}

#[tokio::test]
async fn a_form_that_cannot_be_sent_is_refused() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    let nested = Part::new("a", Body::multipart(vec![]));
    let typed = Part::new("a", Body::bytes("1")).with_content_type("not a type");
    for part in [nested, typed] {
        let error = session.post(path!["x"]).multipart(vec![part]).done().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(service.journal().connections(), 0);
}

#[tokio::test]
async fn progress_counts_each_attempt_from_zero_to_the_whole() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    let (_folder, path, _) = file();
    let form =
        vec![Part::new("a", Body::bytes(vec![1; 200_000])), Part::new("b", Body::file(&path).await.unwrap())];
    for (body, total) in [
        (Body::file(&path).await.unwrap(), 1_200_000),
        (Body::bytes(vec![0; 500_000]), 500_000),
        (Body::multipart(form), 1_400_000),
    ] {
        let (body, reports) = watched(body);
        service.faults().next("PUT /x", Fault::status(503));
        session.put(path!["x"]).body(body).done().await.unwrap();
        let reports = reports.lock().unwrap();
        let ends: Vec<_> = reports.iter().enumerate().filter(|(_, (done, _))| *done == total).collect();
        assert_eq!(ends.len(), 2, "each attempt comes to its end: {reports:?}");
        for attempt in [&reports[..=ends[0].0], &reports[ends[0].0 + 1..]] {
            assert!(attempt.len() > 4 && attempt.is_sorted() && attempt[0].0 <= 65_536, "{attempt:?}");
            assert!(attempt.iter().all(|(_, known)| *known == Some(total)));
        }
    }
    // Of a stream the whole is not known; two who look see the same.
    let once = Body::once(None, stream::iter(["ab", "c"].map(|text| Ok(text.into()))));
    let (body, first) = watched(once);
    let (body, second) = watched(body);
    session.put(path!["x"]).body(body).done().await.unwrap();
    assert_eq!(*first.lock().unwrap(), [(2, None), (3, None)]);
    assert_eq!(*first.lock().unwrap(), *second.lock().unwrap());
}

#[tokio::test]
async fn what_is_sent_can_be_looked_at_each_time() {
    let setup = Setup::new();
    let service = anybody();
    let session = setup.fixed(&service.base());
    let (_folder, path, content) = file();
    for body in [Body::file(&path).await.unwrap(), Body::bytes(content.clone()), Body::bytes("")] {
        let (length, seen) = (body.len().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let openings = Arc::clone(&seen);
        let body =
            body.through(move |stream| -> ByteStream {
                openings.lock().unwrap().push(0);
                let bytes = Arc::clone(&openings);
                Box::pin(stream.inspect_ok(move |chunk| {
                    *bytes.lock().unwrap().last_mut().unwrap() += chunk.len() as u64
                }))
            });
        assert_eq!((body.len(), body.is_replayable()), (Some(length), true));
        service.faults().next("PUT /x", Fault::status(503));
        session.put(path!["x"]).body(body).done().await.unwrap();
        let put = service.journal().last().unwrap();
        assert_eq!(
            (put.body_len(), put.header("content-length")),
            (length, Some(length.to_string().as_str()))
        );
        let seen = seen.lock().unwrap();
        assert_eq!((seen.len(), seen.last()), (2, Some(&length)), "a failed attempt, and a good one");
    }
    let form = Body::multipart(vec![Part::new("a", Body::bytes("b"))]);
    assert_eq!(form.read().await.err().unwrap().kind(), ErrorKind::InvalidInput);
}
