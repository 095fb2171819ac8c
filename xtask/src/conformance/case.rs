//! The case format: what a case file says. `xtask/conformance/README.md` documents it for people.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// A case file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) vendor: String,
    #[serde(rename = "case")]
    pub(crate) name: String,
    #[serde(rename = "why")]
    _why: String,
    #[serde(default)]
    pub(crate) given: Given,
    /// Builder options by name.
    #[serde(default)]
    pub(crate) client: Map<String, Value>,
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
#[serde(deny_unknown_fields, default)]
pub(crate) struct Given {
    pub(crate) env: Map<String, Value>,
    /// Path to content: text as it is, anything else as JSON.
    pub(crate) files: Map<String, Value>,
    /// The time at the start, as RFC 3339 text or seconds since 1970.
    pub(crate) now: Option<Value>,
}

/// One step.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    Advance(Advance),
    Call(Call),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    pub(crate) advance_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    /// `service.operation`, as the operations table spells it.
    pub(crate) call: String,
    /// The operation's arguments, by the wire's names.
    #[serde(default)]
    pub(crate) args: Map<String, Value>,
    #[serde(default)]
    pub(crate) expect: Option<Expect>,
}

/// What must come of a call.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Expect {
    /// The value: every member that is given here must be there with this value; `"*"` stands for anything.
    Value(Value),
    Error(ExpectedError),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ExpectedError {
    pub(crate) class: Option<String>,
    pub(crate) status: Option<u16>,
    /// Texts that the message must hold.
    pub(crate) contains: Vec<String>,
}

/// A scripted reply, or a fault. Entries with the same `when` are used in their order; the last one stays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scripted {
    /// Method and path, as in `POST /v1/token`; `*` stands for one segment.
    pub(crate) when: String,
    #[serde(default)]
    pub(crate) reply: Option<ScriptedReply>,
    #[serde(default)]
    pub(crate) fault: Option<ScriptedFault>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ScriptedReply {
    pub(crate) status: Option<u16>,
    pub(crate) headers: Map<String, Value>,
    pub(crate) json: Option<Value>,
    pub(crate) text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub(crate) struct Differs {
    /// What the official SDK does instead, in words or as recorded.
    #[serde(rename = "from")]
    _from: Value,
    /// The contract's trap or section that says why.
    pub(crate) because: String,
}

/// Every case below a folder, in the order of their paths. The first malformed one is an error that names file and
/// JSON pointer.
pub(crate) fn load(folder: &Path) -> Result<Vec<Case>, String> {
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, files)?;
        } else if name.ends_with(".json") && !name.ends_with(".observed.json") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Case, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut case = parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    case.path = path.to_owned();
    Ok(case)
}

/// Reads a case. The error begins with a JSON pointer to what is wrong.
fn parse(text: &str) -> Result<Case, String> {
    let deserializer = &mut serde_json::Deserializer::from_str(text);
    let case: Case = serde_path_to_error::deserialize(deserializer)
        .map_err(|error| format!("{}: {}", pointer(error.path()), error.inner()))?;
    for (number, scripted) in case.server.iter().enumerate() {
        if scripted.reply.is_some() == scripted.fault.is_some() {
            return Err(format!("/server/{number}: give either `reply` or `fault`"));
        }
    }
    Ok(case)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let part = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { variant } => format!("/{variant}"),
        Segment::Unknown => String::new(),
    };
    let pointer: String = path.iter().map(part).collect();
    if pointer.is_empty() { "(the whole case)".to_owned() } else { pointer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_case_names_the_place() {
        let error = |text: &str| parse(text).unwrap_err();
        let case = |rest: &str| format!(r#"{{"vendor":"kognic","case":"c","why":"w","steps":[],{rest}}}"#);
        assert!(
            error(&case(r#""server":[{"when":"GET /x","reply":{"status":"ok"}}]"#))
                .starts_with("/server/0/reply/status: ")
        );
        assert!(error(&case(r#""server":[{"when":"GET /x"}]"#)).starts_with("/server/0: give either"));
        assert!(error(&case(r#""stepz":1"#)).contains("stepz"));
        assert!(parse(&case(r#""client":{}"#)).is_ok());
    }
}
