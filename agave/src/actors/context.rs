//! What the platform tells an actor about the message that it works on.

use auth_core::Environment;
use serde_json::{Map, Value};

use super::literal;

/// What the platform tells an actor about the message that it works on. Variables of the message and of the actor are
/// in the [`Environment`], beside these.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Context {
    /// The message (`MSG`).
    pub raw_message: Option<String>,
    /// The message when it is a dictionary: in JSON, or in Python's notation, in which the platform writes down what was
    /// sent as JSON. The SDK's `message_dict`.
    pub message: Option<Map<String, Value>>,
    /// Why the message is no dictionary, without its words. The SDK's `raw_message_parse_log`.
    pub message_problem: Option<String>,
    /// The message's content type. What was sent as `application/octet-stream` is read by
    /// [`Channels::binary_message`](super::Channels::binary_message).
    pub content_type: Option<String>,
    /// The execution.
    pub execution_id: Option<String>,
    /// Who sent the message.
    pub username: Option<String>,
    /// The actor's state, as text; see [`Context::state_value`].
    pub state: Option<String>,
    /// The actor's id in the database.
    pub actor_dbid: Option<String>,
    /// The actor's id.
    pub actor_id: Option<String>,
}

impl Context {
    /// The message as any value: JSON, or Python's notation. `None` when it is plain text, or there is none.
    pub fn message_value(&self) -> Option<Value> {
        read(self.raw_message.as_deref()?).ok()
    }

    /// The state as any value: JSON, or Python's notation. `None` when it is plain text, or there is none.
    pub fn state_value(&self) -> Option<Value> {
        read(self.state.as_deref()?).ok()
    }
}

/// What the platform tells an actor.
pub fn context(environment: &Environment) -> Context {
    let var = |name: &str| environment.var(name).map(str::to_owned);
    let raw_message = var("MSG");
    let (message, message_problem) = match raw_message.as_deref().map(read) {
        None => (None, None),
        Some(Ok(Value::Object(message))) => (Some(message), None),
        Some(Ok(_)) => (None, Some("the message is no dictionary".to_owned())),
        Some(Err(problem)) => {
            (None, Some(format!("the message is neither JSON nor Python's notation: {problem}")))
        }
    };
    Context {
        message,
        message_problem,
        raw_message,
        content_type: var("_abaco_Content-Type"),
        execution_id: var("_abaco_execution_id"),
        username: var("_abaco_username"),
        state: var("_abaco_actor_state"),
        actor_dbid: var("_abaco_actor_dbid"),
        actor_id: var("_abaco_actor_id"),
    }
}

fn read(text: &str) -> Result<Value, literal::Problem> {
    serde_json::from_str(text).or_else(|_| literal::read(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(message: &str) -> Context {
        context(&Environment::empty().with_var("MSG", message))
    }

    #[test]
    fn a_message_is_text_or_a_dictionary() {
        for dictionary in [r#"{"a": {"b": [true, null]}}"#, "{'a': {'b': [True, None]}}"] {
            let context = of(dictionary);
            assert_eq!(Value::Object(context.message.clone().unwrap()), json!({"a": {"b": [true, null]}}));
            assert_eq!((context.raw_message.as_deref(), context.message_problem), (Some(dictionary), None));
        }
        for text in ["hello canary", "{'canary", "[1]", "(1, 'canary')"] {
            let context = of(text);
            assert_eq!((context.raw_message.as_deref(), context.message), (Some(text), None));
            assert!(!context.message_problem.unwrap().contains("canary"));
        }
        assert_eq!(of("hello").message_value(), None);
        assert_eq!(of("('a', 1)").message_value(), Some(json!(["a", 1])));
        assert_eq!(context(&Environment::empty()), Context::default());
    }

    #[test]
    fn the_state_is_text_or_a_value() {
        let of =
            |state: &str| context(&Environment::empty().with_var("_abaco_actor_state", state)).state_value();
        assert_eq!((of("{'n': 1}"), of("running")), (Some(json!({"n": 1})), None));
    }
}
