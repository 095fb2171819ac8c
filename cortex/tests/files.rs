//! The files that are shared with the vendor's SDK and CLI (contract section 4).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;

use common::*;
use cortex::{Environment, PersonalAccessConfig, ProfileFile, Profiles};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::tempdir;

/// As `cortex configure` of CLI 2.4.0 writes it.
const V5: &str = r#"{
  "version": "5",
  "profiles": {
    "default": {
      "url": "https://api.dci.example",
      "username": "0aa0aa00-0000-4000-8000-00000000c0de",
      "issuer": "cognitivescale.com",
      "audience": "cortex",
      "jwk": {
        "crv": "Ed25519",
        "x": "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ",
        "d": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
        "kty": "OKP",
        "kid": "WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk"
      },
      "project": "my-project",
      "registries": {
        "Cortex Private Registry": {
          "url": "private-registry.dci.example",
          "name": "Cortex Private Registry",
          "isCortex": true
        }
      },
      "currentRegistry": "Cortex Private Registry",
      "templateConfig": {
        "repo": "CognitiveScale/cortex-code-templates",
        "branch": "main"
      },
      "featureFlags": {}
    }
  },
  "currentProfile": "default"
}"#;

/// What [`ProfileFile::put`] writes where there is no file yet.
const NEW: &str = r#"{
  "version": "5",
  "profiles": {
    "staging": {
      "url": "https://api.dci.example",
      "username": "me",
      "issuer": "cognitivescale.com",
      "audience": "cortex",
      "jwk": {
        "crv": "Ed25519",
        "x": "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ",
        "d": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
        "kty": "OKP",
        "kid": "WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk"
      },
      "project": "p"
    }
  },
  "currentProfile": "staging"
}"#;

const DCI: &str = "https://api.dci.example";

fn me() -> PersonalAccessConfig {
    parsed(&config_of("me", DCI))
}

fn file(folder: &Path, text: impl AsRef<[u8]>) -> ProfileFile {
    let path = folder.join("config");
    fs::write(&path, text).unwrap();
    ProfileFile::at(path)
}

fn document(file: &ProfileFile) -> Value {
    serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap()
}

#[test]
fn reads_what_the_cli_writes() {
    let home = tempdir().unwrap();
    let path = write_profiles(home.path(), V5);
    let profiles = Profiles::load(&Environment::empty().with_home(home.path())).unwrap();
    assert_eq!((profiles.path.as_path(), profiles.version.as_deref()), (path.as_path(), Some("5")));
    let profile = profiles.current().unwrap();
    assert_eq!((profile.name.as_str(), profile.url.as_deref()), ("default", Some(DCI)));
    assert_eq!(profile.project.as_deref(), Some("my-project"));
    let config = profile.personal_access_config().unwrap();
    assert_eq!(config.username(), "0aa0aa00-0000-4000-8000-00000000c0de");
}

#[test]
fn reads_every_version() {
    let folder = tempdir().unwrap();
    let key = config_of("me", DCI);
    let old = json!({"url": DCI, "username": "me", "account": "a", "token": "t"});
    let template = json!({"repo": "r", "branch": "main"});
    for (version, document, usable) in [
        (
            Some("4"),
            json!({"version": "4", "profiles": {"a": key}, "templateConfig": template, "currentProfile": "a"}),
            true,
        ),
        (Some("3"), json!({"version": "3", "profiles": {"a": key}, "currentProfile": "a"}), true),
        (Some("2"), json!({"version": "2", "profiles": {"a": old}, "currentProfile": "a"}), false),
        (None, json!({"a": old, "currentProfile": "a"}), false),
    ] {
        let profiles = file(folder.path(), document.to_string()).read().unwrap();
        assert_eq!(profiles.version.as_deref(), version);
        let profile = profiles.current().unwrap();
        assert_eq!((profile.url.as_deref(), profile.username.as_deref()), (Some(DCI), Some("me")));
        assert_eq!(profile.personal_access_config().is_ok(), usable, "{version:?}");
    }
}

#[test]
fn reads_the_configs_that_the_console_gives() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("pat.json");
    for text in [
        config_of("me", DCI).to_string(),
        format!("\u{feff}{:#}\n", config_of("me", DCI)),
        // For service users.
        json!({"success": true, "config": config_of("me", DCI), "token": "canary"}).to_string(),
    ] {
        fs::write(&path, text).unwrap();
        let config = PersonalAccessConfig::from_file(&path).unwrap();
        assert_eq!((config.username(), config.url(), config.project()), ("me", Some(DCI), None));
    }
    fs::remove_file(&path).unwrap();
    assert!(PersonalAccessConfig::from_file(&path).unwrap_err().to_string().contains("does not exist"));
    assert!(
        PersonalAccessConfig::from_file(folder.path())
            .unwrap_err()
            .to_string()
            .contains("not a regular file")
    );
}

