//! Sends a message to an actor, waits for its execution and reads the logs, with the session of the vendor's CLI or the
//! credentials that variables hold: `cargo run -p agave-api --example actor -- ACTOR 'a message'`.

use std::io::Write;
use std::time::Duration;

use agave::{Agave, Wait};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(actor), Some(message)) = (arguments.next(), arguments.next()) else {
        return Err("give the id or an alias of an actor, and a message".into());
    };
    run(&Agave::restore()?, &actor, &message, &mut std::io::stdout().lock()).await
}

/// All that the example does.
pub(crate) async fn run(
    ag: &Agave,
    actor: &str,
    message: &str,
    out: &mut impl Write,
) -> Result<(), Box<dyn std::error::Error>> {
    // JSON where it is JSON, else a text.
    let message: serde_json::Value = serde_json::from_str(message).unwrap_or_else(|_| message.into());
    let receipt = ag.actors().send_message(actor, message).await?;
    writeln!(out, "sent; it became {}", receipt.execution_id)?;

    let wait = Wait::new(Duration::from_secs(2), Duration::from_secs(600));
    let execution = ag.actors().wait(actor, &receipt.execution_id, wait).await?;
    writeln!(out, "{}, exit code {}", execution.status, execution.exit_code.unwrap_or_default())?;

    let logs = ag.actors().get_execution_logs(actor, &receipt.execution_id).await?;
    write!(out, "{}", logs.logs)?;
    while let Some(result) = ag.actors().get_one_execution_result(actor, &receipt.execution_id).await? {
        writeln!(out, "a result of {} bytes", result.len())?;
    }
    Ok(())
}
