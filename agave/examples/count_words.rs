//! From nothing but a name and a password to the output of a job: makes an OAuth client, sends a file, runs an app on it
//! and fetches what it wrote. Put in your own tenant, systems and app:
//! `cargo run -p agave-api --example count_words`.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use agave::api::{Import, Job, NewClient, NewJob};
use agave::{Agave, Builder, Progress, Wait};

const SYSTEM: &str = "data";
const APP: &str = "wc-1.0";
const OUTPUT: &str = "wc.out";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let builder = Agave::builder().api_server("https://api.tacc.cloud").username("u").password("p");
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(3600));
    let job = count_words(builder, Path::new("README.md"), Path::new("wc.out"), wait).await?;
    let _ = writeln!(std::io::stdout(), "{}: {}", job.id, job.status);
    Ok(())
}

/// Counts the words of a file on the cluster, into a file here.
pub(crate) async fn count_words(
    builder: Builder,
    file: &Path,
    output: &Path,
    wait: Wait,
) -> Result<Job, Box<dyn Error>> {
    let ag = builder.build()?;
    ag.clients().create(&NewClient::new("count-words")).await?; // from here on, `ag` can sign in
    let home = ag.profiles().get().await?.username;

    let progress = Progress::new(|done, total| {
        let _ = write!(std::io::stderr(), "\r{done} of {} bytes", total.unwrap_or_default());
    });
    let sent = Import::file(file).await?.with_progress(&progress);
    let sent = ag.files().import_data(SYSTEM, &home, &sent).await?;
    let path = format!("{home}/{}", sent.name);
    let end = ag.files().wait(SYSTEM, &path, sent.last_modified, wait).await?;
    if !end.succeeded() {
        return Err(format!("{path} did not arrive: {}", end.status).into());
    }

    let job = NewJob::new("count words", APP).input("query", format!("agave://{SYSTEM}/{path}"));
    let job = ag.jobs().submit(&job).await?;
    let job = ag.jobs().wait(&job.id, wait).await?;
    if job.status.is_success() {
        ag.jobs().download_output(&job.id, OUTPUT).to_file(output).await?;
    }
    ag.clients().delete("count-words").await?;
    Ok(job)
}
