//! Many files of a recipe at a time, as the vendor's SDK reads and writes them.

use std::collections::BTreeMap;

use auth_core::path;
use serde_json::{Map, Value, json};

use super::{Recipe, RecipeHandle};
use crate::error::{Changed, Result, invalid, unreadable};

/// The files of a recipe as they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipeFiles {
    /// Path below the recipe to content.
    pub files: BTreeMap<String, String>,
    /// Path to version.
    pub versions: BTreeMap<String, String>,
    /// The commit that they are of.
    pub orig_head: Option<String>,
}

/// What is written: the content of some files.
#[derive(Clone, Debug, Default)]
pub struct FileChanges {
    files: BTreeMap<String, String>,
    message: Option<String>,
    since: Option<RecipeFiles>,
}

impl FileChanges {
    /// No changes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a file, new or changed: its path below the recipe, and its content.
    pub fn file(mut self, path: impl Into<String>, content: impl Into<String>) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }

    /// With what is said in the history.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Only if these files are still as they were read. If one of them is not, nothing is sent, and the error is
    /// [`Error::Changed`](crate::Error::Changed).
    pub fn since(mut self, read: &RecipeFiles) -> Self {
        self.since = Some(read.clone());
        self
    }
}

impl RecipeHandle {
    /// `GET /v2/recipe/get/{kitchen}/{recipe}`: all files with their contents, as text. The vendor's SDK asks for the same
    /// by `POST` elsewhere ([`RecipeHandle::get`]).
    pub async fn get_files(&self) -> Result<RecipeFiles> {
        let recipe = self.read().await?;
        let mut read = RecipeFiles { orig_head: recipe.orig_head.clone(), ..RecipeFiles::default() };
        for (path, file) in recipe.files(&self.name)? {
            let content = file.content().ok_or_else(|| {
                unreadable(format!(
                    "the reply holds no content of the file {path} of the recipe {}",
                    self.name
                ))
            })?;
            read.files.insert(path.clone(), content.to_owned());
            if let Some(sha) = &file.sha {
                read.versions.insert(path, sha.clone());
            }
        }
        Ok(read)
    }

    /// `GET /v2/recipe/get/{kitchen}/{recipe}`: the files of some nodes, as text. A node that does not exist is an error.
    pub async fn get_node_files(&self, nodes: &[&str]) -> Result<BTreeMap<String, String>> {
        let mut files = self.get_files().await?.files;
        let is_of =
            |path: &str, node: &str| path.strip_prefix(node).is_some_and(|rest| rest.starts_with('/'));
        let missing = nodes.iter().filter(|node| !files.keys().any(|path| is_of(path, node)));
        let missing: Vec<&str> = missing.copied().collect();
        if !missing.is_empty() {
            let (kitchen, recipe) = self.names();
            return Err(invalid(format!("{kitchen}/{recipe} has no node {}", missing.join(", "))).into());
        }
        files.retain(|path, _| nodes.iter().any(|node| is_of(path, node)));
        Ok(files)
    }

    /// `GET /v2/recipe/get/{kitchen}/{recipe}`, then `POST /v2/recipe/update/{kitchen}/{recipe}`: writes files, all in one
    /// step. The first request finds out which of them are new, and whether somebody else changed one: see
    /// [`FileChanges::since`]. What the platform finds wrong with them is in [`Error::issues`](crate::Error::issues).
    pub async fn update_files(&self, changes: &FileChanges) -> Result<()> {
        if changes.files.is_empty() {
            return Err(invalid("no file is given to be written").into());
        }
        let recipe = self.read().await?;
        let known = recipe.files(&self.name)?;
        if let Some(since) = &changes.since {
            let now = |path: &str| known.get(path).and_then(|file| file.content());
            let is_theirs = |path: &&String| now(path) != since.files.get(*path).map(String::as_str);
            let theirs: Vec<String> = changes.files.keys().filter(is_theirs).cloned().collect();
            if !theirs.is_empty() {
                let (kitchen, recipe) = self.names();
                return Err(Changed::of(format!("files of {kitchen}/{recipe}"), theirs));
            }
        }
        let files = changes.files.iter().map(|(path, contents)| {
            (path.clone(), json!({ "contents": contents, "isNew": !known.contains_key(path) }))
        });
        let names = || changes.files.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        self.write(files.collect(), changes.message.clone().unwrap_or_else(|| format!("Update {}", names())))
            .await
    }

    /// `POST /v2/recipe/update/{kitchen}/{recipe}`: deletes files, all in one step.
    pub async fn delete_files(&self, paths: &[&str]) -> Result<()> {
        if paths.is_empty() {
            return Err(invalid("no file is given to be deleted").into());
        }
        let files = paths.iter().map(|path| ((*path).to_owned(), json!({})));
        self.write(files.collect(), format!("Delete {}", paths.join(", "))).await
    }

    async fn read(&self) -> Result<Recipe> {
        let (kitchen, recipe) = self.names();
        self.client().get(path!["v2/recipe/get", kitchen, recipe]).data().await
    }

    async fn write(&self, files: Map<String, Value>, message: String) -> Result<()> {
        let (kitchen, recipe) = self.names();
        let request = self.client().post(path!["v2/recipe/update", kitchen, recipe]);
        let body = json!({ "skipFormat": true, "skipCompile": true, "files": files, "message": message });
        request.json(&body).done().await
    }
}
