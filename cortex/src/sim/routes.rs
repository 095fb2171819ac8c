//! Which part of the cluster answers a request.

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::content::Shelf;
use super::documents::Documents;
use super::gateway::Gateway;
use super::runs::Runs;
use super::sessions::Sessions;
use super::skills::Running;
use super::{Cluster, not_found};

/// What is saved under a name and nothing more.
const COLLECTIONS: [&str; 7] =
    ["connections", "secrets", "models", "skills", "types", "agents", "experiments"];

impl Cluster {
    pub(super) fn new(gateway: Gateway) -> Self {
        Self {
            gateway,
            shelf: Shelf::default(),
            documents: Documents::default(),
            runs: Runs::default(),
            running: Running::default(),
            sessions: Sessions::default(),
        }
    }

    pub(super) fn answer(&self, request: &Request) -> Reply {
        let path = request.segments();
        if let ("GET", ["fabric", _, "info"]) = (request.method().as_str(), path.as_slice()) {
            return Reply::json(
                200,
                json!({
                    "version": "6.4.0-1462", "serverTs": self.gateway.now().unix_millis(), "deployType": "ENTERPRISE",
                    "healths": [], "endpoints": "{}", "enabledFeatures": {},
                }),
            );
        }
        if let Err(refused) = self.gateway.authorize(request) {
            return *refused;
        }
        match path.as_slice() {
            ["fabric", _, "projects", project, rest @ ..] if self.shelf.knows(project) => {
                self.in_project(request, project, rest)
            }
            ["internal", "projects", project, collection @ ("connections" | "secrets"), name]
                if self.shelf.knows(project) =>
            {
                self.documents.inside(project, collection, name)
            }
            ["fabric", _, "projects", project, ..] | ["internal", "projects", project, ..] => {
                not_found(&format!("Project {project} not found"))
            }
            ["internal", "messages", activation, _, _] => self.running.say(request, activation),
            ["fabric", _, "connectiontypes"] => {
                Reply::json(200, json!({"connectionTypes": [{"name": "mongo"}, {"name": "s3"}]}))
            }
            ["fabric", _, "graphql"] => self.graphql(request),
            _ => not_found("no such endpoint"),
        }
    }

    fn in_project(&self, request: &Request, project: &str, rest: &[&str]) -> Reply {
        let now = self.gateway.now();
        match rest {
            ["content", key @ ..] => self.shelf.answer(request, project, key, now),
            ["sessions", rest @ ..] => self.sessions.answer(request, project, rest),
            ["activations", rest @ ..] => self.running.activations(request, project, rest),
            ["experiments", name, "runs", rest @ ..] => {
                match self.documents.get(project, "experiments", name) {
                    Some(_) => self.runs.answer(request, project, name, rest, now),
                    None => not_found(&format!("Experiment {name} not found")),
                }
            }
            ["models", name, "experiments", "runs"] => {
                let experiments = self.documents.all(project, "experiments");
                let of_it = experiments.into_iter().filter(|(_, document)| document["modelId"] == **name);
                let names: Vec<String> = of_it.map(|(name, _)| name).collect();
                Reply::json(200, json!({ "runs": self.runs.of(project, &names) }))
            }
            [collection @ ("skills" | "agents"), name, change @ ("deploy" | "undeploy")] => {
                match self.documents.get(project, collection, name) {
                    Some(_) => self.running.deploy(project, collection, name, *change == "deploy"),
                    None => not_found(&format!("{name} not found in {collection}")),
                }
            }
            ["skills", _, "action", action, "logs"] => {
                Reply::json(200, json!({"success": true, "logs": [format!("{action} started")]}))
            }
            ["skillinvoke", name, "inputs", _] => match self.documents.get(project, "skills", name) {
                Some(_) => self.running.invoke(request, project, name, now),
                None => not_found(&format!("{name} not found in skills")),
            },
            ["agentinvoke", name, "services", _] => match self.documents.get(project, "agents", name) {
                Some(_) => self.running.invoke(request, project, name, now),
                None => not_found(&format!("{name} not found in agents")),
            },
            [collection, rest @ ..] if COLLECTIONS.contains(collection) => {
                self.documents.answer(request, project, collection, rest, now)
            }
            _ => not_found("no such endpoint"),
        }
    }

    /// The three questions that the client asks, told apart by what they name.
    fn graphql(&self, request: &Request) -> Reply {
        let body = request.json().unwrap_or_default();
        let query = body["query"].as_str().unwrap_or_default();
        let project = |name: &str| json!({"name": name, "title": name, "description": ""});
        let known = ["p1", "p2"];
        let data = if query.contains("createProject") {
            json!({"createProject": {"name": body["variables"]["input"]["name"]}})
        } else if query.contains("projectByName") {
            let named = known.into_iter().find(|name| query.contains(&Value::from(*name).to_string()));
            json!({"projectByName": named.map(project)})
        } else {
            json!({"projects": known.map(project)})
        };
        Reply::json(200, json!({ "data": data }))
    }
}
