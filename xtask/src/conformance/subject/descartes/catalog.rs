//! The catalog behind the names of its rows. What every class has is written once; `attributes` are those of a document.

use descartes::api::{
    Bound, Catalog, Class, Collection, DateField, Document, Editable, Geometry, Interval, Located, Search,
    Summarized, SummaryInterval,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::{Options, misused, unknown, value};
use super::filters::filter_of;
use super::{blobs, of, shown};
use crate::conformance::record::Failed;

/// Calls an operation of a service whose name begins with `catalog_`.
pub(super) async fn dispatch(
    catalog: Catalog<'_>,
    service: &str,
    operation: &str,
    args: Options,
) -> Result<Value, Failed> {
    match service {
        "catalog_search" if operation == "count" => {
            shown(narrowed(catalog.products().search(), args)?.count().await)
        }
        "catalog_search" => found(catalog.products().search(), args).await,
        "catalog_products" => products(catalog, operation, args).await,
        "catalog_bands" => common(catalog.bands(), operation, args).await,
        "catalog_images" => placed(catalog.images(), operation, args).await,
        "catalog_blobs" => blobs::dispatch(catalog.blobs(), operation, args).await,
        _ => Err(unknown(&format!("{service}.{operation}"))),
    }
}

async fn products(catalog: Catalog<'_>, operation: &str, mut args: Options) -> Result<Value, Failed> {
    let products = catalog.products();
    match operation {
        "get_band" | "get_image" => {
            let (id, name): (String, String) = (args.need("id")?, args.need("name")?);
            args.end()?;
            match operation {
                "get_band" => optional(products.get_band(&id, &name).await),
                _ => optional(products.get_image(&id, &name).await),
            }
        }
        "bands" | "images" | "image_uploads" => {
            let id: String = args.need("id")?;
            match operation {
                "bands" => found(products.bands(&id), args).await,
                "images" => found(products.images(&id), args).await,
                _ => found(products.image_uploads(&id), args).await,
            }
        }
        "namespace_id" => {
            let id: String = args.need("id")?;
            args.end()?;
            shown(products.namespace_id(&id).await)
        }
        _ => common(products, operation, args).await,
    }
}

/// What classes with a place and a summary have.
pub(super) async fn placed<T: Editable + Summarized>(
    objects: Collection<'_, T>,
    operation: &str,
    mut args: Options,
) -> Result<Value, Failed>
where
    T::Summary: Serialize,
{
    match operation {
        "search" | "intersects" => found(there(objects.search(), &mut args)?, args).await,
        "summary" => {
            let search = there(objects.search(), &mut args)?;
            shown(narrowed(search, args)?.summary().await)
        }
        "summary_interval" => {
            let by = SummaryInterval {
                field: args.take::<DateField>("field")?,
                start: bound(&mut args, "_start")?,
                end: bound(&mut args, "_end")?,
                ..SummaryInterval::every(args.need::<Interval>("interval")?)
            };
            let search = there(objects.search(), &mut args)?;
            shown(narrowed(search, args)?.summary_interval(by).await)
        }
        _ => common(objects, operation, args).await,
    }
}

/// What every class has.
async fn common<T: Editable>(
    objects: Collection<'_, T>,
    operation: &str,
    mut args: Options,
) -> Result<Value, Failed> {
    match operation {
        "search" => return found(objects.search(), args).await,
        "get_many" => {
            let ids: Vec<String> = args.need("ids")?;
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let ignore_missing: bool = args.take("ignore_missing")?.unwrap_or_default();
            args.end()?;
            return several(match ignore_missing {
                true => objects.find_many(&ids).await,
                false => objects.get_many(&ids).await,
            });
        }
        _ => {}
    }
    let id: String = args.take("id")?.unwrap_or_default();
    let attributes: Value = args.take("attributes")?.unwrap_or_else(|| json!({}));
    args.end()?;
    match operation {
        "get" => optional(objects.get(&id).await),
        "get_or_create" => object(&objects.get_or_create(&id).await.map_err(|error| of(&error))?),
        "exists" => shown(objects.exists(&id).await),
        "create" => {
            let mut new = new::<T>(&id, &attributes)?;
            objects.create(&mut new).await.map_err(|error| of(&error))?;
            object(&new)
        }
        "serialize" => value(new::<T>(&id, &attributes)?.serialize()),
        // The others need an object that is there.
        "reload" | "save" | "update" => {
            let mut known = known(objects, &id).await?;
            known.update(attributes).map_err(|error| of(&error))?;
            let done = match operation {
                "reload" => objects.reload(&mut known).await,
                "save" => objects.save(&mut known).await,
                _ => Ok(()),
            };
            done.map_err(|error| of(&error))?;
            object(&known)
        }
        _ => Err(unknown(operation)),
    }
}

/// A new object with these attributes.
pub(super) fn new<T: Class>(id: &str, attributes: &Value) -> Result<Document<T>, Failed> {
    let mut new = Document::<T>::new(id);
    new.update(attributes).map_err(|error| of(&error))?;
    Ok(new)
}

/// The object that a case says is there.
pub(super) async fn known<T: Class>(objects: Collection<'_, T>, id: &str) -> Result<Document<T>, Failed> {
    let known = objects.get(id).await.map_err(|error| of(&error))?;
    known.ok_or_else(|| misused(format!("there is no `{id}`")))
}

/// With the place that is asked for.
fn there<'a, T: Located>(search: Search<'a, T>, args: &mut Options) -> Result<Search<'a, T>, Failed> {
    let Some(place) = args.take::<Value>("intersects")? else { return Ok(search) };
    Ok(search.intersects(&Geometry::from_geojson(place).map_err(|error| of(&error))?))
}

/// With all else that is asked for.
fn narrowed<T: Class>(search: Search<'_, T>, mut args: Options) -> Result<Search<'_, T>, Failed> {
    let conditions: Vec<Value> = args.take("filter")?.unwrap_or_default();
    let search = conditions
        .iter()
        .try_fold(search, |search, condition| Ok::<_, Failed>(search.filter(filter_of(condition)?)))?;
    let search = args.take::<String>("text")?.iter().fold(search, |search, text| search.find_text(text));
    let search = args.take::<String>("sort")?.iter().fold(search, |search, field| search.sort(field));
    let search = args.take::<u64>("limit")?.into_iter().fold(search, Search::limit);
    args.end()?;
    Ok(search)
}

async fn found<T: Class>(search: Search<'_, T>, args: Options) -> Result<Value, Failed> {
    several(narrowed(search, args)?.collect().await)
}

fn bound(args: &mut Options, name: &str) -> Result<Bound, Failed> {
    match args.take::<String>(name)?.as_deref() {
        None => Ok(Bound::Usual),
        Some("") => Ok(Bound::Unbounded),
        Some(time) => time.parse().map(Bound::At).map_err(|_| misused(format!("`{name}` is no time"))),
    }
}

/// Id, attributes, and where it stands.
pub(super) fn object<T: Class>(document: &Document<T>) -> Result<Value, Failed> {
    let mut shown = value(document)?;
    shown["state"] = format!("{:?}", document.state()).to_lowercase().into();
    Ok(shown)
}

fn optional<T: Class>(found: descartes::Result<Option<Document<T>>>) -> Result<Value, Failed> {
    found.map_err(|error| of(&error))?.map_or(Ok(Value::Null), |found| object(&found))
}

fn several<T: Class>(found: descartes::Result<Vec<Document<T>>>) -> Result<Value, Failed> {
    found.map_err(|error| of(&error))?.iter().map(object).collect()
}
