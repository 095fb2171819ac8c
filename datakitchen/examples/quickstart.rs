//! Lists the kitchens of the account. Set `DK_CLOUD_USERNAME` and `DK_CLOUD_PASSWORD`, or make a context with
//! `dk config`.

use datakitchen::{Client, Result};

/// A line about the account, then one for each kitchen.
pub(crate) async fn lines(client: &Client) -> Result<Vec<String>> {
    let me = client.users().get_info().await?;
    let mut lines = vec![format!("signed in as {}", me.login.unwrap_or_default())];
    for kitchen in client.kitchens().list().await? {
        lines.push(format!("{}  {}", kitchen.name, kitchen.description.unwrap_or_default()));
    }
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::print_stdout, reason = "an example shows what it got")]
#[allow(dead_code, reason = "a test uses the rest of this file")]
async fn main() -> Result<()> {
    println!("{}", lines(&Client::from_env()?).await?.join("\n"));
    Ok(())
}
