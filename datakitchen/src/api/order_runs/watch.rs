//! Following an order run: a stream of its changes.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll as Ready};

use auth_core::Wait;
use futures_core::Stream;

use super::{DetailParts, NodeStatus, OrderRunDetail, OrderRunHandle, OrderRunStatus, Poll};
use crate::error::Result;

/// A change of an order run or one of its nodes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunChange {
    /// How far the run is now.
    pub status: OrderRunStatus,
    /// The nodes that changed since the last one, with what they are now.
    pub changed: BTreeMap<String, NodeStatus>,
    /// Everything that is known, with the summary.
    pub details: OrderRunDetail,
}

impl RunChange {
    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.details.nodes().count()
    }

    /// How many nodes are over.
    pub fn nodes_over(&self) -> usize {
        self.details.nodes().filter(|(_, node)| node.status.as_ref().is_some_and(NodeStatus::is_over)).count()
    }

    /// The names of the nodes that are running.
    pub fn running(&self) -> Vec<&str> {
        let running = self.details.nodes().filter(|(_, node)| node.status == Some(NodeStatus::Running));
        running.map(|(name, _)| name).collect()
    }
}

type Next = Pin<Box<dyn Future<Output = (Watching, Result<RunChange>)> + Send>>;

/// The changes of an order run; see [`OrderRunHandle::watch`].
#[must_use = "a stream does nothing until it is read"]
pub struct Watch {
    state: State,
}

enum State {
    Idle(Box<Watching>),
    Asking(Next),
    Over,
}

struct Watching {
    run: OrderRunHandle,
    poll: Poll,
    last: Option<(OrderRunStatus, BTreeMap<String, NodeStatus>)>,
}

impl Watch {
    pub(super) fn new(run: OrderRunHandle, wait: Wait) -> Self {
        let poll = run.poll(wait);
        Self { state: State::Idle(Box::new(Watching { run, poll, last: None })) }
    }
}

impl Watching {
    /// Asks until something is different.
    async fn next(mut self) -> (Self, Result<RunChange>) {
        loop {
            match self.look().await {
                Ok(Some(change)) => return (self, Ok(change)),
                Ok(None) => {}
                Err(error) => return (self, Err(error)),
            }
        }
    }

    async fn look(&mut self) -> Result<Option<RunChange>> {
        let Self { run, poll, last } = self;
        let details = poll.ask(|| run.ask_details(DetailParts::summary())).await?;
        let status = run.status_of(&details)?;
        let known = |(name, node): (&str, &super::NodeSummary)| Some((name.to_owned(), node.status.clone()?));
        let nodes: BTreeMap<String, NodeStatus> = details.nodes().filter_map(known).collect();
        let before = last.replace((status.clone(), nodes.clone()));
        if before.as_ref().is_some_and(|(was, had)| *was == status && *had == nodes) {
            return Ok(None);
        }
        let had = before.map(|(_, nodes)| nodes).unwrap_or_default();
        let changed = nodes.into_iter().filter(|(name, now)| had.get(name) != Some(now)).collect();
        Ok(Some(RunChange { status, changed, details }))
    }
}

impl Stream for Watch {
    type Item = Result<RunChange>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Ready<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Ready::Ready(None),
                State::Idle(watching) => self.state = State::Asking(Box::pin(watching.next())),
                State::Asking(mut next) => {
                    let (watching, outcome) = match next.as_mut().poll(context) {
                        Ready::Ready(outcome) => outcome,
                        Ready::Pending => {
                            self.state = State::Asking(next);
                            return Ready::Pending;
                        }
                    };
                    if outcome.as_ref().is_ok_and(|change| !change.status.is_terminal()) {
                        self.state = State::Idle(Box::new(watching));
                    }
                    return Ready::Ready(Some(outcome));
                }
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
