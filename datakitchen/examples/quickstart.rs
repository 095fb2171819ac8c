//! Lists the kitchens of the account. Set `DK_CLOUD_USERNAME` and `DK_CLOUD_PASSWORD`, or make a context with
//! `dk config`.

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::print_stdout, reason = "an example shows what it got")]
async fn main() -> datakitchen::Result<()> {
    let client = datakitchen::Client::from_env()?;
    let me = client.users().get_info().await?;
    println!("signed in as {}", me.login.unwrap_or_default());
    for kitchen in client.kitchens().list().await? {
        println!("{}  {}", kitchen.name, kitchen.description.unwrap_or_default());
    }
    Ok(())
}
