//! Tasks and who does them (contract section 6.2).

use auth_core::path;
use serde_json::json;

use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Tasks and who does them.
    pub struct Tasks, from Client::tasks
}

impl Tasks<'_> {
    /// `PATCH /v1/tasks/{task_id}` (order execution host): gives a task to a user.
    pub async fn assign(&self, task_id: &str, user_id: i64) -> Result<()> {
        self.patch(task_id, Some(user_id)).await
    }

    /// `PATCH /v1/tasks/{task_id}` (order execution host): takes a task back from its user.
    pub async fn unassign(&self, task_id: &str) -> Result<()> {
        self.patch(task_id, None).await
    }

    async fn patch(&self, task_id: &str, user_id: Option<i64>) -> Result<()> {
        let request = self.client.session.patch(path!["v1/tasks", task_id]);
        // Nobody is an explicit null: a member that is left out changes nothing.
        let body = json!({ "assignedUserId": user_id });
        request.at(&self.client.bases.order_execution).json(&body).done().await
    }
}
