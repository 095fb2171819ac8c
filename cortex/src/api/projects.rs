//! Projects, by GraphQL as the vendor's CLI asks for them (contract section 6.11). Nothing here was seen from a live
//! cluster.

use auth_core::Pages;
use auth_core::lenient::null_as_default;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::list::ListQuery;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::protocol::without_tokens;

service_client! {
    /// The projects of the cluster. Nothing here was seen from a live cluster.
    pub struct ProjectClient, from Client::projects
}

impl<'a> ProjectClient<'a> {
    /// `POST graphql`, query `projects`: the projects that the user may see.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Project>> {
        // All of them are text in the schema that the CLI asks by.
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        let members = [
            ("filter", query.filter.clone()),
            ("limit", number(query.limit)),
            ("skip", number(query.skip)),
            ("sort", query.sort.clone()),
        ];
        let arguments: Vec<String> = members
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}: {}", literal(&value?))))
            .collect();
        let arguments =
            if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let text = format!("query {{ projects{arguments} {{ name title description }} }}");
        let found: Option<Vec<Project>> = self.ask(&json!({ "query": text }), "projects", true).await?;
        Ok(found.unwrap_or_default())
    }

    /// As [`ProjectClient::list`], page by page.
    pub fn pages(&self, query: ListQuery) -> Pages<'a, Project, u32, Error> {
        let service = *self;
        query.pages(move |page| async move { service.list(&page).await })
    }

    /// `POST graphql`, query `projectByName`: one project, where there is one of this name.
    pub async fn get_by_name(&self, name: &str) -> Result<Option<Project>> {
        let text = format!("query {{ projectByName(name: {}) {{ name title description }} }}", literal(name));
        self.ask(&json!({ "query": text }), "projectByName", true).await
    }

    /// `POST graphql`, mutation `createProject`: adds a project, or changes the one of its name.
    pub async fn create(&self, project: &NewProject) -> Result<Project> {
        let text =
            "mutation NewProject($input: CreateProjectInput!) { createProject(input: $input) { name } }";
        let body = json!({ "query": text, "variables": { "input": project } });
        self.ask(&body, "createProject", false).await
    }

    /// GraphQL tells of errors with the status 200.
    async fn ask<T: for<'de> Deserialize<'de>>(&self, body: &Value, name: &str, reads: bool) -> Result<T> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default)]
            data: Option<Map<String, Value>>,
            #[serde(default, deserialize_with = "null_as_default")]
            errors: Vec<Value>,
        }
        let request = self.client.post(Ok(self.client.root().literal("graphql")))?;
        let response = request.json(body).idempotent(reads).whole().await?;
        let head = response.head().clone();
        let answer: Answer = response.json().await?;
        if let Some(first) = answer.errors.first() {
            let text = first.get("message").and_then(Value::as_str).unwrap_or("an error without a message");
            return Err(Error::Api(head.service_error().with_message(without_tokens(text))));
        }
        let found = answer.data.and_then(|mut data| data.shift_remove(name)).unwrap_or_default();
        T::deserialize(found).map_err(|_| {
            let what = format!("the reply to {} holds no {name} that can be understood", head.request);
            auth_core::Error::new(auth_core::ErrorKind::Reply, what).into()
        })
    }
}

/// Text in a GraphQL document, which is written as in JSON.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Project {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A project that is to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewProject {
    /// By which it is to be found.
    pub name: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
