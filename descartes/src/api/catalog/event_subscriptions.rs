//! Event subscriptions: what shall happen when something happens (contract section 6.2).

use auth_core::{Error, ErrorKind, Timestamp};
use serde_json::{Map, Value, json};

use super::class::{attributes, class};
use super::{Collection, Document, Filter};
use crate::api::Geometry;
use crate::error::Result;
use crate::flavor::Flavor;

/// Event subscriptions.
pub type EventSubscriptions<'a> = Collection<'a, EventSubscription>;

auth_core::open_enum! {
    /// What happens.
    pub enum EventType {
        /// An image was added to a product.
        NewImage = "new-image",
        /// An image of a product was changed.
        UpdateImage = "update-image",
        /// A blob was added to a namespace.
        NewStorage = "new-storage",
        /// A blob of a namespace was changed.
        UpdateStorage = "update-storage",
        /// A feature was added to a vector product.
        NewVector = "new-vector",
        /// A feature of a vector product was changed.
        UpdateVector = "update-vector",
        /// A schedule came to its time.
        Scheduled = "scheduled",
        /// All jobs of a function are done.
        ComputeFunctionCompleted = "compute-function-completed",
    }
}

impl EventType {
    /// The service that tells of it.
    fn source(&self) -> Option<&'static str> {
        match self {
            Self::NewImage | Self::UpdateImage | Self::NewStorage | Self::UpdateStorage => Some("catalog"),
            Self::NewVector | Self::UpdateVector => Some("vector"),
            Self::Scheduled => Some("scheduler"),
            Self::ComputeFunctionCompleted => Some("compute"),
            Self::Other(_) => None,
        }
    }
}

attributes! {
    /// A subscription of events, and what happens on them.
    pub shared struct EventSubscription {
        /// The name.
        name: String,
        /// Whose it is.
        namespace: String,
        /// What it is about.
        description: String,
        /// The place that events must meet.
        geometry: Geometry,
        /// When it will be deleted by itself.
        expires: Timestamp,
        /// Who created it, and for whom all happens.
        owner: String,
        /// The role in AWS by which it happens. The platform sets it.
        owner_role_arn: String,
        /// What must happen: one of these.
        event_type: Vec<EventType>,
        /// What tells of it: one of these, as in `catalog`.
        event_source: Vec<String>,
        /// To what it must happen: one of these products, namespaces, functions or schedules.
        event_namespace: Vec<String>,
        /// What must hold besides, each as text; see [`EventSubscriptions::event_filter`].
        event_filters: Vec<String>,
        /// What happens then.
        targets: Vec<EventSubscriptionTarget>,
        /// Whether anything happens at all.
        enabled: bool,
    }
}

class!(EventSubscription: "event_subscription" at "event_subscriptions", Editable, Deletable, Located);

attributes! {
    /// What happens on an event.
    pub plain struct EventSubscriptionTarget {
        /// The event rule that it happens by.
        rule_id: String,
        /// A Jinja2 template of the JSON that the rule gets. Default: the event.
        detail_template: String,
    }
}

impl EventSubscriptionTarget {
    /// By this rule.
    pub fn rule(id: impl Into<String>) -> Self {
        Self { rule_id: Some(id.into()), ..Self::default() }
    }

    /// A job of a compute function. A text like `{{ event.detail.id }}` is filled in from the event.
    pub fn job(flavor: Flavor, function: &str, args: Vec<Value>, kwargs: Map<String, Value>) -> Self {
        let mut body = json!({ "function_id": function });
        if !args.is_empty() {
            body["args"] = args.into();
        }
        if !kwargs.is_empty() {
            body["kwargs"] = kwargs.into();
        }
        let template = Some(json!({ "body": body }).to_string());
        Self { detail_template: template, ..Self::rule(flavor.compute_job_create_rule) }
    }

    /// A message in a queue of SQS, by its URL: what the event tells.
    pub fn queue(flavor: Flavor, url: &str) -> Self {
        // A template, and JSON only when it is filled in.
        let template = format!("{{\"message\": {{{{ event.detail }}}}, \"sqs_queue_url\": {}}}", json!(url));
        Self { detail_template: Some(template), ..Self::rule(flavor.sqs_forwarder_rule) }
    }
}

impl Document<EventSubscription> {
    /// A new subscription of one type of event, of these products, namespaces, functions or schedules. What tells of it
    /// follows from the type.
    ///
    /// ```
    /// use descartes::api::{Document, EventSubscription, EventType};
    ///
    /// let new = Document::<EventSubscription>::on(EventType::NewImage, "fields", ["someorg:prod1"]);
    /// assert_eq!(new.event_source.as_deref(), Some(["catalog".to_owned()].as_slice()));
    /// ```
    pub fn on<I: Into<String>>(
        event: EventType,
        name: impl Into<String>,
        of: impl IntoIterator<Item = I>,
    ) -> Self {
        let attributes = EventSubscription {
            name: Some(name.into()),
            event_source: event.source().map(|source| vec![source.to_owned()]),
            event_type: Some(vec![event]),
            event_namespace: Some(of.into_iter().map(Into::into).collect()),
            ..EventSubscription::default()
        };
        Self::holding("", attributes)
    }
}

impl EventSubscriptions<'_> {
    /// A condition on an event, as the text that `event_filters` holds.
    pub fn event_filter(&self, filter: &Filter) -> Result<String> {
        filter.check()?;
        let flavor = self.catalog.client.auth().flavor();
        match filter.to_json(flavor) {
            Value::Array(mut all) if all.len() == 1 => Ok(all.remove(0).to_string()),
            Value::Array(all) => Ok(json!({ "and": all }).to_string()),
            _ => Err(Error::new(ErrorKind::InvalidInput, "a filter holds no condition").into()),
        }
    }

    /// The namespace of subscriptions; see [`Blobs::namespace_id`](super::Blobs::namespace_id).
    pub async fn namespace_id(&self, namespace: Option<&str>) -> Result<String> {
        self.catalog.namespace_id(namespace).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_what_the_vendor_makes() {
        let job = EventSubscriptionTarget::job(
            Flavor::DESCARTES_LABS,
            "fid",
            vec!["{{ event.detail.id }}".into()],
            Map::from_iter([("kw".to_owned(), 1.into())]),
        );
        assert_eq!(job.rule_id.as_deref(), Some("descarteslabs:compute-job-create"));
        assert_eq!(
            job.detail_template.as_deref(),
            Some(r#"{"body":{"function_id":"fid","args":["{{ event.detail.id }}"],"kwargs":{"kw":1}}}"#)
        );
        let queue = EventSubscriptionTarget::queue(Flavor::EARTH_ONE, "https://q");
        assert_eq!(queue.rule_id.as_deref(), Some("internal:sqs-forwarder"));
        assert_eq!(
            queue.detail_template.as_deref(),
            Some(r#"{"message": {{ event.detail }}, "sqs_queue_url": "https://q"}"#)
        );
    }
}
