//! Queries (contract section 6.11). Conditions are not understood: everything is found.

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::Platform;

/// What there is to be found.
pub(super) fn samples() -> Vec<Value> {
    (1..=3)
        .map(|number| json!({ "requestId": 4, "judgement": number, "property": "class", "value": "Car" }))
        .collect()
}

impl Platform {
    pub(super) fn query(&self, request: &Request, path: &[&str]) -> Option<Reply> {
        let ("POST", ["v1", "search", "judgements" | "kpi", "query"]) = (request.method().as_str(), path)
        else {
            return None;
        };
        let state = self.state();
        let limit = request.json().and_then(|body| body["limit"].as_u64()).unwrap_or(u64::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let found: Vec<&Value> = state.judgements.iter().take(limit).collect();
        Some(match request.query("stream") {
            Some("true") => Reply::text(200, json!(found).to_string()),
            _ => Reply::json(
                200,
                json!({
                    "items": found, "totalHits": state.judgements.len(), "returnedHits": found.len(), "took": 1,
                    "aggregates": {},
                }),
            ),
        })
    }
}