#[test]
fn a_new_file_is_as_the_cli_reads_it() {
    let home = tempdir().unwrap();
    let env = Environment::empty().with_home(home.path());
    let file = ProfileFile::shared(&env).unwrap();
    file.put("staging", &me(), Some("p")).unwrap();
    assert_eq!(fs::read_to_string(home.path().join(".cortex/config")).unwrap(), NEW);
    // And as we read it.
    let client = builder(&env).build().unwrap();
    assert_eq!((client.api_endpoint().as_str(), client.project().unwrap()), (DCI, "p"));
}

#[test]
fn a_change_keeps_all_that_it_is_not_about() {
    let folder = tempdir().unwrap();
    let file = file(folder.path(), V5);
    // Nothing new: not a byte changes.
    let same = file.read().unwrap().current().unwrap().personal_access_config().unwrap();
    file.put("default", &same, None).unwrap();
    assert_eq!(fs::read_to_string(file.path()).unwrap(), V5);

    file.put("other", &me(), None).unwrap();
    file.put("default", &me(), None).unwrap();
    let changed = document(&file);
    assert_eq!(changed["currentProfile"], "default");
    assert_eq!(changed["profiles"]["default"]["username"], "me");
    assert_eq!(changed["profiles"]["default"]["project"], "my-project", "left as it was");
    assert_eq!(changed["profiles"]["default"]["currentRegistry"], "Cortex Private Registry");
    assert!(
        changed["profiles"]["other"].get("token").is_none()
            && changed["profiles"]["other"].get("project").is_none()
    );
    file.set_current("other").unwrap();
    let mut expected = changed.clone();
    expected["currentProfile"] = "other".into();
    assert_eq!(document(&file).to_string(), expected.to_string(), "in the same order too");
    assert!(file.set_current("gone").is_err());
}

#[test]
fn foreign_members_of_every_writable_version_stay() {
    let folder = tempdir().unwrap();
    for version in ["3", "4", "5"] {
        let before = json!({
            "later": [1], "version": version, "profiles": {"x": {"url": "u", "unknown": {"y": 1.5}}},
            "templateConfig": {"repo": "r"}, "currentProfile": "x", "last": null,
        });
        let file = file(folder.path(), before.to_string());
        file.put("new", &me(), None).unwrap();
        let mut after = document(&file);
        assert!(after["profiles"].as_object_mut().unwrap().shift_remove("new").is_some());
        assert_eq!(after.to_string(), before.to_string());
    }
}

#[test]
fn a_file_that_cannot_be_kept_is_left_alone() {
    let folder = tempdir().unwrap();
    for text in [
        "".to_owned(),
        "no json".to_owned(),
        V5[..V5.len() - 20].to_owned(),
        "[]".to_owned(),
        r#"{"version": "5", "profiles": null}"#.to_owned(),
        r#"{"version": "5", "profiles": {"new": "text"}}"#.to_owned(),
        // Old and newer versions are not ours to write.
        r#"{"version": "2", "profiles": {"a": {"token": "t"}}}"#.to_owned(),
        r#"{"a": {"token": "t"}}"#.to_owned(),
        V5.replace(r#""version": "5""#, r#""version": "6""#),
        // A number that reading would round.
        V5.replace(r#""featureFlags": {}"#, r#""featureFlags": 18446744073709551616"#),
    ] {
        let file = file(folder.path(), &text);
        let error = file.put("new", &me(), None).unwrap_err();
        assert_eq!(fs::read_to_string(file.path()).unwrap(), text, "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left: {error}");
    }
    let file = file(folder.path(), V5);
    assert!(file.put(" ", &me(), None).is_err());
    let mut without = config_of("me", DCI);
    without.as_object_mut().unwrap().shift_remove("url");
    assert!(file.put("new", &parsed(&without), None).is_err());
    assert_eq!(fs::read_to_string(file.path()).unwrap(), V5);
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = tempdir().unwrap();
    let file = ProfileFile::shared(&Environment::empty().with_home(home.path())).unwrap();
    file.put("a", &me(), None).unwrap();
    assert_eq!((mode(file.path()), mode(&home.path().join(".cortex"))), (0o600, 0o700));
    // As the CLI leaves it.
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
    file.put("b", &me(), None).unwrap();
    assert_eq!(mode(file.path()), 0o600);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_written_is_read(name in "[^\\s]\\PC{0,12}", user in "[^\\s]\\PC{0,12}", project in "[a-z]{1,9}") {
        let folder = tempdir().unwrap();
        let file = file(folder.path(), V5);
        file.put(&name, &parsed(&config_of(&user, DCI)), Some(&project)).unwrap();
        file.set_current(&name).unwrap();
        let profiles = file.read().unwrap();
        let profile = profiles.current().unwrap();
        prop_assert_eq!((&profile.name, profile.project.as_ref()), (&name, Some(&project)));
        let config = profile.personal_access_config().unwrap();
        prop_assert_eq!(config.username(), user);
    }
}
