//! The workspace that is written to, asked for when it is first needed (contract section 6.1, trap 24).

use auth_core::{Error, ErrorKind};

use super::Client;
use crate::api::ListWorkspaces;
use crate::error::Result;

impl Client {
    /// The id of the workspace that scenes and calibrations are written to: the builder's, else the only one in which
    /// the credentials have the role `developer`. It is asked for once, and only by calls that need it.
    pub async fn write_workspace(&self) -> Result<&str> {
        if let Some(known) = self.workspace.get() {
            return Ok(known);
        }
        // Callers that come at the same time ask each for themselves: it is a read, and the answers are the same.
        let found = self.workspaces().list(&ListWorkspaces::default()).await?;
        match found.as_slice() {
            [only] => Ok(self.workspace.get_or_init(|| only.id.clone())),
            several => {
                let names: Vec<String> =
                    several.iter().map(|found| format!("{} ({})", found.id, found.name)).collect();
                let what = match names.as_slice() {
                    [] => "these credentials have the role `developer` in no workspace".to_owned(),
                    names => format!("there are several workspaces to write to: {}", names.join(", ")),
                };
                let help = "give one to `Client::builder().write_workspace(id)`";
                Err(Error::new(ErrorKind::Configuration, what).with_help(help).into())
            }
        }
    }
}
