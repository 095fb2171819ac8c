//! 256 MiB each way, and hardly any of it in memory. In a program of its own: others would be measured too.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use auth_core::protocol::{ReplyHead, Verdict};
use auth_core::sim::{Reply, Request, Simulator};
use auth_core::transfer::download;
use auth_core::{
    Authorization, Base, Body, Environment, Error, ErrorKind, Part, PlainHttp, Progress, Protocol, Result,
    Session, SystemClock, Token, Transport, path,
};
use tempfile::tempdir;

const SIZE: u64 = 256 << 20;
/// Server, client, buffers of both and of the kernel's side of a file: far from 256 MiB.
const MOST: u64 = 24 << 20;

struct Open;

impl Protocol for Open {
    type Error = Error;

    fn authorize(&self, _: &Token) -> Result<Authorization> {
        Ok(Authorization::None)
    }

    fn judge(&self, head: &ReplyHead, _: Option<&[u8]>) -> Verdict<Error> {
        Verdict::by_status(head, || Error::service(ErrorKind::Service, head.service_error()))
    }
}

/// The most memory that this process ever had, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() << 10
}

#[tokio::test]
async fn files_pass_through_and_do_not_stay() {
    let handler = |request: &Request| match request.path() {
        "/file" => Reply::repeat("0123456789abcdef", SIZE),
        _ => Reply::empty(200),
    };
    let simulator = Simulator::builder().keep_body(0).start(handler).unwrap();
    let base = Base::parse("base", &simulator.base(), PlainHttp::Loopback).unwrap();
    let session = Session::builder(Open, base)
        .build(&Transport::new(), &Environment::empty(), Arc::new(SystemClock::new()))
        .unwrap();
    let folder = tempdir().unwrap();
    let file = folder.path().join("large");
    session.put(path!["x"]).body(Body::bytes("warm")).done().await.unwrap();
    let before = peak();

    let fetched = download(&file, &Progress::silent(), |_| session.get(path!["file"]).send()).await.unwrap();
    let after_download = peak();
    session.put(path!["x"]).body(Body::file(&file).await.unwrap()).done().await.unwrap();
    let after_upload = peak();
    let part = Part::new("file", Body::file(&file).await.unwrap()).with_file_name("large");
    session.post(path!["form"]).multipart(vec![part]).done().await.unwrap();
    let after_form = peak();

    assert_eq!((fetched, fs::metadata(&file).unwrap().len()), (SIZE, SIZE));
    let sizes: Vec<_> = simulator.journal().matching("/x").iter().map(|request| request.body_len()).collect();
    assert_eq!(sizes, [4, SIZE]);
    assert!(simulator.journal().last().unwrap().body_len() > SIZE);
    let grown = [after_download, after_upload, after_form].map(|peak| peak - before);
    let _ = writeln!(std::io::stderr(), "grown by {grown:?} bytes after download, upload and form");
    assert!(grown.iter().all(|grown| *grown < MOST), "{grown:?}");
}
