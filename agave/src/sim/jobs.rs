//! Jobs that advance on the clock, two seconds a stage.

mod job;

use auth_core::Timestamp;
use auth_core::sim::Reply;
use serde_json::{Value, json};

use self::job::{ENDED, Job, STAGED};
use super::call::{Call, error, no_such_resource, success, written};
use super::collection::{Collection, fits, page, permission};
use super::storage::{Storage, place};

#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
}

impl Jobs {
    /// Does what is due: reads inputs, runs apps, archives outputs.
    pub(super) fn settle(&mut self, storage: &mut Storage, now: Timestamp) {
        for job in &mut self.jobs {
            let has_come =
                |stage: u64| job.at(stage) <= now && job.stopped.is_none_or(|at| job.at(stage) < at);
            let (is_staged, has_ended) = (has_come(STAGED), has_come(ENDED));
            if is_staged && job.run.is_none() {
                job.run = Some(job.run(storage, now));
            }
            if has_ended && !std::mem::replace(&mut job.archived, true) && job.request["archive"] == true {
                let (system, folder) = job.archive();
                let Some(Ok(outputs)) = &job.run else { continue };
                for (name, content) in outputs {
                    storage.write(&system, &place(&[&folder, name]), content.clone(), now);
                }
            }
        }
    }

    pub(super) fn answer(&mut self, path: &[&str], call: &Call<'_>, apps: &Collection) -> Reply {
        let now = call.now;
        match (call.method, path) {
            ("GET", [] | [""]) => {
                let shown = self.jobs.iter().rev().filter(|job| !job.hidden).map(|job| job.shown(now));
                success(200, page(shown.filter(|job| fits(job, call.request)), call.request))
            }
            ("POST", [] | [""]) => {
                let request = call.body();
                let app = request["appId"].as_str().unwrap_or_default();
                if apps.get(app).is_none() {
                    return error(404, &format!("No app found matching {app}"));
                }
                success(201, self.submit(request, call))
            }
            (_, [id, rest @ ..]) => match self.jobs.iter().position(|job| job.id == *id && !job.hidden) {
                Some(at) => self.one(at, rest, call),
                None => error(404, &format!("No job found with id {id}")),
            },
            _ => no_such_resource(),
        }
    }

    fn submit(&mut self, request: Value, call: &Call<'_>) -> Value {
        let job = Job {
            id: format!("job-{}", self.jobs.len() + 1),
            owner: call.user.to_owned(),
            request,
            submitted: call.now,
            stopped: None,
            hidden: false,
            run: None,
            archived: false,
        };
        let shown = job.shown(call.now);
        self.jobs.push(job);
        shown
    }

    fn one(&mut self, at: usize, path: &[&str], call: &Call<'_>) -> Reply {
        let now = call.now;
        let job = &mut self.jobs[at];
        match (call.method, path) {
            ("GET", []) => success(200, job.shown(now)),
            ("GET", ["status"]) => {
                success(200, json!({"id": job.id, "status": job.status(now), "_links": {}}))
            }
            ("GET", ["history"]) => {
                let events = job.events(now).into_iter().map(|(at, status)| {
                    json!({"created": written(at), "status": status, "description": format!("Job is {status}")})
                });
                success(200, page(events, call.request))
            }
            ("GET", ["outputs", "listings", folder @ ..]) if place(folder).is_empty() => {
                let outputs = job.outputs(now).iter().map(|(name, content)| {
                    json!({"name": name, "path": format!("/{name}"), "length": content.len(), "type": "file",
                           "format": "raw", "permissions": "ALL", "owner": job.owner, "lastModified": written(now)})
                });
                success(200, page(outputs, call.request))
            }
            ("GET", ["outputs", "media", path @ ..]) => {
                let wanted = place(path);
                match job.outputs(now).iter().find(|(name, _)| *name == wanted) {
                    Some((_, content)) => Reply::ranged(call.request, content.clone()),
                    None => error(404, &format!("No output {wanted}")),
                }
            }
            ("GET", ["pems", ..]) => success(200, json!([permission(&job.owner, "ALL")])),
            ("POST" | "DELETE", ["pems", ..]) => success(200, Value::Null),
            ("DELETE", []) => {
                job.stop(now);
                job.hidden = true;
                success(200, Value::Null)
            }
            ("POST", []) => match call.body()["action"].as_str() {
                Some("stop") => {
                    job.stop(now);
                    success(200, job.shown(now))
                }
                Some("resubmit") => {
                    let request = job.request.clone();
                    success(201, self.submit(request, call))
                }
                _ => error(400, "Action must be one of: stop, resubmit"),
            },
            _ => no_such_resource(),
        }
    }
}
