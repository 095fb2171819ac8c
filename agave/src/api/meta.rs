//! Metadata and its schemata (contract section 6.2).

use auth_core::Timestamp;
use serde_json::Value;

use super::List;
use super::links::Links;
use super::model::{input, model};
use super::operations::operations;
use super::permissions::{NewPermission, UserPermission};
use crate::client::Client;

auth_core::service! {
    /// Metadata: JSON documents with a name, tied to whatever has a uuid.
    pub struct Meta, from Client::meta
}

operations! { impl Meta {
    /// the documents that the caller may see; see [`List::q`] for queries.
    fn list_metadata() -> List<Metadata> = GET "/meta/v2/data";
    /// adds a document.
    fn add_metadata(metadata: &NewMetadata) -> Metadata = POST "/meta/v2/data";
    /// a document.
    fn get_metadata(uuid) -> Metadata = GET "/meta/v2/data/{uuid}";
    /// replaces a document.
    fn update_metadata(uuid, metadata: &NewMetadata) -> Metadata = POST "/meta/v2/data/{uuid}";
    /// deletes a document.
    fn delete_metadata(uuid) = DELETE "/meta/v2/data/{uuid}";
    /// adds documents. The service's answer was not seen: its description says text.
    fn bulk_create(documents: &[NewMetadata]) -> Value = POST "/meta/v2/bulk/create";
    /// changes documents, as the service describes changes. Neither them nor its answer was seen.
    fn bulk_update(changes: &[Value]) -> Value = POST "/meta/v2/bulk/update";
    /// deletes documents, as the service describes them. Neither that nor its answer was seen.
    fn bulk_delete(documents: &[Value]) -> Value = POST "/meta/v2/bulk/delete";
    /// who may do what with a document.
    fn list_metadata_permissions(uuid) -> List<UserPermission> = GET "/meta/v2/data/{uuid}/pems";
    /// gives a user a permission.
    fn update_metadata_permissions(uuid, permission: &NewPermission) -> Vec<UserPermission> =
        POST "/meta/v2/data/{uuid}/pems";
    /// takes all permissions from all users but the owner.
    fn delete_metadata_permission(uuid) = DELETE "/meta/v2/data/{uuid}/pems";
    /// what a user may do with a document.
    fn list_metadata_permissions_for_user(uuid, username) -> Vec<UserPermission> =
        GET "/meta/v2/data/{uuid}/pems/{username}";
    /// gives a user a permission. The name in the path counts.
    fn update_metadata_permissions_for_user(uuid, username, permission: &NewPermission) -> Vec<UserPermission> =
        POST "/meta/v2/data/{uuid}/pems/{username}";
    /// takes all permissions from a user.
    fn delete_metadata_permissions_for_user(uuid, username) = DELETE "/meta/v2/data/{uuid}/pems/{username}";
    /// the schemata that the caller may see; see [`List::q`] for queries. (The official SDK wants a `uuid`, and does not
    /// send it.)
    fn search_schema() -> List<MetadataSchema> = GET "/meta/v2/schemas";
    /// adds a schema, in the notation of JSON Schema.
    fn add_schema(schema: &Value) -> MetadataSchema = POST "/meta/v2/schemas";
    /// a schema.
    fn get_schema(uuid) -> MetadataSchema = GET "/meta/v2/schemas/{uuid}";
    /// replaces a schema.
    fn update_schema(uuid, schema: &Value) -> MetadataSchema = POST "/meta/v2/schemas/{uuid}";
    /// deletes a schema.
    fn delete_schema(uuid) = DELETE "/meta/v2/schemas/{uuid}";
    /// who may do what with a schema.
    fn list_schema_permissions(uuid) -> List<UserPermission> = GET "/meta/v2/schemas/{uuid}/pems";
    /// gives a user a permission.
    fn update_schema_permissions(uuid, permission: &NewPermission) -> Vec<UserPermission> =
        POST "/meta/v2/schemas/{uuid}/pems";
    /// takes all permissions from all users but the owner.
    fn delete_schema_permissions(uuid) = DELETE "/meta/v2/schemas/{uuid}/pems";
    /// what a user may do with a schema.
    fn list_schema_permissions_for_user(uuid, username) -> Vec<UserPermission> =
        GET "/meta/v2/schemas/{uuid}/pems/{username}";
    /// gives a user a permission. The name in the path counts.
    fn update_schema_permissions_for_user(uuid, username, permission: &NewPermission) -> Vec<UserPermission> =
        POST "/meta/v2/schemas/{uuid}/pems/{username}";
    /// takes all permissions from a user.
    fn delete_schema_permissions_for_user(uuid, username) = DELETE "/meta/v2/schemas/{uuid}/pems/{username}";
} }

impl List<'_, Metadata> {
    /// Only what a query finds, in MongoDB's notation: `json!({"name": "sample", "value.depth": {"$gt": 3}})`.
    pub fn q(self, query: &Value) -> Self {
        self.query("q", query)
    }

    /// Whether administrators see everybody's documents.
    pub fn privileged(self, privileged: bool) -> Self {
        self.query("privileged", privileged)
    }
}

impl List<'_, MetadataSchema> {
    /// Only what a query finds, in MongoDB's notation.
    pub fn q(self, query: &Value) -> Self {
        self.query("q", query)
    }
}

model! {
    /// A document.
    pub struct Metadata {
        /// The id.
        uuid: String,
        /// The name. Several may have the same.
        name: Option<String>,
        /// What it says: any JSON.
        value: Value,
        /// The schema that it keeps to.
        schema_id: Option<String>,
        /// The uuids of what it is about.
        association_ids: Vec<String>,
        /// Who owns it.
        owner: Option<String>,
        /// For whom the owner made it.
        internal_username: Option<String>,
        /// When it was added.
        created: Option<Timestamp>,
        /// When it was last changed.
        last_updated: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

input! {
    /// A document that is to be added, or to replace another.
    pub struct NewMetadata {
        /// The name. Several may have the same.
        name: String,
        /// What it says: any JSON.
        value: Value,
        ;
        /// The schema that it keeps to.
        schema_id: Option<String>,
        /// The uuids of what it is about.
        association_ids: Option<Vec<String>>,
    }
}

model! {
    /// A schema of documents.
    pub struct MetadataSchema {
        /// The id.
        uuid: String,
        /// The schema, in the notation of JSON Schema.
        schema: Value,
        /// Who owns it.
        owner: Option<String>,
        /// For whom the owner made it.
        internal_username: Option<String>,
        /// When it was added.
        created: Option<Timestamp>,
        /// When it was last changed.
        last_updated: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}
