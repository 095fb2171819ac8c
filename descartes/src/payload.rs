//! What a token says about its user: claims, namespace, and the subjects that access lists know the user by (contract
//! sections 2.3 and 2.4). Pure: the token comes from elsewhere.

use std::collections::BTreeSet;

use auth_core::secret::{hex, sha1};
use auth_core::{Claims, Error, ErrorKind, Result, SecretString, Timestamp};
use serde_json::{Map, Value};

use crate::flavor::{Flavor, NamespaceRule};

/// What the groups of an organization's administrators end with.
const ORG_ADMIN: &str = ":org-admin";
/// What the groups of a resource's administrators end with.
const RESOURCE_ADMIN: &str = ":resource-admin";

/// The payload of a token. Nobody has checked its signature: it is for display and for the user's own subjects.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    claims: Map<String, Value>,
    flavor: Flavor,
}

impl Payload {
    /// Reads a token of two or three parts. The error says what is wrong and does not show the token.
    pub fn decode(token: &SecretString, flavor: Flavor) -> Result<Self> {
        let mut claims = Claims::decode(token)?.as_map().clone();
        if let Some(prefix) = flavor.claim_prefix {
            let prefixed: Vec<String> =
                claims.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
            for name in prefixed {
                if let Some(value) = claims.shift_remove(&name) {
                    claims.insert(name[prefix.len()..].to_owned(), value);
                }
            }
        }
        Ok(Self { claims, flavor })
    }

    /// Every claim, in the token's order.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// A claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// The name of the user.
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// The address of the user, as it was given.
    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// The organization of the user.
    pub fn org(&self) -> Option<&str> {
        self.text("org")
    }

    /// When the token expires.
    pub fn expires_at(&self) -> Option<Timestamp> {
        Timestamp::from_unix_seconds_f64(self.claims.get("exp")?.as_f64()?)
    }

