//! Lists the managed content of your project, with the credentials of `cortex configure` or of variables.
//!
//! `cargo run -p cortex-api --example quickstart`

use std::io::Write as _;

use cortex::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let mut out = std::io::stdout();
    writeln!(out, "{} on {}", client.project()?, client.api_endpoint())?;
    for entry in client.content().list().limit(20).send().await? {
        writeln!(out, "{:>12}  {}", entry.size.unwrap_or(0), entry.key)?;
    }
    Ok(())
}
