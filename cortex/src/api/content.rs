//! Managed content: files that skills and people share (contract section 6.3).

mod folder;

use auth_core::lenient::readable_or_none;
use auth_core::{Error as CoreError, ErrorKind, Part, Path, Timestamp};
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::{PAGE, offset_pages};
use super::transfer::{Download, Upload};
use crate::client::Client;
use crate::error::Result;

service_client! {
    /// The managed content of the client's project: files that skills and people share.
    ///
    /// A key is the path of a file, as in `reports/2026/may.csv`: each part is percent-encoded, slashes at its ends do not
    /// count. The empty key and the parts `.`, `..` and the empty one are refused before anything is sent.
    pub struct ManagedContentClient, from Client::content
}

impl<'a> ManagedContentClient<'a> {
    /// `GET projects/{project}/content`: what there is.
    pub fn list(&self) -> ContentList<'a> {
        ContentList { client: self.client, prefix: None, limit: None, skip: 0 }
    }

    /// `GET projects/{project}/content/{key}`: fetches a file, into memory, as a stream or to a file.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// let bytes = client.content().download("myfile").bytes().await?;
    /// client.content().download("big.csv").to_file("big.csv").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self, key: impl Into<String>) -> Download<'a> {
        let key = key.into();
        let path = path(self.client, &key);
        Download::new(self.client, key, path)
    }

    /// `POST projects/{project}/content`: sends a file in a form (`multipart/form-data`). It is read while it is sent,
    /// and replaces what is there. Not repeated when its fate is unknown.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// use cortex::Upload;
    /// client.content().upload("notes/a.txt", Upload::bytes("hello").with_content_type("text/plain")).await?;
    /// client.content().upload("big.csv", Upload::file("big.csv").await?).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upload(&self, key: &str, upload: impl Into<Upload>) -> Result<UploadedContent> {
        let key = checked(key)?;
        let Upload { body, file_name, content_type } = upload.into();
        let file_name = file_name.unwrap_or_else(|| key.rsplit('/').next().unwrap_or(key).to_owned());
        let content = Part::new("content", body).with_file_name(file_name).with_content_type(content_type);
        let form = vec![Part::new("key", auth_core::Body::bytes(key.to_owned())), content];
        self.client.post(project_path![self, "content"])?.multipart(form).data().await
    }

    /// `POST projects/{project}/content/{key}`: sends a file as it is, without a form around it, for very large files.
    /// Not repeated when its fate is unknown.
    pub async fn upload_streaming(&self, key: &str, upload: impl Into<Upload>) -> Result<UploadedContent> {
        let Upload { body, file_name: _, content_type } = upload.into();
        let request = self.client.post(path(self.client, key))?;
        request.header(CONTENT_TYPE, content_type).body(body).data().await
    }

    /// `HEAD projects/{project}/content/{key}`: whether there is such a file. Anything but a clear answer is an error.
    pub async fn exists(&self, key: &str) -> Result<bool> {
        let path = path(self.client, key)?;
        match self.client.session.request(http::Method::HEAD, Ok(path)).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// `DELETE projects/{project}/content/{key}`: removes a file.
    pub async fn delete(&self, key: &str) -> Result<()> {
        self.client.delete(path(self.client, key))?.done().await
    }
}

/// A list that is being put together; see [`ManagedContentClient::list`].
#[derive(Clone, Debug)]
#[must_use = "nothing is asked before `send` or `pages`"]
pub struct ContentList<'a> {
    client: &'a Client,
    prefix: Option<String>,
    limit: Option<u32>,
    skip: u32,
}

impl<'a> ContentList<'a> {
    /// Only keys that begin so.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// At most so many entries, or, for [`ContentList::pages`], so many a page. 0 is no limit.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = (limit > 0).then_some(limit);
        self
    }

    /// Without the first so many entries.
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// The entries, in one request.
    pub async fn send(self) -> Result<Vec<ContentEntry>> {
        self.client
            .get(project_path![self, "content"])?
            .query_opt("filter", self.prefix)
            .query_opt("limit", self.limit)
            .query_opt("skip", (self.skip > 0).then_some(self.skip))
            .data()
            .await
    }

    /// All entries, fetched page by page while they are read. The cursor is the number of entries before a page.
    pub fn pages(self) -> auth_core::Pages<'a, ContentEntry, u32, crate::Error> {
        let limit = self.limit.unwrap_or(PAGE);
        let skip = self.skip;
        offset_pages(limit, skip, move |skip| self.clone().limit(limit).skip(skip).send())
    }
}

