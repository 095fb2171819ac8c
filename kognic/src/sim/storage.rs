//! The cloud storage behind signed URLs (contract section 5.5). It knows nobody: a token that is shown to it is a leak.

use auth_core::sim::{Reply, Request};

use super::{Platform, refuse};

/// A signed URL for a path of the storage.
pub(super) fn sign(request: &Request, path: &str) -> String {
    format!("{}/storage/{path}?X-Signature=simulated", request.base())
}

impl Platform {
    pub(super) fn storage(&self, method: &str, path: &[&str], request: &Request) -> Reply {
        if request.header("authorization").is_some() {
            return refuse(400, "a signed URL was called with a token");
        }
        if request.query("X-Signature") != Some("simulated") {
            return refuse(403, "the signature is wrong");
        }
        let mut state = self.state();
        match (method, path) {
            ("PUT", path) => {
                state.uploads.insert(path.join("/"), request.body_len());
                Reply::empty(200)
            }
            ("GET", ["annotations", input]) => match state.annotations.get(*input) {
                Some(content) => Reply::json(200, content.clone()),
                None => refuse(404, "no such object"),
            },
            _ => refuse(404, "no such object"),
        }
    }
}
