//! An object of the catalog as a program holds it: id, attributes, and what of them the catalog does not know yet.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use auth_core::{Error, ErrorKind};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::Class;
use super::class::{REDACTED, Wire};
use super::resource::{Resource, Single};
use crate::error::Result;

/// An object of the catalog: an id, and attributes that are read and set as fields.
///
/// ```
/// use descartes::api::{Document, Product, State};
///
/// let mut product = Document::<Product>::new("prod1");
/// product.name = Some("My product".into());
/// assert_eq!((product.id(), product.state()), ("prod1", State::Unsaved));
/// ```
#[derive(Clone, Debug)]
pub struct Document<T> {
    id: String,
    attributes: T,
    /// The attributes as the catalog has them.
    saved: Option<Box<T>>,
    deleted: bool,
    related: Vec<Arc<Resource>>,
}

/// Where an object stands between program and catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The catalog has never seen it.
    Unsaved,
    /// The catalog has it as it is.
    Saved,
    /// The catalog has it with other attributes.
    Modified,
    /// The catalog has it no more.
    Deleted,
}

impl<T: Class> Document<T> {
    /// A new object. The catalog does not know it before it is saved.
    pub fn new(id: impl Into<String>) -> Self {
        Self::holding(id, T::default())
    }

    /// A new object with these attributes.
    pub(super) fn holding(id: impl Into<String>, attributes: T) -> Self {
        Self { id: id.into(), attributes, saved: None, deleted: false, related: Vec::new() }
    }

    /// What the catalog answered.
    pub(super) fn of(mut resource: Resource, included: &[Arc<Resource>]) -> Result<Self> {
        let related = resource.related(included);
        resource.attributes.retain(|name, _| !T::HIDDEN.contains(&name.as_str()));
        let attributes: T = read(resource.attributes).map_err(|_| {
            let what =
                format!("the attributes of the {} {} are not what they should be", T::TYPE, resource.id);
            Error::new(ErrorKind::Reply, what)
        })?;
        let saved = Some(Box::new(attributes.clone()));
        Ok(Self { id: resource.id, attributes, saved, deleted: false, related })
    }

    pub(super) fn of_single(single: Single) -> Result<Self> {
        Self::of(single.data, &single.included)
    }

    /// Its id. Empty where the catalog is to give one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it stands between program and catalog.
    pub fn state(&self) -> State {
        match &self.saved {
            _ if self.deleted => State::Deleted,
            None => State::Unsaved,
            Some(saved) if **saved == self.attributes => State::Saved,
            Some(_) => State::Modified,
        }
    }

    /// All attributes that have a value, by the names that they have on the wire. Secrets are `[REDACTED]`.
    pub fn serialize(&self) -> Map<String, Value> {
        to_map(&self.attributes)
    }

    /// All attributes that have a value, as they are sent.
    pub(super) fn wire(&self) -> Map<String, Value> {
        wire(&self.attributes)
    }

    /// The attributes that the catalog does not have as they are here. One that was taken away is `null`, and secrets
    /// are `[REDACTED]`.
    pub fn changes(&self) -> Map<String, Value> {
        let shown = self.serialize();
        let shown = |name: &String| shown.get(name).cloned().unwrap_or_default();
        self.wire_changes().into_iter().map(|(name, _)| (name.clone(), shown(&name))).collect()
    }

    fn wire_changes(&self) -> Map<String, Value> {
        let mut now = self.wire();
        let before = self.saved.as_deref().map(wire).unwrap_or_default();
        let gone = before.keys().filter(|name| !now.contains_key(*name)).cloned().collect::<Vec<_>>();
        now.retain(|name, value| before.get(name) != Some(value));
        now.extend(gone.into_iter().map(|name| (name, Value::Null)));
        now
    }

    /// Sets attributes by the names that they have on the wire, all or none. Nothing is sent.
    ///
    /// ```
    /// # use descartes::api::{Document, Product};
    /// # use serde_json::json;
    /// let mut product = Document::<Product>::new("prod1");
    /// product.update(json!({"name": "My product", "tags": ["a"]}))?;
    /// assert!(product.update(json!({"nmae": "My product"})).is_err());
    /// # Ok::<(), descartes::Error>(())
    /// ```
    pub fn update(&mut self, attributes: impl Serialize) -> Result<()> {
        let Ok(Value::Object(changes)) = serde_json::to_value(attributes) else {
            return Err(invalid("the attributes to set are not a JSON object"));
        };
        // What does not fit is named, and not shown: it may be a secret.
        let fits = |name: &str, value: &Value| serde_json::from_value::<T>(json!({ name: value })).is_ok();
        if let Some((name, _)) = changes.iter().find(|(name, value)| !fits(name, value)) {
            return Err(invalid(&format!("that is no value for the attribute `{name}` of a {}", T::TYPE)));
        }
        let mut all = self.wire();
        all.extend(changes);
        let updated: T =
            read(all).map_err(|_| invalid(&format!("the attributes do not fit into a {}", T::TYPE)))?;
        let before = self.attributes.extra();
        if let Some(name) = updated.extra().keys().find(|name| !before.contains_key(*name)) {
            return Err(invalid(&format!("a {} has no attribute `{name}`", T::TYPE)));
        }
        self.attributes = updated;
        Ok(())
    }

