//! Which request meets which fault.

use std::sync::{Arc, Mutex, PoisonError};

use super::Fault;
use super::pattern::{Target, matches};

/// The faults of a simulator. Clones are the same plan.
///
/// A request meets the first fault in the order of planning that is meant for it and is not used up.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    rules: Vec<Rule>,
    planned: u64,
}

#[derive(Debug)]
struct Rule {
    id: u64,
    pattern: String,
    fault: Fault,
    skip: u32,
    /// How often it happens yet; `None`: always.
    left: Option<u32>,
}

impl Faults {
    /// Plans a fault for the next request that `pattern` means, as in `POST /v1/token` or `GET /v1/projects/*`.
    ///
    /// Method and path are as on the wire. `*` stands for one segment, `**` at the end for any number of them, none
    /// included, `*` as method for every method. A query is looked at only when the pattern has one.
    pub fn next(&self, pattern: &str, fault: Fault) -> Planned<'_> {
        self.with(|plan| {
            plan.planned += 1;
            let (id, pattern) = (plan.planned, pattern.to_owned());
            plan.rules.push(Rule { id, pattern, fault, skip: 0, left: Some(1) });
            Planned { faults: self, id }
        })
    }

    /// How many faults are still to come, those without an end left out. Zero shows that all have happened.
    pub fn pending(&self) -> usize {
        self.with(|plan| plan.rules.iter().filter_map(|rule| rule.left).map(|left| left as usize).sum())
    }

    /// Forgets all that is planned.
    pub fn clear(&self) {
        self.with(|plan| plan.rules.clear());
    }

    /// The fault that a request meets.
    pub(super) fn take(&self, target: Target<'_>) -> Option<Fault> {
        self.with(|plan| {
            for rule in &mut plan.rules {
                if rule.left == Some(0) || !matches(&rule.pattern, target) {
                    continue;
                }
                if rule.skip > 0 {
                    rule.skip -= 1;
                    continue;
                }
                rule.left = rule.left.map(|left| left - 1);
                return Some(rule.fault.clone());
            }
            None
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Plan) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A fault that is planned. It happens once, unless it is told otherwise.
#[derive(Debug)]
pub struct Planned<'a> {
    faults: &'a Faults,
    id: u64,
}

impl Planned<'_> {
    /// So many times.
    pub fn times(self, times: u32) -> Self {
        self.change(|rule| rule.left = Some(times))
    }

    /// Every time, until [`Faults::clear`].
    pub fn always(self) -> Self {
        self.change(|rule| rule.left = None)
    }

    /// Not for the first so many requests that it is meant for.
    pub fn skip(self, requests: u32) -> Self {
        self.change(|rule| rule.skip = requests)
    }

    fn change(self, change: impl FnOnce(&mut Rule)) -> Self {
        self.faults.with(|plan| plan.rules.iter_mut().find(|rule| rule.id == self.id).map(change));
        self
    }
}
