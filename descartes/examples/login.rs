//! Logs in: shows where to get a token, and turns the text that is pasted into the token information file. It does what
//! `descarteslabs auth login` does.
//!
//! ```sh
//! cargo run --example login                # Descartes Labs
//! cargo run --example login -- earthone    # EarthOne
//! ```
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::io::{BufRead as _, Write as _};

use descartes::{Auth, Environment, Flavor, TokenInfo};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flavor = match std::env::args().nth(1).as_deref() {
        Some("earthone") => Flavor::EARTH_ONE,
        _ => Flavor::DESCARTES_LABS,
    };
    let environment = Environment::system();
    let path = TokenInfo::path(&environment, flavor)?;
    let page = TokenInfo::login_url(&environment, flavor)?;
    println!("Follow this link to login and request a token:\n\n    {page}\n");

    let mut lines = std::io::stdin().lock().lines();
    loop {
        print!("...then come back here and paste the generated token: ");
        std::io::stdout().flush()?;
        let Some(pasted) = lines.next().transpose()?.filter(|line| !line.trim().is_empty()) else {
            println!("\nExiting without logging in");
            return Ok(());
        };
        match TokenInfo::from_pasted(&pasted) {
            Ok(info) => {
                info.save(&path)?;
                break;
            }
            Err(error) => println!("\n{error}\n"),
        }
    }

    // Anew, because the file is another one now. Variables that hold credentials still come before it.
    let auth = Auth::builder().flavor(flavor).environment(environment).build()?;
    println!("Welcome, {}!", auth.payload().await?.name().unwrap_or("whoever you are"));
    Ok(())
}