    /// Takes back what the catalog does not know.
    pub fn discard_changes(&mut self) {
        if let Some(saved) = &self.saved {
            self.attributes = T::clone(saved);
        }
    }

    /// The body that creates it.
    pub(super) fn to_create(&self) -> Result<Value> {
        if self.saved.is_some() || self.deleted {
            return Err(invalid(&format!("the {} {} is in the catalog already", T::TYPE, self.id)));
        }
        let mut attributes = self.wire();
        attributes.retain(|name, _| !T::READ_ONLY.contains(&name.as_str()));
        Ok(self.body(attributes))
    }

    /// The body that changes it; `None` when there is nothing to change.
    pub(super) fn to_change(&self) -> Result<Option<Value>> {
        self.needs_saved()?;
        let changes = self.wire_changes();
        let fixed =
            |name: &&String| T::READ_ONLY.contains(&name.as_str()) || T::FIXED.contains(&name.as_str());
        if let Some(name) = changes.keys().find(fixed) {
            let what = format!("the attribute `{name}` of the {} {} cannot be changed", T::TYPE, self.id);
            return Err(invalid(&what));
        }
        Ok((!changes.is_empty()).then(|| self.body(changes)))
    }

    fn body(&self, attributes: Map<String, Value>) -> Value {
        let mut data = json!({"type": T::TYPE, "attributes": attributes});
        if !self.id.is_empty() {
            data["id"] = self.id.as_str().into();
        }
        json!({ "data": data })
    }

    /// That the catalog has it.
    pub(super) fn needs_saved(&self) -> Result<()> {
        match self.state() {
            State::Saved | State::Modified => Ok(()),
            State::Unsaved => Err(invalid(&format!("this {} has not been saved yet", T::TYPE))),
            State::Deleted => Err(invalid(&format!("the {} {} was deleted", T::TYPE, self.id))),
        }
    }

    /// That nothing here would be lost.
    pub(super) fn needs_unmodified(&self) -> Result<()> {
        self.needs_saved()?;
        match self.state() {
            State::Modified => Err(invalid(&format!(
                "the {} {} has changes that are not saved: save them, or discard them",
                T::TYPE,
                self.id
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn mark_deleted(&mut self) {
        self.deleted = true;
    }

    /// The objects of another class that came along with it.
    pub(super) fn related<R: Class>(&self) -> Result<Vec<Document<R>>> {
        let ours = self.related.iter().filter(|resource| resource.class == R::TYPE);
        ours.map(|resource| Document::of(Resource::clone(resource), &[])).collect()
    }
}

/// Attributes from their names and values. A value that does not fit is kept among the extra ones, so that one such
/// value does not cost the other attributes, and the other objects of a page.
fn read<T: Class>(attributes: Map<String, Value>) -> serde_json::Result<T> {
    if let Ok(all) = T::deserialize(&attributes) {
        return Ok(all);
    }
    let fits = |name: &str, value: &Value| T::deserialize(json!({ name: value })).is_ok();
    let (fit, unfit): (Map<_, _>, Map<_, _>) =
        attributes.into_iter().partition(|(name, value)| fits(name, value));
    let mut read = T::deserialize(Value::Object(fit))?;
    for (name, value) in unfit {
        tracing::warn!(class = T::TYPE, attribute = name, "an attribute is not what it should be");
        let is_secret = T::SECRET.contains(&name.as_str());
        read.extra_mut().insert(name, if is_secret { REDACTED.into() } else { value });
    }
    Ok(read)
}

/// As it is shown. What was set as a field comes before what could not be read of it.
fn to_map<T: Class>(attributes: &T) -> Map<String, Value> {
    let mut known = attributes.clone();
    let extra = std::mem::take(known.extra_mut());
    let Ok(Value::Object(mut map)) = serde_json::to_value(known) else { return Map::new() };
    for (name, value) in extra {
        map.entry(name).or_insert(value);
    }
    map
}

/// As it is sent.
fn wire<T: Class>(attributes: &T) -> Map<String, Value> {
    let mut wire = Wire(to_map(attributes));
    attributes.reveal(&mut wire);
    wire.0
}

fn invalid(what: &str) -> crate::error::Error {
    Error::new(ErrorKind::InvalidInput, what).into()
}

impl<T> Deref for Document<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.attributes
    }
}

impl<T> DerefMut for Document<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.attributes
    }
}

/// By id and attributes.
impl<T: PartialEq> PartialEq for Document<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.attributes == other.attributes
    }
}

/// As one flat object: the id, and the attributes beside it. Secrets are `[REDACTED]`.
impl<T: Class> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let id = std::iter::once(("id".to_owned(), self.id.as_str().into()));
        serializer.collect_map(id.chain(to_map(&self.attributes)))
    }
}