    /// Whether the token was made for this client id: its `aud` is the id, or a list that contains it.
    pub fn is_for(&self, client_id: &str) -> bool {
        match self.claims.get("aud") {
            Some(Value::String(audience)) => audience == client_id,
            Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == client_id),
            _ => false,
        }
    }

    /// The groups of the user, in the token's order. A token without the claim has none.
    pub fn groups(&self) -> Result<Vec<&str>> {
        match self.claims.get("groups") {
            None => Ok(Vec::new()),
            Some(Value::Array(groups)) => groups
                .iter()
                .map(|group| {
                    group.as_str().ok_or_else(|| unusable("groups", "holds something else than texts"))
                })
                .collect(),
            Some(_) => Err(unusable("groups", "is not a list")),
        }
    }

    /// The user's namespace: by which the platform knows the user.
    pub fn namespace(&self) -> Result<String> {
        match self.flavor.namespace {
            NamespaceRule::Sha1OfSub => Ok(hex(&sha1(self.needed("sub")?.as_bytes()))),
            NamespaceRule::UserId => Ok(self.needed("userid")?.to_owned()),
        }
    }

    /// Every subject that stands for the user in access lists: the user, the address, the organization, the active
    /// groups. Order and duplicates are the token's.
    pub fn all_acl_subjects(&self) -> Result<Vec<String>> {
        let mut subjects = vec![format!("user:{}", self.namespace()?)];
        if let Some(email) = self.optional("email")? {
            subjects.push(format!("email:{}", email.to_lowercase()));
        }
        let org = self.optional("org")?;
        subjects.extend(org.map(|org| format!("org:{org}")));
        let is_active = |group: &&str| match group.split_once(':') {
            // A group of another organization: the user has left that one.
            Some((of, _)) => org == Some(of),
            None => true,
        };
        subjects.extend(self.groups()?.into_iter().filter(is_active).map(|group| format!("group:{group}")));
        Ok(subjects)
    }

    /// [`Payload::all_acl_subjects`] without duplicates, sorted.
    pub fn all_acl_subjects_as_set(&self) -> Result<BTreeSet<String>> {
        Ok(self.all_acl_subjects()?.into_iter().collect())
    }

    /// Every subject by which the user owns things: the user, and the organizations and resources that the user
    /// administers. Whether the user belongs to such an organization is not looked at.
    pub fn all_owner_acl_subjects(&self) -> Result<Vec<String>> {
        let named = |names: Vec<String>, prefix: &'static str| {
            names.into_iter().filter(|name| !name.is_empty()).map(move |name| format!("{prefix}:{name}"))
        };
        let mut subjects = vec![format!("user:{}", self.namespace()?)];
        subjects.extend(named(self.org_admins()?, "org"));
        subjects.extend(named(self.resource_admins()?, "access-id"));
        Ok(subjects)
    }

    /// [`Payload::all_owner_acl_subjects`] without duplicates, sorted.
    pub fn all_owner_acl_subjects_as_set(&self) -> Result<BTreeSet<String>> {
        Ok(self.all_owner_acl_subjects()?.into_iter().collect())
    }

    /// The organizations that the user administers: the groups that end with `:org-admin`, without that. A name can be
    /// empty.
    pub fn org_admins(&self) -> Result<Vec<String>> {
        self.groups_without(ORG_ADMIN)
    }

    /// The resources that the user administers: the groups that end with `:resource-admin`, without that. A name can be
    /// empty.
    pub fn resource_admins(&self) -> Result<Vec<String>> {
        self.groups_without(RESOURCE_ADMIN)
    }

    fn groups_without(&self, suffix: &str) -> Result<Vec<String>> {
        let stripped = self.groups()?.into_iter().filter_map(|group| group.strip_suffix(suffix));
        Ok(stripped.map(str::to_owned).collect())
    }

    /// A claim that is text, or nothing: absent, `null` and empty are one.
    fn optional(&self, name: &str) -> Result<Option<&str>> {
        match self.claims.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(unusable(name, "is not text")),
        }
    }

    fn needed(&self, name: &str) -> Result<&str> {
        match self.claims.get(name) {
            Some(Value::String(text)) => Ok(text),
            Some(Value::Null) | None => Err(unusable(name, "is missing")),
            Some(_) => Err(unusable(name, "is not text")),
        }
    }
}

