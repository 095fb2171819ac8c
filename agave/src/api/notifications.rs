//! Notifications: URLs and addresses that are told when something happens (contract section 6.2).

use auth_core::Timestamp;
use serde_json::Value;

use super::List;
use super::links::Links;
use super::model::{input, model};
use super::operations::operations;
use crate::client::Client;

auth_core::service! {
    /// Notifications: URLs and addresses that are told when something happens to a job, a file, an app or a system.
    pub struct Notifications, from Client::notifications
}

operations! { impl Notifications {
    /// adds a notification.
    fn add(notification: &NewNotification) -> Notification = POST "/notifications/v2/";
    /// the caller's notifications.
    fn list() -> List<Notification> = GET "/notifications/v2/";
    /// a notification.
    fn get(uuid) -> Notification = GET "/notifications/v2/{uuid}";
    /// changes a notification.
    fn update(uuid, notification: &NewNotification) -> Notification = POST "/notifications/v2/{uuid}";
    /// deletes a notification.
    fn delete(uuid) = DELETE "/notifications/v2/{uuid}";
} }

impl List<'_, Notification> {
    /// Only those about one thing.
    pub fn associated_uuid(self, uuid: &str) -> Self {
        self.query("associatedUuid", uuid)
    }
}

model! {
    /// A notification.
    pub struct Notification {
        /// The id.
        uuid: String,
        /// What is called, or written to.
        url: Option<String>,
        /// What must happen; `*` stands for anything.
        event: Option<String>,
        /// The uuid of what it is about.
        associated_uuid: Option<String>,
        /// Whether it stays after the first time.
        persistent: Option<bool>,
        /// How a failed attempt is repeated.
        policy: Value,
        /// Who owns it.
        owner: Option<String>,
        /// How often it was tried.
        attempts: Option<i64>,
        /// Whether the last attempt was answered well.
        success: Option<bool>,
        /// The HTTP status of the last answer.
        response_code: Option<i64>,
        /// When it was last sent.
        last_sent: Option<Timestamp>,
        /// When it was added.
        created: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

input! {
    /// A notification that is to be added or changed.
    pub struct NewNotification {
        /// What is to be called, or written to.
        url: String,
        /// What must happen, as in `FINISHED`; `*` stands for anything.
        event: String,
        /// The uuid of what it is about.
        associated_uuid: String,
        ;
        /// Whether it stays after the first time.
        persistent: Option<bool>,
        /// How a failed attempt is repeated.
        policy: Option<Value>,
    }
}
