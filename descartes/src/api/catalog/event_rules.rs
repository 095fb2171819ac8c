//! Event rules: where events lead (contract section 6.2).

use std::collections::BTreeMap;

use serde_json::Value;

use super::class::{Wire, attributes, class};
use super::{Collection, ConnectionSecret};

/// Event rules.
pub type EventRules<'a> = Collection<'a, EventRule>;

attributes! {
    /// A rule: the events that match its pattern are sent to its targets.
    pub shared struct EventRule {
        /// The name.
        name: String,
        /// Whose it is.
        namespace: String,
        /// What it is about.
        description: String,
        /// Whether the platform's own staff keeps it.
        is_core: bool,
        /// What events must look like: JSON text.
        event_pattern: String,
        /// Where they are sent.
        targets: Vec<EventRuleTarget>,
        /// Whether anything is sent at all.
        enabled: bool,
        /// The bus that its events come from, in AWS.
        event_bus_arn: String,
        /// The role by which other buses are reached, in AWS.
        role_arn: String,
        /// The rule, in AWS.
        rule_arn: String,
    }
}

class!(EventRule: "event_rule" at "event_rules" {
    const SECRET: &'static [&'static str] = &["targets"];

    fn reveal(&self, wire: &mut Wire) {
        let Some(Value::Array(shown)) = wire.0.get_mut("targets") else { return };
        for (target, shown) in self.targets.iter().flatten().zip(shown) {
            for (name, secrets) in [
                ("header_parameters", &target.header_parameters),
                ("query_string_parameters", &target.query_string_parameters),
            ] {
                if let Some(secrets) = secrets {
                    shown[name] =
                        secrets.iter().map(|(name, secret)| (name.clone(), secret.sent())).collect();
                }
            }
        }
    }
}, Editable, Deletable);

attributes! {
    /// Where a rule sends events.
    pub plain struct EventRuleTarget {
        /// The name.
        name: String,
        /// What gets them, in AWS.
        arn: String,
        /// The role by which it gets them, in AWS.
        role_arn: String,
        /// What is sent instead of the event.
        input: String,
        /// The part of the event that is sent.
        input_path: String,
        /// The parts of the event that the template names.
        input_paths_map: BTreeMap<String, String>,
        /// The template of what is sent.
        input_template: String,
        /// How long it may take, in seconds.
        ttl: i64,
        /// How often it is tried again.
        retries: i64,
        /// Where goes what could not be sent, in AWS.
        dead_letter_arn: String,
        /// What stands for the `*` in the endpoint of an API destination.
        path_parameter_values: Vec<String>,
        /// Headers that are sent along. `Authorization` may be one, so no value is shown.
        header_parameters: BTreeMap<String, ConnectionSecret>,
        /// Pairs of the query that are sent along. A key may be one, so no value is shown.
        query_string_parameters: BTreeMap<String, ConnectionSecret>,
        /// The API destination that gets them.
        event_api_destination_id: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Document;
    use serde_json::json;

    #[test]
    fn headers_and_query_of_a_target_are_sent_and_not_shown() {
        let secrets = |name: &str| Some(BTreeMap::from([(name.to_owned(), "canary".into())]));
        let mut rule = Document::<EventRule>::new("someorg:r");
        rule.targets = Some(vec![EventRuleTarget {
            header_parameters: secrets("Authorization"),
            query_string_parameters: secrets("key"),
            ..EventRuleTarget::default()
        }]);
        let shown = format!("{rule:?}{}{}", json!(rule), json!(rule.changes()));
        assert!(shown.contains("Authorization") && !shown.contains("canary"), "{shown}");
        let sent = rule.to_create().unwrap();
        let target = json!({"header_parameters": {"Authorization": "canary"}, "query_string_parameters": {"key": "canary"}});
        assert_eq!(sent["data"]["attributes"]["targets"], json!([target]));
    }
}
