//! What the `api` rooms of the vendor crates are written with: services of a client, and enums that stay open.

/// A service of a vendor's client: a handle that borrows the client, and the client's method that gives it.
///
/// ```
/// # pub struct Client;
/// auth_core::service! {
///     /// Projects and their batches.
///     pub struct Projects, from Client::projects
/// }
///
/// impl Projects<'_> {
///     // Typed calls, with `self.client`.
/// }
/// # let client = Client;
/// # let _ = client.projects();
/// ```
#[macro_export]
macro_rules! service {
    ($(#[$doc:meta])* pub struct $service:ident, from $client:ident::$method:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $service<'a> {
            #[allow(dead_code, reason = "a service without calls of its own leads to others")]
            client: &'a $client,
        }

        impl $client {
            $(#[$doc])*
            pub fn $method(&self) -> $service<'_> {
                $service { client: self }
            }
        }

        impl ::std::fmt::Debug for $service<'_> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(stringify!($service))
            }
        }
    };
}

/// An enum of a vendor's words that keeps words which this version does not know in `Other`.
///
/// It is read from and written as the word, in JSON and in text.
///
/// ```
/// auth_core::open_enum! {
///     /// How far a batch is.
///     pub enum BatchStatus {
///         /// Is being annotated.
///         InProgress = "in-progress",
///         /// Is annotated.
///         Completed = "completed",
///     }
/// }
///
/// assert_eq!(BatchStatus::from("completed"), BatchStatus::Completed);
/// assert_eq!(BatchStatus::from("frozen"), BatchStatus::Other("frozen".to_owned()));
/// assert_eq!(BatchStatus::InProgress.to_string(), "in-progress");
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The vendor's word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word.to_owned()),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let word = <::std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(word.as_ref()))
            }
        }
    };
}
