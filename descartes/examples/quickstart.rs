//! Shows who you are, and a few products of the catalog.
//!
//! ```sh
//! export DESCARTESLABS_CLIENT_ID=... DESCARTESLABS_CLIENT_SECRET=...    # or log in: see the example `login`
//! cargo run --example quickstart
//! ```
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use descartes::{Auth, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> descartes::Result<()> {
    let auth = Auth::from_environment_or_token_json()?;
    println!("{} ({})", auth.payload().await?.name().unwrap_or("somebody"), auth.namespace().await?);

    let client = Client::new(auth)?;
    for product in client.catalog().products().search().sort("name").limit(5).collect().await? {
        println!("{}  {}", product.id(), product.name.as_deref().unwrap_or_default());
    }
    Ok(())
}
