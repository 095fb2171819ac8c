//! The caller's own profile, with the session of the vendor's CLI or the credentials that variables hold:
//! `cargo run -p agave-api --example quickstart`.

#[tokio::main]
async fn main() -> agave::Result<()> {
    let ag = agave::Agave::restore()?;
    let me = ag.profiles().get().await?;
    let token = ag.token().token_info().await?;
    let until = token.expires_at.unwrap_or_else(|| "it is rejected".to_owned());
    let mut out = std::io::stdout().lock();
    let line = format!("{} at {}, signed in until {until}\n", me.username, ag.api_server());
    // Nobody reads any more when this fails.
    let _ = std::io::Write::write_all(&mut out, line.as_bytes());
    Ok(())
}
