//! What can be done with the objects of every class (contract section 6.1). `{collection}` stands for the class's path.

use std::fmt;
use std::marker::PhantomData;

use auth_core::{Path, ServiceError};
use http::{Method, StatusCode};
use serde_json::Value;

use super::resource::Single;
use super::{Catalog, Class, Deletable, Document, Editable, Filter, Search};
use crate::client::Request;
use crate::error::{Error, Result};

/// The objects of a class; see [`Catalog`].
pub struct Collection<'a, T> {
    pub(super) catalog: Catalog<'a>,
    class: PhantomData<fn() -> T>,
}

impl<'a, T: Class> Collection<'a, T> {
    pub(super) fn new(catalog: Catalog<'a>) -> Self {
        Self { catalog, class: PhantomData }
    }

    /// `GET /{collection}/{id}`: an object; `None` when there is no such one, or none that the user may see.
    pub async fn get(&self, id: &str) -> Result<Option<Document<T>>> {
        match self.one(Method::GET, id).data::<Single>().await {
            Ok(found) => Document::of_single(found).map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `PUT /{collection}`: the objects with these ids, in the catalog's order. It is an error ([`Error::is_not_found`])
    /// when one is missing.
    pub async fn get_many(&self, ids: &[&str]) -> Result<Vec<Document<T>>> {
        let found = self.find_many(ids).await?;
        let missing: Vec<&str> =
            ids.iter().copied().filter(|id| !found.iter().any(|object| object.id() == *id)).collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let error = ServiceError::new(StatusCode::NOT_FOUND, format!("PUT {}", T::PATH));
        Err(Error::Platform(error.with_message(format!("Objects not found for ids: {}", missing.join(", ")))))
    }

    /// `PUT /{collection}`: those objects with these ids that there are.
    pub async fn find_many(&self, ids: &[&str]) -> Result<Vec<Document<T>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.search().for_ids(ids).collect().await
    }

    /// `GET /{collection}/{id}`: an object, or a new one with this id when there is none. Nothing is created before it
    /// is saved.
    pub async fn get_or_create(&self, id: &str) -> Result<Document<T>> {
        Ok(self.get(id).await?.unwrap_or_else(|| Document::new(id)))
    }

    /// `HEAD /{collection}/{id}`: whether there is such an object that the user may see.
    pub async fn exists(&self, id: &str) -> Result<bool> {
        match self.catalog.request(Method::HEAD, path_of::<T>(id)).done().await {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// `PUT /{collection}`: the objects that conditions hold for.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::prop;
    ///
    /// let core = client.catalog().products().search().filter(prop("is_core").eq(true)).sort("-created");
    /// for product in core.limit(10).collect().await? {
    ///     println!("{}", product.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self) -> Search<'a, T> {
        Search::new(self.catalog)
    }

    /// `GET /{collection}/{id}`: reads the object anew. Changes that are not saved are an error, and stay. An object
    /// that is gone is an error ([`Error::is_not_found`]) and [`State::Deleted`](super::State::Deleted) from then on.
    pub async fn reload(&self, object: &mut Document<T>) -> Result<()> {
        object.needs_unmodified()?;
        let request = self.one(Method::GET, object.id());
        self.answer(request, object).await
    }

    /// A request for one object, with what comes along.
    pub(super) fn one(&self, method: Method, id: &str) -> Request<'a> {
        self.catalog.request(method, path_of::<T>(id)).query_opt("include", T::INCLUDE)
    }

    /// Sends it; the answer is what the object is from now on.
    pub(super) async fn answer(&self, request: Request<'_>, object: &mut Document<T>) -> Result<()> {
        match request.data::<Single>().await {
            Ok(found) => *object = Document::of_single(found)?,
            Err(error) => {
                if error.is_not_found() {
                    object.mark_deleted();
                }
                return Err(error);
            }
        }
        Ok(())
    }
}

impl<T: Editable> Collection<'_, T> {
    /// `POST /{collection}`: creates a new object. It is then as the catalog has it, which may have given it another id.
    pub async fn create(&self, object: &mut Document<T>) -> Result<()> {
        let body = object.to_create()?;
        let request = self.catalog.request(Method::POST, Ok(Path::ROOT.literal(T::PATH)));
        let created: Single = request.query_opt("include", T::INCLUDE).json(&body).data().await?;
        *object = Document::of_single(created)?;
        Ok(())
    }

    /// `PATCH /{collection}/{id}` with the attributes that were changed; nothing is sent when none was. A new object is
    /// created instead.
    pub async fn save(&self, object: &mut Document<T>) -> Result<()> {
        if object.state() == super::State::Unsaved {
            return self.create(object).await;
        }
        let Some(body) = object.to_change()? else { return Ok(()) };
        self.answer(self.one(Method::PATCH, object.id()).json(&body), object).await
    }
}

impl<T: Deletable> Collection<'_, T> {
    /// `DELETE /{collection}/{id}`: deletes an object; `false` when there was none. It is sent once: a second one would
    /// find nothing, and say so of an object that the first has deleted.
    pub async fn delete(&self, id: &str) -> Result<bool> {
        let request = self.catalog.request(Method::DELETE, path_of::<T>(id)).idempotent(false);
        match request.done().await {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The path of an object. The slashes in an id stay, all else is percent-encoded.
fn path_of<T: Class>(id: &str) -> auth_core::Result<Path> {
    with_id(Path::ROOT.literal(T::PATH), id)
}

pub(super) fn with_id(path: Path, id: &str) -> auth_core::Result<Path> {
    let ends = id.is_empty() || id.starts_with('/') || id.ends_with('/');
    let path = match id {
        // `segment` says what is wrong with an empty one.
        _ if ends => path.segment("id", ""),
        // An empty part is a part of the id, and must not get lost.
        id if id.contains("//") => id.split('/').try_fold(path, |path, part| match part {
            "" => Ok(path.literal("")),
            part => path.segment("id", part),
        }),
        id => path.segments("id", id),
    };
    path.map_err(|error| error.context(format!("the id `{id}` cannot be asked for")))
}

/// The condition that an object's id is one of these.
pub(super) fn ids(ids: &[&str]) -> Filter {
    Filter::eq("id", ids.iter().map(|id| Value::from(*id)).collect::<Value>())
}

impl<T> Clone for Collection<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Collection<'_, T> {}

impl<T: Class> fmt::Debug for Collection<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collection({})", T::PATH)
    }
}