fn unusable(claim: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidCredentials, format!("the claim `{claim}` of the token {why}"))
        .with_help("the token was perhaps made for another purpose; get one from the platform's login")
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::claims::encode_base64url;
    use proptest::prelude::*;
    use serde_json::json;

    fn payload(claims: Value, flavor: Flavor) -> Payload {
        let token = format!("e30.{}.c2ln", encode_base64url(claims.to_string().as_bytes()));
        Payload::decode(&token.into(), flavor).unwrap()
    }

    fn ours(claims: Value) -> Payload {
        payload(claims, Flavor::DESCARTES_LABS)
    }

    #[test]
    fn namespaces_are_the_published_vectors() {
        for (sub, namespace) in [
            ("asdf", "3da541559918a808c2402bba5012f6c60b27661c"),
            ("google-oauth2|202801449858648638555", "c17ae4bbd00e82ade82555a3d3ab7f7084464651"),
        ] {
            assert_eq!(ours(json!({"sub": sub})).namespace().unwrap(), namespace);
        }
    }

    #[test]
    fn subjects_are_those_of_the_worked_example() {
        let payload = ours(json!({
            "sub": "asdf", "org": "someorg", "email": "Some.Body@SomeOrg.com",
            "groups": ["public", "someorg:baz", "other:baz", "someorg:org-admin", "acme:resource-admin"],
        }));
        let user = "user:3da541559918a808c2402bba5012f6c60b27661c";
        assert_eq!(
            payload.all_acl_subjects().unwrap(),
            [
                user,
                "email:some.body@someorg.com",
                "org:someorg",
                "group:public",
                "group:someorg:baz",
                "group:someorg:org-admin"
            ]
        );
        assert_eq!(payload.all_owner_acl_subjects().unwrap(), [user, "org:someorg", "access-id:acme"]);
        assert_eq!(payload.all_owner_acl_subjects_as_set().unwrap().len(), 3);
    }

    #[test]
    fn odd_groups_are_kept_as_they_are() {
        let payload = ours(json!({
            "sub": "x", "org": "", "groups": ["A", "A", ":x", "a:b:org-admin", ":org-admin", ":resource-admin"],
        }));
        assert_eq!(payload.org_admins().unwrap(), ["a:b", ""]);
        assert_eq!(payload.resource_admins().unwrap(), [""]);
        let user = format!("user:{}", payload.namespace().unwrap());
        assert_eq!(payload.all_owner_acl_subjects().unwrap(), [user.as_str(), "org:a:b"]);
        assert_eq!(payload.all_acl_subjects().unwrap(), [user.as_str(), "group:A", "group:A"]);
        assert_eq!(payload.all_acl_subjects_as_set().unwrap().len(), 2);
    }

    #[test]
    fn claims_of_a_wrong_type_are_errors_and_not_panics() {
        for (claims, text) in [
            (json!({}), "the claim `sub` of the token is missing"),
            (json!({"sub": 7}), "the claim `sub` of the token is not text"),
            (json!({"sub": "x", "groups": null}), "the claim `groups` of the token is not a list"),
            (
                json!({"sub": "x", "groups": [1]}),
                "the claim `groups` of the token holds something else than texts",
            ),
            (json!({"sub": "x", "email": 1}), "the claim `email` of the token is not text"),
        ] {
            let error = ours(claims).all_acl_subjects().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
            assert!(error.to_string().starts_with(text), "{error}");
        }
    }

    #[test]
    fn earthone_renames_claims_and_takes_the_user_id() {
        let claims =
            json!({"sub": "s", "org": "old", "earthdaily__dl__org": "new", "earthdaily__dl__userid": "u-1"});
        let earthone = payload(claims.clone(), Flavor::EARTH_ONE);
        assert_eq!((earthone.org(), earthone.namespace().unwrap()), (Some("new"), "u-1".to_owned()));
        assert_eq!(earthone.get("earthdaily__dl__org"), None);
        let ours = ours(claims);
        assert_eq!((ours.org(), ours.text("earthdaily__dl__org")), (Some("old"), Some("new")));
        let without = payload(json!({"sub": "s"}), Flavor::EARTH_ONE);
        assert!(without.all_acl_subjects().unwrap_err().to_string().contains("`userid`"));
    }

    #[test]
    fn the_audience_is_an_id_or_a_list_that_contains_it() {
        for (claims, expected) in [
            (json!({"aud": "cid"}), true),
            (json!({"aud": ["other", "cid"]}), true),
            (json!({"aud": ["other"]}), false),
            (json!({"aud": "cid2"}), false),
            (json!({}), false),
        ] {
            assert_eq!(ours(claims.clone()).is_for("cid"), expected, "{claims}");
        }
    }

    proptest! {
        #[test]
        fn no_token_makes_it_panic(token in "\\PC{0,60}|e30\\.[A-Za-z0-9_-]{0,40}\\.c2ln") {
            if let Ok(payload) = Payload::decode(&token.into(), Flavor::EARTH_ONE) {
                let _ = payload.all_acl_subjects();
            }
        }

        #[test]
        fn no_claims_make_it_panic(groups in proptest::collection::vec("[a-z:]{0,12}(:org-admin)?", 0..6), org in "[a-z:]{0,4}", email in "\\PC{0,8}") {
            let payload = ours(json!({"sub": "x", "groups": groups, "org": org, "email": email}));
            let subjects = payload.all_acl_subjects().unwrap();
            prop_assert!(subjects.iter().all(|subject| subject.contains(':')));
            prop_assert!(payload.all_owner_acl_subjects().unwrap().len() <= groups.len() + 1);
        }
    }
}
