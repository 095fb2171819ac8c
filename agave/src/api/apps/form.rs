//! What an app takes and makes.

use serde_json::Value;

use crate::api::model::part;

part! {
    /// A file that an app takes.
    pub struct AppInput {
        /// The name by which jobs give it.
        id: String,
        /// What it may be.
        value: Option<InputValue>,
        /// How it is shown, and given to the app.
        details: Option<Details>,
        /// What it means, and how many there may be.
        semantics: Option<Semantics>,
    }
}

part! {
    /// What an input may be.
    pub struct InputValue {
        /// What is taken where a job gives nothing: a text or a list.
        default: Option<Value>,
        /// Whether a job must give it.
        required: Option<bool>,
        /// Whether it is shown.
        visible: Option<bool>,
        /// A regular expression that it must match.
        validator: Option<String>,
        /// Where it stands among the others.
        order: Option<i64>,
        /// Whether the value is put into quotes.
        enquote: Option<bool>,
    }
}

part! {
    /// A setting that an app takes.
    pub struct AppParameter {
        /// The name by which jobs give it.
        id: String,
        /// What it may be.
        value: Option<ParameterValue>,
        /// How it is shown, and given to the app.
        details: Option<Details>,
        /// What it means.
        semantics: Option<Semantics>,
    }
}

part! {
    /// What a parameter may be.
    pub struct ParameterValue {
        /// `string`, `number`, `enumeration`, `bool` or `flag`.
        #[serde(rename = "type")]
        kind: Option<String>,
        /// What is taken where a job gives nothing.
        default: Option<Value>,
        /// Whether a job must give it.
        required: Option<bool>,
        /// Whether it is shown.
        visible: Option<bool>,
        /// A regular expression that it must match.
        validator: Option<String>,
        /// Where it stands among the others.
        order: Option<i64>,
        /// Whether the value is put into quotes.
        enquote: Option<bool>,
        /// What an enumeration may be: texts, or objects with one member.
        #[serde(rename = "enum_values")]
        enum_values: Option<Vec<Value>>,
    }
}

part! {
    /// A file that an app makes.
    pub struct AppOutput {
        /// The name.
        id: String,
        /// What it may be.
        value: Option<ParameterValue>,
        /// How it is shown.
        details: Option<Details>,
        /// What it means, and how many there may be.
        semantics: Option<Semantics>,
    }
}

part! {
    /// How an input or a parameter is shown, and given to the app.
    pub struct Details {
        /// The title.
        label: Option<String>,
        /// What it is for.
        description: Option<String>,
        /// What stands before it on the command line.
        argument: Option<String>,
        /// Whether that stands there.
        show_argument: Option<bool>,
        /// Whether it stands before each of several values.
        repeat_argument: Option<bool>,
    }
}

part! {
    /// What an input, a parameter or an output means.
    pub struct Semantics {
        /// Terms of ontologies.
        ontology: Option<Vec<String>>,
        /// How many there must be.
        min_cardinality: Option<i64>,
        /// How many there may be.
        max_cardinality: Option<i64>,
        /// Which types of files it may have.
        file_types: Option<Vec<String>>,
    }
}
