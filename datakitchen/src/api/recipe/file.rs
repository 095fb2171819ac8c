//! One file of a recipe: read, added, changed, deleted. Only the vendor's CLI uses these routes.

use auth_core::path;
use serde::Serialize;
use serde_json::{Value, json};

use super::RecipeHandle;
use crate::api::members::lenient;
use crate::error::Result;

lenient! {
    /// A file as one text.
    pub struct RecipeText {
        /// The text; of a file that is no text, base64.
        pub contents: String = "contents",
    }
}

/// A file that is written.
#[derive(Clone, Debug, Serialize)]
pub struct FileInputs {
    /// What is said about it in the history.
    pub message: String,
    /// Where it is in the recipe: `a/b.sql`.
    pub filepath: String,
    /// The text; of a file that is no text, base64.
    pub file: String,
}

impl FileInputs {
    /// A file with this text.
    pub fn new(filepath: impl Into<String>, file: impl Into<String>) -> Self {
        Self { message: String::new(), filepath: filepath.into(), file: file.into() }
    }
}

/// A file that was merged by hand, and the commits that it was made of.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MergeFileInputs {
    /// The commit of the recipe that was read.
    pub orig_head: String,
    /// The version of the file that was read.
    pub last_file_sha: String,
    /// The text.
    pub content: String,
}

impl RecipeHandle {
    /// `GET /v2/recipe/file/{kitchen}/{recipe}/{path}`: a file.
    pub async fn get_file(&self, path: &str) -> Result<RecipeText> {
        self.client().get(self.file_path(path!["v2/recipe/file"], path)).data().await
    }

    /// `PUT /v2/recipe/create/{kitchen}/{recipe}`: a new file. Unverified.
    pub async fn add_file(&self, file: &FileInputs) -> Result<()> {
        let (kitchen, recipe) = self.names();
        self.client().put(path!["v2/recipe/create", kitchen, recipe]).json(file).done().await
    }

    /// `POST /v2/recipe/update/{kitchen}/{recipe}`: another content of a file. Unverified; the vendor's SDK writes files
    /// as [`RecipeHandle::update_files`] does.
    pub async fn update_file(&self, file: &FileInputs) -> Result<()> {
        let (kitchen, recipe) = self.names();
        self.client().post(path!["v2/recipe/update", kitchen, recipe]).json(file).done().await
    }

    /// `DELETE /v2/recipe/delete/{kitchen}/{recipe}`: deletes a file. Unverified.
    pub async fn delete_file(&self, path: &str, message: &str) -> Result<()> {
        let (kitchen, recipe) = self.names();
        let request = self.client().delete(path!["v2/recipe/delete", kitchen, recipe]);
        request.json(&json!({ "message": message, "filepath": path })).done().await
    }

    /// `POST /v2/file/merge/{kitchen}/{recipe}/{path}`: a file that was merged by hand. Unverified: the shape of the
    /// reply is unknown.
    pub async fn merge_file(&self, path: &str, inputs: &MergeFileInputs) -> Result<Value> {
        self.client().post(self.file_path(path!["v2/file/merge"], path)).json(inputs).data().await
    }

    /// `GET /v2/recipe/history/{kitchen}/{recipe}/{path}`: the newest changes of a file, `change_count` of them.
    /// Unverified: the shape of the reply is unknown.
    pub async fn get_history(&self, path: &str, change_count: u32) -> Result<Value> {
        let request = self.client().get(self.file_path(path!["v2/recipe/history"], path));
        request.query("change_count", change_count).data().await
    }
}
