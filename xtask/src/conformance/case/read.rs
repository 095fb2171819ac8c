//! Reads case files. What is malformed is told with the file and a JSON pointer.

use std::path::Path;

use serde_json::Value;

use super::{Case, Expect, Scripted, Step};
use crate::coverage::VENDORS;
use crate::files::below;

/// Every case below a folder, in the order of their paths. The first malformed one is an error.
pub(crate) fn load(folder: &Path) -> Result<Vec<Case>, String> {
    if !folder.is_dir() {
        return Err(format!("{}: there is no such folder", folder.display()));
    }
    let is_case = |name: &str| name.ends_with(".json") && !name.ends_with(".observed.json");
    below(folder, &is_case)?.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Case, String> {
    let place = |error: String| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| place(error.to_string()))?;
    let case = parse(&text).map_err(place)?;
    if path.file_stem().is_none_or(|stem| stem != case.name.as_str()) {
        return Err(place(format!("/case: `{}` is not the name of the file", case.name)));
    }
    Ok(Case { path: path.to_owned(), ..case })
}

/// Reads a case. The error begins with a JSON pointer to what is wrong.
pub(super) fn parse(text: &str) -> Result<Case, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let case: Case = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| format!("{}: {}", pointer(error.path()), error.inner()))?;
    deserializer.end().map_err(|error| format!("(after the case): {error}"))?;
    match fault(&case) {
        Some((place, what)) => Err(format!("{place}: {what}")),
        None => Ok(case),
    }
}

/// What the types do not say: the place, and what is wrong there.
fn fault(case: &Case) -> Option<(String, String)> {
    if !VENDORS.contains(&case.vendor.as_str()) {
        let known = VENDORS.join(", ");
        return Some((
            "/vendor".to_owned(),
            format!("there is no vendor `{}`; use one of {known}", case.vendor),
        ));
    }
    if !matches!(case.given.now, None | Some(Value::Null | Value::String(_) | Value::Number(_))) {
        return Some(("/given/now".to_owned(), "give RFC 3339 text, or seconds since 1970".to_owned()));
    }
    let steps = case.steps.iter().enumerate();
    let entries = case.server.iter().enumerate();
    steps
        .filter_map(|(at, step)| of_step(step).map(|(place, what)| (format!("/steps/{at}{place}"), what)))
        .chain(entries.filter_map(|(at, entry)| {
            of_entry(entry).map(|(place, what)| (format!("/server/{at}{place}"), what))
        }))
        .next()
}

type Fault = Option<(&'static str, String)>;

fn of_step(step: &Step) -> Fault {
    let Step::Call(call) = step else { return None };
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    if !call.call.split_once('.').is_some_and(|(service, operation)| is_word(service) && is_word(operation)) {
        return Some(("/call", format!("`{}` is not `service.operation`", call.call)));
    }
    match &call.expect {
        Some(Expect::Error(expected)) => {
            of_status(expected.status).map(|what| ("/expect/error/status", what))
        }
        _ => None,
    }
}

fn of_entry(entry: &Scripted) -> Fault {
    let is_method =
        |method: &str| !method.is_empty() && method.chars().all(|letter| letter.is_ascii_uppercase());
    let is_path = |path: &str| path.starts_with('/') && !path.contains(char::is_whitespace);
    if !entry.when.split_once(' ').is_some_and(|(method, path)| is_method(method) && is_path(path)) {
        return Some((
            "/when",
            format!("`{}` is not a method and a path, as in `GET /v1/projects`", entry.when),
        ));
    }
    match (&entry.reply, &entry.fault) {
        (Some(_), Some(_)) | (None, None) => Some(("", "give either `reply` or `fault`".to_owned())),
        (Some(reply), None) if reply.json.is_some() && reply.text.is_some() => {
            Some(("/reply", "give either `json` or `text`".to_owned()))
        }
        (Some(reply), None) => of_status(reply.status).map(|what| ("/reply/status", what)),
        (None, Some(_)) => None,
    }
}

fn of_status(status: Option<u16>) -> Option<String> {
    let status = status.filter(|status| !(100..=599).contains(status))?;
    Some(format!("{status} is no status of HTTP"))
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

    const GOOD: &str = r#"{"vendor": "kognic", "case": "one", "why": "w", "steps": []}"#;

    fn error(name: &str, text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("kognic")).unwrap();
        std::fs::write(folder.path().join("kognic").join(name), text).unwrap();
        let error = load(folder.path()).unwrap_err();
        error.replace(&folder.path().display().to_string(), "CASES")
    }

    #[test]
    fn a_malformed_file_is_named() {
        let errors = [
            error("one.json", &GOOD.replace("[]", r#"[{"advance_seconds": "1"}]"#)),
            error("two.json", GOOD),
            error("cut.json", &GOOD[..40]),
            error("more.json", &format!("{GOOD} {{}}")),
            load(Path::new("not/here")).unwrap_err(),
        ];
        insta::assert_snapshot!(errors.join("\n"), @r#"
CASES/kognic/one.json: /steps/0/advance_seconds: invalid type: string "1", expected u64 at line 1 column 81
CASES/kognic/two.json: /case: `one` is not the name of the file
CASES/kognic/cut.json: (the whole case): EOF while parsing a string at line 1 column 40
CASES/kognic/more.json: (after the case): trailing characters at line 1 column 62
not/here: there is no such folder
"#);
    }
}
