//! Waiting for many order runs at a time.

use std::collections::BTreeMap;

use auth_core::Wait;
use futures_util::{StreamExt as _, stream};

use super::{OrderRunHandle, OrderRunStatus, OrderRuns, Poll};
use crate::error::{Error, Result};

/// How many questions are asked at a time.
pub(crate) const AT_A_TIME: usize = 8;

impl OrderRuns<'_> {
    /// `POST /v2/order/details/{kitchen}`, again and again: how each of them ended, by its id. All are asked in turn,
    /// a few at a time, and the next turn begins no sooner than `wait.interval` after the last.
    ///
    /// What goes wrong with one run (403, 404) is its own outcome, and does not end the wait for the others. At the
    /// deadline, those that are not over have the outcome [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub async fn wait_many(
        &self,
        runs: impl IntoIterator<Item = OrderRunHandle>,
        wait: Wait,
    ) -> BTreeMap<String, Result<OrderRunStatus>> {
        let mut left: Vec<OrderRunHandle> = runs.into_iter().collect();
        let mut outcomes = BTreeMap::new();
        let mut poll = Poll::start(self.client, wait, "all order runs".to_owned());
        while !left.is_empty() {
            if let Err(error) = poll.turn().await {
                outcomes.extend(left.into_iter().map(|run| (run.id, Err(error.clone()))));
                break;
            }
            let answers = ask_all(&left).await;
            let mut failing: Option<Error> = None;
            let mut is_answered = false;
            for (run, answer) in answers {
                match answer {
                    Ok(status) if !status.is_terminal() => is_answered = true,
                    Err(error) if error.is_retryable() => failing = Some(error),
                    over => {
                        is_answered = true;
                        left.retain(|known| known.id != run);
                        outcomes.insert(run, over);
                    }
                }
            }
            // The platform fails when it answers nobody.
            match failing.filter(|_| !is_answered) {
                None => poll.answered(),
                Some(error) => {
                    if let Err(error) = poll.failed(error) {
                        outcomes.extend(left.drain(..).map(|run| (run.id, Err(error.clone()))));
                    }
                }
            }
        }
        outcomes
    }
}

async fn ask_all(runs: &[OrderRunHandle]) -> Vec<(String, Result<OrderRunStatus>)> {
    let questions = runs.iter().cloned().map(|run| async move { (run.id.clone(), run.ask_status().await) });
    stream::iter(questions).buffered(AT_A_TIME).collect().await
}
