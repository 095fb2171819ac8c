//! Asks for cluster, personal access config and project on the terminal, and lists the project's managed content.
//!
//! `cargo run -p cortex-api --features prompt --example login`

use std::io::Write as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    cortex::login()?;
    let client = cortex::Client::from_env()?;
    let mut out = std::io::stdout();
    for entry in client.content().list().limit(20).send().await? {
        writeln!(out, "{:>12}  {}", entry.size.unwrap_or(0), entry.key)?;
    }
    Ok(())
}
