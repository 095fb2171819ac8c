//! An order of the fake platform.

use serde_json::{Value, json};

use super::run::Run;

#[derive(Debug)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) kitchen: String,
    pub(super) recipe: String,
    pub(super) variation: String,
    pub(super) parameters: Value,
    pub(super) caller: String,
    /// The run that it is an ingredient of.
    pub(super) owner: Option<String>,
    pub(super) paused: bool,
    pub(super) runs: Vec<Run>,
}

/// How an order is called.
pub(super) struct OrderNames {
    pub(super) id: String,
    pub(super) recipe: String,
    pub(super) variation: String,
}

impl OrderNames {
    pub(super) fn log(&self, run: &Run, now: i64) -> Value {
        json!({ "order_id": self.id, "lines": run.log(now) })
    }
}

impl Order {
    pub(super) fn names(&self) -> OrderNames {
        OrderNames { id: self.id.clone(), recipe: self.recipe.clone(), variation: self.variation.clone() }
    }

    pub(super) fn state(&self, now: i64) -> &'static str {
        match self.runs.first().map(|run| run.status(now)) {
            _ if self.paused => "PAUSED_ORDER",
            Some("COMPLETED_SERVING") => "COMPLETED_ORDER",
            Some("STOPPED_SERVING") => "STOPPED_ORDER",
            Some("SERVING_ERROR") => "ORDER_ERROR",
            _ => "ACTIVE_ORDER",
        }
    }

    pub(super) fn described(&self, now: i64) -> Value {
        let mut described = json!({
            "hid": self.id, "recipe": self.recipe, "variation": self.variation, "schedule": "now",
            "order-status": self.state(now),
            "input_settings": {"login": self.caller, "schedule": "now", "parameters": self.parameters},
        });
        if let Some(owner) = &self.owner {
            described["input_settings"]["ingredient_owner_order_run"] = owner.as_str().into();
        }
        described
    }

    pub(super) fn listed(&self, now: i64, count: usize) -> Vec<Value> {
        let there = self.runs.iter().filter(|run| run.is_there(now));
        let run = |run: &Run| {
            let mut listed = run.listed(now);
            listed["order_id"] = self.id.as_str().into();
            listed["variation_name"] = self.variation.as_str().into();
            listed
        };
        there.take(count).map(run).collect()
    }
}
