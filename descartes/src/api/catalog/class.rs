//! What tells one class of objects of the catalog from another. All else is the same for each, and is written once:
//! in [`Document`](super::Document), [`Collection`](super::Collection) and [`Search`](super::Search).

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Subject;

/// A class of objects of the catalog, by the struct of its attributes.
pub trait Class:
    Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// How documents call it.
    const TYPE: &'static str;
    /// Where its objects are, below the catalog's URL.
    const PATH: &'static str;
    /// What comes along with each object.
    const INCLUDE: Option<&'static str> = None;
    /// The attributes that the platform sets. They are never sent.
    const READ_ONLY: &'static [&'static str] = &["created", "modified"];
    /// The attributes that cannot be changed once the object is there.
    const FIXED: &'static [&'static str] = &[];
    /// The attributes that are not kept: URLs by which anybody may write.
    const HIDDEN: &'static [&'static str] = &[];
    /// The attributes that hold secrets. Where one cannot be read, it is not kept.
    const SECRET: &'static [&'static str] = &[];
    /// Whether a search must name the product.
    const OF_A_PRODUCT: bool = false;

    /// The attributes that this version does not know, or cannot read.
    fn extra(&self) -> &Map<String, Value>;

    /// The same, to be changed.
    fn extra_mut(&mut self) -> &mut Map<String, Value>;

    /// Fills the secrets into what is sent.
    #[doc(hidden)]
    fn reveal(&self, _wire: &mut Wire) {}
}

/// How a secret is shown.
pub(super) const REDACTED: &str = "[REDACTED]";

/// Attributes as they are sent, secrets included. Nobody outside can make one, so nobody outside sees them.
#[derive(Default)]
pub struct Wire(pub(super) Map<String, Value>);

/// A class whose objects are created and changed by users.
pub trait Editable: Class {}

/// A class whose objects are deleted one by one, at once. Blobs are deleted by a task, image uploads never.
pub trait Deletable: Class {}

/// A class whose objects have a place on the ground.
pub trait Located: Class {}

/// A class whose searches can be summed up.
pub trait Summarized: Located {
    /// What a summary says.
    type Summary: DeserializeOwned + Send + 'static;
    /// The time that the objects are counted by unless another is chosen.
    const DATE_FIELD: super::DateField;
}

/// A class whose objects have access lists.
pub trait Shared: Class {
    /// Who owns the object.
    fn owners(&self) -> &[Subject];
    /// Who may read it.
    fn readers(&self) -> &[Subject];
    /// Who may change it.
    fn writers(&self) -> &[Subject];
}

/// The attributes of a class: each may be absent, and what this version does not know is kept. The word before
/// `struct` says which attributes come beside those that are listed: `common` has tags and so on, `shared` has access
/// lists too, `plain` has none.
macro_rules! attributes {
    ($(#[$doc:meta])* pub plain struct $class:ident {
        $($(#[$about:meta])* $field:ident: $type:ty,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub struct $class {
            $(
                $(#[$about])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )+
            /// Attributes that this version does not know, or cannot read.
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }
    };
    ($(#[$doc:meta])* pub common struct $class:ident { $($fields:tt)+ }) => {
        attributes! {
            $(#[$doc])*
            pub plain struct $class {
                $($fields)+
                /// Words that it is found by: up to 32.
                tags: Vec<String>,
                /// What its owners note beside: up to 50 texts and numbers by name.
                extra_properties: serde_json::Map<String, serde_json::Value>,
                /// When it was created. The platform sets it.
                created: auth_core::Timestamp,
                /// When it was last changed. The platform sets it.
                modified: auth_core::Timestamp,
            }
        }
    };
    ($(#[$doc:meta])* pub shared struct $class:ident { $($fields:tt)+ }) => {
        attributes! {
            $(#[$doc])*
            pub common struct $class {
                $($fields)+
                /// Who owns it.
                owners: Vec<crate::api::Subject>,
                /// Who may read it.
                readers: Vec<crate::api::Subject>,
                /// Who may change it.
                writers: Vec<crate::api::Subject>,
            }
        }

        impl crate::api::Shared for $class {
            fn owners(&self) -> &[crate::api::Subject] {
                self.owners.as_deref().unwrap_or_default()
            }
            fn readers(&self) -> &[crate::api::Subject] {
                self.readers.as_deref().unwrap_or_default()
            }
            fn writers(&self) -> &[crate::api::Subject] {
                self.writers.as_deref().unwrap_or_default()
            }
        }
    };
}
pub(super) use attributes;

/// What makes attributes a class: `TYPE` at `PATH`, what differs from the usual, and the properties that it has.
macro_rules! class {
    ($class:ident: $type:literal at $path:literal $({ $($differs:tt)* })?, $($property:ident),*) => {
        impl crate::api::Class for $class {
            const TYPE: &'static str = $type;
            const PATH: &'static str = $path;
            $($($differs)*)?

            fn extra(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut serde_json::Map<String, serde_json::Value> {
                &mut self.extra
            }
        }

        $(impl crate::api::$property for $class {})*
    };
}
pub(super) use class;
