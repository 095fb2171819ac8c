//! What became of a kitchen: history, revert, merge. Only the vendor's CLI uses these; nobody has seen their replies.

use auth_core::path;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::KitchenHandle;
use crate::api::members::lenient;
use crate::error::Result;
use crate::values::Values;

lenient! {
    /// The history of a kitchen.
    pub struct KitchenHistory {
        /// What was changed, newest first. Unverified.
        pub commits: Vec<Value> = "commits",
    }
}

lenient! {
    /// What a revert does or did.
    pub struct KitchenRevert {
        /// The commit before it.
        pub before_sha: String = "before_sha",
        /// The commit after it.
        pub after_sha: String = "after_sha",
        /// Where it can be looked at.
        pub preview_url: String = "preview_url",
    }
}

lenient! {
    /// What came of a merge.
    pub struct KitchenMerge {
        /// Whether one of the kitchens was changed since the preview: then nothing was merged.
        pub sha_expired: bool = "sha_expired",
        /// What went wrong.
        pub error_message: String = "error_message",
        /// `status` and `url` of the merge.
        pub result: Values = "merge-kitchen-result",
    }
}

/// What is merged: the files that were resolved by hand, and the commits that the preview was made of, by which the
/// platform finds out that somebody changed a kitchen meanwhile.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MergeInputs {
    /// Path to content, for files that were merged by hand.
    pub files: Map<String, Value>,
    /// The commit of the kitchen that is merged.
    pub source_kitchen_sha: String,
    /// The commit of the kitchen that it is merged into.
    pub target_kitchen_sha: String,
}

impl KitchenHandle {
    /// `GET /v2/kitchen/history/{kitchen}`: the newest changes, `per_page` of them. The number travels in the body of a
    /// `GET`, which some proxies drop. Unverified.
    pub async fn get_history(&self, per_page: u32) -> Result<KitchenHistory> {
        let kitchen = &self.name;
        let request = self.client.get(path!["v2/kitchen/history", kitchen]);
        request.json(&json!({ "per_page": per_page })).data().await
    }

    /// `GET /v2/kitchen/revert/{kitchen}[/{sha}]`: what a revert would do. Unverified.
    pub async fn preview_revert(&self, sha: Option<&str>) -> Result<KitchenRevert> {
        self.client.get(self.revert_path(sha)).data().await
    }

    /// `POST /v2/kitchen/revert/{kitchen}[/{sha}]`: takes the last change back, or all since a commit. Unverified.
    pub async fn revert(&self, sha: Option<&str>) -> Result<KitchenRevert> {
        self.client.post(self.revert_path(sha)).data().await
    }

    fn revert_path(&self, sha: Option<&str>) -> auth_core::Result<auth_core::Path> {
        let kitchen = &self.name;
        match sha {
            Some(sha) => path!["v2/kitchen/revert", kitchen, sha],
            None => path!["v2/kitchen/revert", kitchen],
        }
    }

    /// `GET /v2/kitchen/merge/{from}/{to}`: what merging this kitchen into another would do. Unverified: the shape of
    /// the reply is unknown.
    pub async fn preview_merge(&self, to: &str) -> Result<Value> {
        let from = &self.name;
        self.client.get(path!["v2/kitchen/merge", from, to]).data().await
    }

    /// `POST /v2/kitchen/merge/{from}/{to}`: merges this kitchen into another. Look at [`KitchenMerge::sha_expired`]: it
    /// is a reply with status 200 and says that nothing was merged. Unverified.
    pub async fn merge(&self, to: &str, inputs: &MergeInputs) -> Result<KitchenMerge> {
        let from = &self.name;
        self.client.post(path!["v2/kitchen/merge", from, to]).json(inputs).data().await
    }
}