/// A file of the managed content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ContentEntry {
    /// Its key.
    pub key: String,
    /// How large it is, in bytes.
    #[serde(default, deserialize_with = "readable_or_none")]
    pub size: Option<u64>,
    /// Its content type.
    #[serde(default)]
    pub content_type: Option<String>,
    /// When it was last changed, where the cluster tells it in the form of RFC 3339.
    #[serde(default, deserialize_with = "readable_or_none")]
    pub last_modified: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the cluster says of a file that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Said")]
#[non_exhaustive]
pub struct UploadedContent {
    /// Its key.
    #[serde(rename = "Key")]
    pub key: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The file is there by now: whatever the cluster says of it is taken, both spellings of its key at once too.
#[derive(Deserialize)]
struct Said(Map<String, Value>);

impl From<Said> for UploadedContent {
    fn from(Said(mut extra): Said) -> Self {
        let spelling = ["Key", "key"].into_iter().find(|name| extra.get(*name).is_some_and(Value::is_string));
        let key = spelling.and_then(|name| extra.shift_remove(name)).and_then(|key| match key {
            Value::String(key) => Some(key),
            _ => None,
        });
        Self { key, extra }
    }
}

/// The path of a file.
fn path(client: &Client, key: &str) -> Result<Path> {
    Ok(client.project_root()?.literal("content").segments("key", checked(key)?)?)
}

/// A key without slashes at its ends, if it names something: without a part the key would name the whole collection,
/// or a file beside it.
fn checked(key: &str) -> Result<&str> {
    let key = key.trim_matches('/');
    let invalid = |why: &str| {
        Err(CoreError::new(ErrorKind::InvalidInput, format!("the key {why}, and cannot name any content"))
            .into())
    };
    if key.is_empty() {
        return invalid("is empty");
    }
    if key.contains("//") {
        return invalid("has an empty part");
    }
    // The same check as for a path, for keys that travel in a form.
    Path::ROOT.segments("key", key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_unknown_is_kept() {
        let reply = json!({"Key": "pre/a.csv", "Size": 123, "ContentType": "text/csv", "LastModified": "2023-01-24T10:21:01.347Z", "ETag": "e"});
        let entry: ContentEntry = serde_json::from_value(reply.clone()).unwrap();
        assert_eq!((entry.size, &entry.extra["ETag"]), (Some(123), &json!("e")));
        assert_eq!(serde_json::to_value(entry).unwrap(), reply);
        assert!(serde_json::from_value::<ContentEntry>(json!({"Key": "k"})).is_ok());
        let uploaded: UploadedContent = serde_json::from_value(json!({"success": true})).unwrap();
        assert_eq!((uploaded.key, &uploaded.extra["success"]), (None, &json!(true)));
        for (reply, key) in [
            (json!({"Key": "a", "key": "b"}), Some("a")),
            (json!({"key": "b"}), Some("b")),
            (json!({"Key": null, "key": "b"}), Some("b")),
            (json!({"Key": 1}), None),
        ] {
            let uploaded: UploadedContent = serde_json::from_value(reply.clone()).unwrap();
            assert_eq!(uploaded.key.as_deref(), key, "{reply}");
        }
        let uploaded: UploadedContent = serde_json::from_value(json!({"key": "b", "x": 1})).unwrap();
        assert_eq!(serde_json::to_value(uploaded).unwrap(), json!({"Key": "b", "x": 1}));
    }

    #[test]
    fn what_cannot_be_read_of_an_entry_does_not_cost_the_list() {
        let reply = json!([
            {"Key": "a", "LastModified": "Tue, 24 Jan 2023 10:21:01 GMT", "Size": "12 kB"},
            {"Key": "b", "LastModified": null, "Size": null},
        ]);
        let entries: Vec<ContentEntry> = serde_json::from_value(reply).unwrap();
        assert!(entries.iter().all(|entry| entry.last_modified.is_none() && entry.size.is_none()));
    }

    #[test]
    fn keys_that_name_nothing_or_something_else_are_refused() {
        for key in ["", "/", "//", ".", "..", "a/../b", "../../p2/content/x", "a//b", "a/./b", "%2e%2E/a"] {
            assert!(checked(key).is_err(), "{key}");
        }
        assert_eq!(checked("/a/b c/").unwrap(), "a/b c");
    }

    proptest! {
        #[test]
        fn a_key_never_leaves_the_collection(key in "\\PC{0,20}|[./%2eE]{0,12}") {
            if let Ok(key) = checked(&key) {
                let path = Path::ROOT.literal("projects/p/content").segments("key", key).unwrap();
                let url = url::Url::parse("https://h/").unwrap().join(path.encoded()).unwrap();
                prop_assert!(url.path().strip_prefix("/projects/p/content/").is_some_and(|rest| !rest.is_empty()));
                prop_assert!(url.query().is_none() && url.fragment().is_none());
            }
        }
    }
}
