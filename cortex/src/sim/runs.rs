//! Runs of experiments and what they made (contract section 6.9).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use auth_core::Timestamp;
use auth_core::sim::{Reply, Request};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::documents::{bad, done};
use super::not_found;

/// The runs of all experiments.
#[derive(Debug, Default)]
pub(super) struct Runs(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were made.
    runs: Vec<Run>,
    /// How many were ever made.
    made: u32,
}

#[derive(Debug)]
struct Run {
    project: String,
    experiment: String,
    id: String,
    fields: Value,
    artifacts: BTreeMap<String, Bytes>,
}

impl Runs {
    /// What a run made.
    pub(super) fn artifact(&self, project: &str, experiment: &str, run: &str, key: &str) -> Option<Bytes> {
        let mut state = self.lock();
        state.find(project, experiment, run)?.artifacts.get(key).cloned()
    }

    /// The runs of experiments.
    pub(super) fn of(&self, project: &str, experiments: &[String]) -> Value {
        let state = self.lock();
        let of_them = |run: &&Run| run.project == project && experiments.contains(&run.experiment);
        state.runs.iter().filter(of_them).map(|run| run.fields.clone()).collect()
    }

    /// A request for the runs of an experiment that is there. `rest` has the decoded segments after `runs`.
    pub(super) fn answer(
        &self,
        request: &Request,
        project: &str,
        experiment: &str,
        rest: &[&str],
        now: Timestamp,
    ) -> Reply {
        let mut state = self.lock();
        match (request.method().as_str(), rest) {
            ("GET", []) => Reply::json(200, json!({ "runs": state.list(request, project, experiment) })),
            ("POST", []) => {
                let id = state.make(request, project, experiment, now);
                Reply::json(200, state.find(project, experiment, &id).map(|run| run.fields.clone()).into())
            }
            ("DELETE", []) => {
                let filter = filter_of(request);
                state.runs.retain(|run| {
                    run.project != project || run.experiment != experiment || !fits(&run.fields, &filter)
                });
                Reply::json(200, json!({"message": "Runs deleted"}))
            }
            (_, [id, rest @ ..]) => match state.find(project, experiment, id) {
                None => not_found(&format!("Run {id} not found")),
                Some(_) if (request.method().as_str(), rest) == ("DELETE", &[][..]) => {
                    state.runs.retain(|run| run.id != *id);
                    done()
                }
                Some(run) => run.answer(request, rest, now),
            },
            _ => not_found("no such endpoint"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&mut self, project: &str, experiment: &str, id: &str) -> Option<&mut Run> {
        self.runs
            .iter_mut()
            .find(|run| run.project == project && run.experiment == experiment && run.id == id)
    }

    fn make(&mut self, request: &Request, project: &str, experiment: &str, now: Timestamp) -> String {
        self.made += 1;
        let id = format!("run_{:02}", self.made);
        let mut fields = match request.json() {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        for (name, value) in [
            ("_projectId", project),
            ("runId", &id),
            ("experimentName", experiment),
            ("_createdAt", &now.to_string()),
            ("_updatedAt", &now.to_string()),
        ] {
            fields.insert(name.to_owned(), value.into());
        }
        self.runs.push(Run {
            project: project.to_owned(),
            experiment: experiment.to_owned(),
            id: id.clone(),
            fields: fields.into(),
            artifacts: BTreeMap::new(),
        });
        id
    }

    /// With filters that name values, and one name to sort by.
    fn list(&self, request: &Request, project: &str, experiment: &str) -> Vec<Value> {
        let filter = filter_of(request);
        let of_it =
            |run: &&Run| run.project == project && run.experiment == experiment && fits(&run.fields, &filter);
        let mut runs: Vec<Value> = self.runs.iter().filter(of_it).map(|run| run.fields.clone()).collect();
        let sort: Option<Map<String, Value>> =
            request.query("sort").and_then(|text| serde_json::from_str(text).ok());
        if let Some((name, direction)) = sort.iter().flatten().next() {
            let number = |run: &Value| run[name].as_f64().unwrap_or(f64::MIN);
            runs.sort_by(|one, other| number(one).total_cmp(&number(other)));
            if direction.as_i64() == Some(-1) {
                runs.reverse();
            }
        }
        let limit = request.query("limit").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
        runs.truncate(limit);
        runs
    }
}

impl Run {
    fn answer(&mut self, request: &Request, rest: &[&str], now: Timestamp) -> Reply {
        match (request.method().as_str(), rest) {
            ("GET", []) => return Reply::json(200, self.fields.clone()),
            ("GET", ["artifacts", key]) => {
                return match self.artifacts.get(*key) {
                    Some(bytes) => Reply::ranged(request, bytes.clone()),
                    None => not_found(&format!("Artifact {key} not found")),
                };
            }
            ("PUT", []) => {
                let Some(Value::Object(changes)) = request.json() else {
                    return bad("the body is no object");
                };
                for (name, value) in changes {
                    self.fields[name] = value;
                }
            }
            ("PUT", [kind @ ("meta" | "params" | "metrics"), key]) => {
                let Some(body) = request.json() else { return bad("the body needs a value") };
                self.fields[*kind][*key] = body["value"].clone();
            }
            ("PUT", ["artifacts", key]) => {
                self.artifacts.insert((*key).to_owned(), request.body().clone());
                let place = format!("experiments/{}/{}/artifacts/{key}", self.experiment, self.id);
                self.fields["artifacts"][*key] = place.into();
            }
            _ => return not_found("no such endpoint"),
        }
        self.fields["_updatedAt"] = now.to_string().into();
        done()
    }
}

fn filter_of(request: &Request) -> Map<String, Value> {
    request.query("filter").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn fits(fields: &Value, filter: &Map<String, Value>) -> bool {
    filter.iter().all(|(name, value)| fields[name] == *value)
}
