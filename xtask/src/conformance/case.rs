//! The case format: what a case file says. `xtask/conformance/README.md` documents it for people,
//! `xtask/conformance/case.schema.json` for editors; the latter is made from these types.

mod read;
#[cfg(test)]
mod schema;

pub(crate) use read::load;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A case file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The vendor whose crate is played, and the name of the case's folder.
    #[cfg_attr(test, schemars(extend("enum" = crate::coverage::VENDORS)))]
    pub(crate) vendor: String,
    /// The name of the case, the same as its file's.
    #[serde(rename = "case")]
    pub(crate) name: String,
    /// What it is for, in one sentence.
    #[serde(rename = "why")]
    _why: String,
    /// The surroundings.
    #[serde(default)]
    pub(crate) given: Given,
    /// Builder options by name.
    #[serde(default)]
    pub(crate) client: Map<String, Value>,
    /// What is done, in order.
    pub(crate) steps: Vec<Step>,
    /// Scripted replies.
    #[serde(default)]
    pub(crate) server: Vec<Scripted>,
    /// What must have been sent, in order.
    #[serde(default)]
    pub(crate) requests: Option<Vec<Value>>,
    /// How often patterns must have been asked for, as in `POST /v1/token`.
    #[serde(default)]
    pub(crate) counts: BTreeMap<String, usize>,
    /// What files must hold in the end: JSON, text, or `null` for a file that must not exist.
    #[serde(default)]
    pub(crate) files_after: Map<String, Value>,
    /// Where the official SDK does otherwise, and why we do not follow it.
    #[serde(default)]
    pub(crate) differs: Option<Differs>,
    /// The file that it was read from.
    #[serde(skip)]
    pub(crate) path: PathBuf,
}

/// The surroundings of a case.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Given {
    /// Variables; there are no others.
    pub(crate) env: Map<String, Value>,
    /// Path to content: text as it is, anything else as JSON.
    pub(crate) files: Map<String, Value>,
    /// The time at the start, as RFC 3339 text or seconds since 1970.
    #[cfg_attr(test, schemars(extend("type" = ["string", "number", "null"])))]
    pub(crate) now: Option<Value>,
}

/// One step: a call, or time that passes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(!try_from, untagged))]
#[serde(try_from = "Members")]
pub(crate) enum Step {
    Advance(Advance),
    Call(Call),
}

#[derive(Clone, Debug)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Advance {
    /// How far the clock goes on.
    pub(crate) advance_seconds: u64,
}

#[derive(Clone, Debug)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Call {
    /// `service.operation`, as the operations table spells it.
    #[cfg_attr(test, schemars(regex(pattern = r"^[A-Za-z0-9_]+\.[A-Za-z0-9_]+$")))]
    pub(crate) call: String,
    /// The operation's arguments, by the wire's names.
    #[cfg_attr(test, schemars(default))]
    pub(crate) args: Map<String, Value>,
    /// What must come of it. Left out: it must succeed.
    #[cfg_attr(test, schemars(default))]
    pub(crate) expect: Option<Expect>,
}

/// The members of all kinds of steps. Read as one, so that an error knows its place: which kind is meant is not guessed
/// from what fits.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    advance_seconds: Option<u64>,
    call: Option<String>,
    args: Option<Map<String, Value>>,
    expect: Option<Expect>,
}

impl TryFrom<Members> for Step {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        match members {
            Members { advance_seconds: Some(advance_seconds), call: None, args: None, expect: None } => {
                Ok(Self::Advance(Advance { advance_seconds }))
            }
            Members { advance_seconds: None, call: Some(call), args, expect } => {
                Ok(Self::Call(Call { call, args: args.unwrap_or_default(), expect }))
            }
            _ => Err("a step is either `call`, with `args` and `expect`, or `advance_seconds` alone"),
        }
    }
}

/// What must come of a call.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Expect {
    /// The value: every member that is given here must be there with this value; `"*"` stands for anything.
    Value(Value),
    Error(ExpectedError),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ExpectedError {
    pub(crate) class: Option<ErrorClass>,
    /// The status of the service's reply.
    #[cfg_attr(test, schemars(range(min = 100, max = 599)))]
    pub(crate) status: Option<u16>,
    /// Texts that the message must hold.
    pub(crate) contains: Vec<String>,
}

/// What kind of error it is. Statuses of the service have classes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorClass {
    NoCredentials,
    InvalidCredentials,
    Configuration,
    InvalidInput,
    TokenRefused,
    TokenUnavailable,
    Unauthorized,
    Forbidden,
    NotFound,
    RateLimited,
    Service,
    Transport,
    Timeout,
    Reply,
    OutcomeUnknown,
    Redirect,
    Store,
    File,
    Other,
}

impl std::fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// A scripted reply, or a fault. Entries with the same `when` are used in their order; the last one stays.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("oneOf" = [{ "required": ["reply"] }, { "required": ["fault"] }])))]
#[serde(deny_unknown_fields)]
pub(crate) struct Scripted {
    /// Method and path, as in `POST /v1/token`; `*` stands for one segment.
    #[cfg_attr(test, schemars(regex(pattern = r"^[A-Z]+ /\S*$")))]
    pub(crate) when: String,
    /// What is answered.
    #[serde(default)]
    pub(crate) reply: Option<ScriptedReply>,
    /// What goes wrong instead.
    #[serde(default)]
    pub(crate) fault: Option<ScriptedFault>,
}

/// A reply: `200` without a body, unless it says more.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("not" = { "required": ["json", "text"] })))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ScriptedReply {
    #[cfg_attr(test, schemars(range(min = 100, max = 599)))]
    pub(crate) status: Option<u16>,
    pub(crate) headers: Map<String, Value>,
    /// The body, as JSON.
    pub(crate) json: Option<Value>,
    /// The body, as it is.
    pub(crate) text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScriptedFault {
    /// The connection is reset before a byte of the reply.
    Reset,
    /// The connection is closed before a byte of the reply.
    Close,
    /// The reply is reset in the middle of its body.
    ResetMidReply,
    /// The reply ends before its announced length.
    Truncate,
}

/// A difference that is meant.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Differs {
    /// What the official SDK does instead, in words or as recorded.
    #[serde(rename = "from")]
    _from: Value,
    /// The contract's trap or section that says why.
    pub(crate) because: String,
}
