//! What each operation of a vendor's table sends, as one text for a snapshot.

use std::collections::VecDeque;
use std::fmt::{Display, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use super::render::render;
use super::{Reply, Request, Simulator};
use crate::error::Result;

/// A service that answers what a test tells it to, and a text of what each operation sent to it.
///
/// ```
/// use auth_core::sim::{Operations, Reply, Request};
/// use serde_json::json;
///
/// # async fn list(base: String) -> auth_core::Result<()> { Ok(()) }
/// # async fn example() -> auth_core::Result<()> {
/// let sign_in = |request: &Request| {
///     request.matches("POST /token").then(|| Reply::json(200, json!({ "access_token": "t" })))
/// };
/// let mut operations = Operations::start(sign_in)?;
/// operations.call("projects.list", [Reply::json(200, json!([]))], list(operations.base())).await;
/// println!("{}", operations.text());
/// # Ok(())
/// # }
/// ```
pub struct Operations {
    simulator: Simulator,
    aside: Arc<Aside>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    text: String,
}

type Aside = dyn Fn(&Request) -> Option<Reply> + Send + Sync;

impl Operations {
    /// Starts the service. What `aside` answers (a sign-in, say) is not part of any operation.
    pub fn start(aside: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Result<Self> {
        let replies: Arc<Mutex<VecDeque<Reply>>> = Arc::default();
        let queue = Arc::clone(&replies);
        let aside: Arc<Aside> = Arc::new(aside);
        let beside = Arc::clone(&aside);
        let simulator = Simulator::start(move |request: &Request| {
            beside(request).unwrap_or_else(|| {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                next.unwrap_or_else(|| Reply::text(501, "no reply was planned for this request"))
            })
        })?;
        Ok(Self { simulator, aside, replies, text: String::new() })
    }

    /// `http://127.0.0.1:PORT`, without a trailing slash.
    pub fn base(&self) -> String {
        self.simulator.base()
    }

    /// The server, for what this does not do.
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Makes a call that `name` (`service.operation`, as the table spells it) is answered with `replies`, in order.
    /// Panics when the call fails or leaves a reply over: a test wants to know. Gives the call's answer.
    pub async fn call<T, E: Display>(
        &mut self,
        name: &str,
        replies: impl IntoIterator<Item = Reply>,
        call: impl Future<Output = Result<T, E>>,
    ) -> T {
        self.simulator.journal().clear();
        *self.lock() = replies.into_iter().collect();
        let outcome = call.await;
        let requests = self.simulator.journal().requests();
        let requests: Vec<_> =
            requests.into_iter().filter(|request| (self.aside)(request).is_none()).collect();
        let sent = render(&requests, &self.simulator.base(), &["authorization"]);
        let left = self.lock().len();
        let between = if self.text.is_empty() { "" } else { "\n" };
        let _ = write!(self.text, "{between}== {name}\n{}\n", sent.trim_end());
        match outcome {
            Ok(answer) if left == 0 => answer,
            Ok(_) => panic!("{name} left {left} replies over. It sent:\n{sent}"),
            Err(error) => panic!("{name} failed: {error}\nIt sent:\n{sent}"),
        }
    }

    /// What was sent so far, an operation after the other.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Reply>> {
        self.replies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
