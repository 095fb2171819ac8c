//! Access lists: who owns, reads and changes an object (contract sections 2.4 and 6.2).

use std::fmt;
use std::str::FromStr;

use auth_core::{Error, ErrorKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Document, Shared};
use crate::error::Result;
use crate::payload::Payload;

/// One entry of an access list, as in `org:someorg`.
///
/// ```
/// use descartes::api::Subject;
///
/// let subject: Subject = "group:someorg:readers".parse()?;
/// assert_eq!(subject, Subject::Group("someorg:readers".into()));
/// assert_eq!(Subject::Org("someorg".into()).to_string(), "org:someorg");
/// assert!("someorg".parse::<Subject>().is_err());
/// # Ok::<(), descartes::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A user, by the namespace: see [`Auth::namespace`](crate::Auth::namespace).
    User(String),
    /// A user, by the address.
    Email(String),
    /// All users of a group.
    Group(String),
    /// All users of an organization.
    Org(String),
    /// Whoever holds an access id.
    AccessId(String),
    /// An entry that this version does not know, as it is.
    Other(String),
}

impl Subject {
    /// The entry without its prefix.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name)
            | Self::Email(name)
            | Self::Group(name)
            | Self::Org(name)
            | Self::AccessId(name)
            | Self::Other(name) => name,
        }
    }

    fn prefix(&self) -> &'static str {
        match self {
            Self::User(_) => "user:",
            Self::Email(_) => "email:",
            Self::Group(_) => "group:",
            Self::Org(_) => "org:",
            Self::AccessId(_) => "access-id:",
            Self::Other(_) => "",
        }
    }

    fn read(text: &str) -> Self {
        let kinds: [fn(String) -> Self; 5] =
            [Self::User, Self::Email, Self::Group, Self::Org, Self::AccessId];
        let known = kinds.into_iter().find_map(|kind| {
            let rest = text.strip_prefix(kind(String::new()).prefix())?;
            Some(kind(rest.to_owned()))
        });
        known.unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl FromStr for Subject {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> Result<Self> {
        match Self::read(text) {
            subject if !matches!(subject, Self::Other(_)) && !subject.name().is_empty() => Ok(subject),
            _ => {
                let what = format!("`{text}` is no entry of an access list");
                let help = "write a prefix and a name: user:, email:, group:, org: or access-id:";
                Err(Error::new(ErrorKind::InvalidInput, what).with_help(help).into())
            }
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix(), self.name())
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Self::read(&std::borrow::Cow::<'de, str>::deserialize(deserializer)?))
    }
}

/// Local looks at the access lists, by what the token says about the user. The platform decides in the end.
impl<T: Shared> Document<T> {
    /// Whether the user owns it: is among its owners, or administers the platform.
    pub fn user_is_owner(&self, user: &Payload) -> Result<bool> {
        Ok(is_in(user, "internal:platform-admin")?
            || is_among(self.owners(), &user.all_owner_acl_subjects()?))
    }

    /// Whether the user may change it: owns it, or is among its writers.
    pub fn user_can_write(&self, user: &Payload) -> Result<bool> {
        Ok(self.user_is_owner(user)? || is_among(self.writers(), &user.all_acl_subjects()?))
    }

    /// Whether the user may read it: may change it, is among its readers, or reads everything of the platform.
    pub fn user_can_read(&self, user: &Payload) -> Result<bool> {
        Ok(is_in(user, "internal:platform-ro")?
            || self.user_can_write(user)?
            || is_among(self.readers(), &user.all_acl_subjects()?))
    }
}

fn is_in(user: &Payload, group: &str) -> Result<bool> {
    Ok(user.groups()?.contains(&group))
}

fn is_among(list: &[Subject], subjects: &[String]) -> bool {
    list.iter().any(|entry| subjects.contains(&entry.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Flavor;
    use crate::api::Product;
    use auth_core::claims::encode_base64url;
    use serde_json::{Value, json};

    fn user(groups: Value) -> Payload {
        let claims = json!({"sub": "asdf", "org": "someorg", "email": "A@b.c", "groups": groups});
        let token = format!("e30.{}.c2ln", encode_base64url(claims.to_string().as_bytes()));
        Payload::decode(&token.into(), Flavor::DESCARTES_LABS).unwrap()
    }

    fn product(owners: &[&str], writers: &[&str], readers: &[&str]) -> Document<Product> {
        let mut product = Document::<Product>::new("p");
        let list = |list: &[&str]| Some(list.iter().map(|text| text.parse().unwrap()).collect());
        (product.owners, product.writers, product.readers) = (list(owners), list(writers), list(readers));
        product
    }

    #[test]
    fn each_right_contains_the_lesser_ones() {
        let plain = user(json!(["public"]));
        let admin = user(json!(["someorg:org-admin"]));
        for (owners, writers, readers, user, expected) in [
            (
                &["user:3da541559918a808c2402bba5012f6c60b27661c"][..],
                &[][..],
                &[][..],
                &plain,
                (true, true, true),
            ),
            // Being of the organization is not owning what it owns.
            (&["org:someorg"], &[], &[], &plain, (false, false, false)),
            (&["org:someorg"], &[], &[], &admin, (true, true, true)),
            (&[], &["email:a@b.c"], &[], &plain, (false, true, true)),
            (&[], &[], &["group:public"], &plain, (false, false, true)),
            (&[], &[], &[], &user(json!(["internal:platform-ro"])), (false, false, true)),
            (&[], &[], &[], &user(json!(["internal:platform-admin"])), (true, true, true)),
        ] {
            let product = product(owners, writers, readers);
            let found = (
                product.user_is_owner(user).unwrap(),
                product.user_can_write(user).unwrap(),
                product.user_can_read(user).unwrap(),
            );
            assert_eq!(found, expected, "{owners:?} {writers:?} {readers:?}");
        }
    }

    #[test]
    fn what_is_unknown_in_a_list_is_kept_and_cannot_be_made_by_mistake() {
        let subjects: Vec<Subject> = serde_json::from_value(json!(["robot:r", "access-id:a"])).unwrap();
        assert_eq!(subjects, [Subject::Other("robot:r".into()), Subject::AccessId("a".into())]);
        assert_eq!(serde_json::to_value(subjects).unwrap(), json!(["robot:r", "access-id:a"]));
        let error = "user:".parse::<Subject>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
