//! Plays a case with the vendor crate, and judges what came of it.

use auth_core::sim::Request;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

use super::case::{Call, Case, Expect, Step};
use super::record::{Failed, Outcome, Record, difference, request, sent};
use super::stage::Stage;
use super::subject::{self, Options, Setting, Subject};

/// What a case came to.
pub(crate) struct Played {
    pub(crate) record: Record,
    /// What is wrong, each with the place; empty when all is well.
    pub(crate) faults: Vec<String>,
}

/// Plays a case with the vendor crate.
pub(crate) fn play(case: &Case, runtime: &tokio::runtime::Runtime) -> Result<Played, String> {
    play_on(case, &Stage::set(case)?, runtime)
}

/// Plays it on a stage.
pub(crate) fn play_on(
    case: &Case,
    stage: &Stage,
    runtime: &tokio::runtime::Runtime,
) -> Result<Played, String> {
    let make =
        subject::of(&case.vendor).ok_or_else(|| format!("/vendor: there is no vendor `{}`", case.vendor))?;
    let mut subject: Option<Result<Box<dyn Subject>, Failed>> = None;
    let mut record = Record::default();
    let mut faults = Vec::new();
    for (number, step) in case.steps.iter().enumerate() {
        match step {
            Step::Advance(advance) => stage.clock.advance(Duration::from_secs(advance.advance_seconds)),
            Step::Call(call) => {
                let subject = subject.get_or_insert_with(|| {
                    make(Setting {
                        environment: stage.environment.clone(),
                        clock: stage.clock.clone(),
                        base: stage.base.clone(),
                        options: Options::new(object(stage.fill(&Value::Object(case.client.clone())))),
                    })
                });
                let outcome = runtime.block_on(async {
                    match subject {
                        Ok(subject) => {
                            let args = Options::new(object(stage.fill(&Value::Object(call.args.clone()))));
                            subject.call(&call.call, args).await
                        }
                        Err(failed) => Err(failed.clone()),
                    }
                });
                let outcome = match outcome {
                    Ok(value) => Outcome::Value(stage.unfill(&value)),
                    Err(failed) => Outcome::Error(Failed { text: stage.unfill_text(&failed.text), ..failed }),
                };
                faults.extend(judge(call, &outcome).map(|fault| format!("/steps/{number}: {fault}")));
                record.outcomes.push(outcome);
            }
        }
    }
    let requests: Vec<Arc<Request>> = stage.journal.requests();
    record.requests = requests.iter().map(|sent| request(stage, sent)).collect();
    record.files = case.files_after.keys().map(|path| (path.clone(), stage.read(path))).collect();
    faults.extend(stage.unscripted().iter().map(|stray| format!("/server: no reply for {stray}")));
    if let Some(expected) = &case.requests {
        let found =
            difference(&Value::Array(expected.clone()), &Value::Array(record.requests.clone()), "/requests");
        faults.extend(found.map(|fault| format!("{fault}\n    what was sent:{}", sent(&record))));
    }
    faults.extend(counted(case, stage));
    faults.extend(difference(
        &Value::Object(case.files_after.clone()),
        &Value::Object(record.files.clone()),
        "/files_after",
    ));
    Ok(Played { record, faults })
}

/// Patterns that were not asked for as often as they must be.
pub(crate) fn counted(case: &Case, stage: &Stage) -> Vec<String> {
    let wrong = case.counts.iter().filter_map(|(pattern, expected)| {
        let count = stage.journal.count(pattern);
        (count != *expected)
            .then(|| format!("/counts: {count} requests are `{pattern}`, expected {expected}"))
    });
    wrong.collect()
}

pub(crate) fn judge(call: &Call, outcome: &Outcome) -> Option<String> {
    match (&call.expect, outcome) {
        (_, Outcome::Error(failed)) if failed.class == "case" => Some(failed.text.clone()),
        (None | Some(Expect::Value(_)), Outcome::Error(failed)) => {
            Some(format!("{} failed ({}): {}", call.call, failed.class, failed.text))
        }
        (None, Outcome::Value(_)) => None,
        (Some(Expect::Value(expected)), Outcome::Value(actual)) => difference(expected, actual, "value"),
        (Some(Expect::Error(_)), Outcome::Value(value)) => {
            Some(format!("{} gave {value}, not an error", call.call))
        }
        (Some(Expect::Error(expected)), Outcome::Error(failed)) => {
            let class = expected.class.as_ref().filter(|class| **class != failed.class);
            let text = expected.contains.iter().find(|text| !failed.text.contains(*text));
            match (class, text) {
                (Some(class), _) => {
                    Some(format!("error class {}, expected {class}: {}", failed.class, failed.text))
                }
                (None, Some(text)) => Some(format!("the error does not say `{text}`: {}", failed.text)),
                (None, None) if expected.status.is_some() && expected.status != failed.status => {
                    Some(format!("status {:?}, expected {:?}", failed.status, expected.status))
                }
                (None, None) => None,
            }
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
