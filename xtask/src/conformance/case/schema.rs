//! `case.schema.json` against the types: it is made from them, and agrees with the reader on what is malformed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Case;
use super::read::{load, parse};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

fn schema() -> Value {
    let mut schema = schemars::schema_for!(Case).to_value();
    let about = "A conformance case; see xtask/conformance/README.md. Made from the types in \
                 xtask/src/conformance/case.rs: run the tests of xtask with INSTA_UPDATE=always after a change.";
    schema["description"] = about.into();
    schema
}

#[test]
fn the_schema_is_that_of_the_types() {
    let file = folder().join("case.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(committed, text, "run the tests of xtask with INSTA_UPDATE=always, and read the difference");
}

#[test]
fn every_case_is_one_by_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let of = |name: &str| load(&folder().join(name)).unwrap();
    for case in [of("cases"), of("sessions")].concat() {
        let text = std::fs::read_to_string(&case.path).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&serde_json::from_str(&text).unwrap())
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", case.path.display());
    }
}

/// A case with one member replaced.
fn with(member: &str, value: Value) -> Value {
    let mut case = json!({ "vendor": "kognic", "case": "c", "why": "w", "steps": [] });
    case[member] = value;
    case
}

#[test]
fn malformed_cases() {
    let call = |members: Value| with("steps", json!([members]));
    let reply = |reply: Value| with("server", json!([{ "when": "GET /x", "reply": reply }]));
    let malformed = [
        json!([]),
        with("stepz", json!([])),
        with("why", Value::Null),
        with("vendor", json!("nobody")),
        with("given", json!({ "envs": {} })),
        with("given", json!({ "now": true })),
        with("client", json!([])),
        with("steps", json!({})),
        call(json!({ "call": "list" })),
        call(json!({ "call": "projects.list", "advance_seconds": 1 })),
        call(json!({ "advance_seconds": -1 })),
        call(json!({})),
        call(json!({ "call": "projects.list", "arg": {} })),
        call(json!({ "call": "projects.list", "expect": { "valeu": 1 } })),
        call(json!({ "call": "projects.list", "expect": { "error": { "class": "refused" } } })),
        call(json!({ "call": "projects.list", "expect": { "error": { "status": 1000 } } })),
        call(json!({ "call": "projects.list", "expect": { "error": { "contains": "x" } } })),
        reply(json!({ "status": "ok" })),
        reply(json!({ "status": 99 })),
        reply(json!({ "json": {}, "text": "" })),
        with("server", json!([{ "when": "GET /x" }])),
        with("server", json!([{ "when": "GET /x", "reply": {}, "fault": "reset" }])),
        with("server", json!([{ "when": "GET /x", "fault": "rest" }])),
        with("server", json!([{ "when": "/x", "fault": "reset" }])),
        with("requests", json!({})),
        with("differs", json!({ "from": 1 })),
    ];
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert!(
        validator.is_valid(&with("steps", json!([]))) && parse(&with("steps", json!([])).to_string()).is_ok()
    );
    let mut told = String::new();
    for case in malformed {
        assert!(!validator.is_valid(&case), "by the schema it is a case: {case}");
        let error = parse(&case.to_string()).unwrap_err();
        let (pointer, what) = error.split_once(": ").unwrap();
        let what = what.split(" at line ").next().unwrap();
        told.push_str(&format!("{pointer}: {what}\n"));
    }
    insta::assert_snapshot!(told, @r#"
(the whole case): invalid length 0, expected struct Case with 11 elements
/stepz: unknown field `stepz`, expected one of `vendor`, `case`, `why`, `given`, `client`, `steps`, `server`, `requests`, `counts`, `files_after`, `differs`
/why: invalid type: null, expected a string
/vendor: there is no vendor `nobody`; use one of kognic, cortex, descartes, agave, datakitchen
/given/envs: unknown field `envs`, expected one of `env`, `files`, `now`
/given/now: give RFC 3339 text, or seconds since 1970
/client: invalid type: sequence, expected a map
/steps: invalid type: map, expected a sequence
/steps/0/call: `list` is not `service.operation`
/steps/0: a step is either `call`, with `args` and `expect`, or `advance_seconds` alone
/steps/0/advance_seconds: invalid value: integer `-1`, expected u64
/steps/0: a step is either `call`, with `args` and `expect`, or `advance_seconds` alone
/steps/0/arg: unknown field `arg`, expected one of `advance_seconds`, `call`, `args`, `expect`
/steps/0/expect: unknown variant `valeu`, expected `value` or `error`
/steps/0/expect/error/class: unknown variant `refused`, expected one of `no_credentials`, `invalid_credentials`, `configuration`, `invalid_input`, `token_refused`, `token_unavailable`, `unauthorized`, `forbidden`, `not_found`, `rate_limited`, `service`, `transport`, `timeout`, `reply`, `outcome_unknown`, `redirect`, `store`, `file`, `other`
/steps/0/expect/error/status: 1000 is no status of HTTP
/steps/0/expect/error/contains: invalid type: string "x", expected a sequence
/server/0/reply/status: invalid type: string "ok", expected u16
/server/0/reply/status: 99 is no status of HTTP
/server/0/reply: give either `json` or `text`
/server/0: give either `reply` or `fault`
/server/0: give either `reply` or `fault`
/server/0/fault: unknown variant `rest`, expected one of `reset`, `close`, `reset_mid_reply`, `truncate`
/server/0/when: `/x` is not a method and a path, as in `GET /v1/projects`
/requests: invalid type: map, expected a sequence
/differs: missing field `because`
"#);
}
