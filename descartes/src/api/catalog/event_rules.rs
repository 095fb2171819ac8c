//! Event rules: where events lead (contract section 6.2).

use std::collections::BTreeMap;

use super::Collection;
use super::class::{attributes, class};

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

class!(EventRule: "event_rule" at "event_rules", Editable, Deletable);

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
        /// Headers that are sent along.
        header_parameters: BTreeMap<String, String>,
        /// Pairs of the query that are sent along.
        query_string_parameters: BTreeMap<String, String>,
        /// The API destination that gets them.
        event_api_destination_id: String,
    }
}
