//! A skill as a job: the cluster starts it with its message as the last argument. It counts the lines of a file in the
//! managed content, stores a report beside it, and answers.
//!
//! `cargo run -p cortex-api --example skill_job -- "$(cat message.json)"`, where the message is like this:
//! `{"apiEndpoint": "https://api.dci.example", "projectId": "p1", "token": "eyJ..", "payload": {"key": "input.csv"},
//! "activationId": "a1", "channelId": "c1", "outputName": "out"}`

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;

use cortex::{Client, Message, Progress};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let progress = Progress::new(|done, total| {
        let _ = writeln!(std::io::stderr(), "{done} of {} bytes", total.unwrap_or(done));
    });
    run(std::env::args_os(), &std::env::temp_dir(), progress).await
}

/// The job, with the arguments of the program and a folder for its files.
pub(crate) async fn run(
    args: impl Iterator<Item = OsString>,
    folder: &Path,
    progress: Progress,
) -> Result<(), Box<dyn std::error::Error>> {
    let message = Message::from_args(args)?;
    let client = Client::from_message(&message)?;
    let payload = message.payload().ok_or("the message has no payload")?;
    let key = payload.get("key").and_then(|key| key.as_str()).ok_or("the payload names no key")?;

    let file = folder.join("skill-job-input");
    client.content().download(key).with_progress(progress).to_file(&file).await?;
    let lines = std::fs::read_to_string(&file)?.lines().count();

    let report = format!("{key}.report.txt");
    client.content().upload(&report, format!("{lines} lines\n").into_bytes()).await?;
    client.skills().reply(&message, &json!({"payload": {"lines": lines, "report": report}})).await?;
    Ok(())
}
