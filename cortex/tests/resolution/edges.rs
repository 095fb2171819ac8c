//! Contract sections 3.2 ("Better") and 3.3: the order field by field, and the edge cases.

use cortex::sim::Sim;
use cortex::{BadToken, Error, ErrorKind, Message, MessageError};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::common::*;
use crate::{A, B, PHRASE, bad, endpoint, env, refused};

#[test]
fn empty_variables_hide_nothing() {
    let home = tempdir().unwrap();
    write_profiles(home.path(), profiles(&[("default", with_project(config_of("me", A), "p"))]));
    for empty in ["", " ", "\n"] {
        let names =
            ["CORTEX_TOKEN", "CORTEX_PERSONAL_ACCESS_CONFIG", "CORTEX_URI", "CORTEX_URL", "CORTEX_PROJECT"];
        let env = names.iter().fold(env().with_home(home.path()), |env, name| env.with_var(name, empty));
        let client = builder(&env.with_var("CORTEX_CONFIG_DIR", empty)).build().unwrap();
        assert_eq!((client.api_endpoint().as_str(), client.project().unwrap()), (A, "p"));
    }
}

#[test]
fn the_file_is_read_only_when_something_is_missing() {
    let home = tempdir().unwrap();
    let path = write_profiles(home.path(), "broken");
    let env = env().with_home(home.path());
    let all = || builder(&env).token(jwt("me")).api_endpoint(A);
    assert!(all().project("p").build().is_ok());
    // Only the project is missing, which not every call needs: its error tells of the file.
    let error = all().build().unwrap().project().unwrap_err().to_string();
    assert!(error.contains(path.to_str().unwrap()), "{error}");
    let error = builder(&env).token(jwt("me")).build().unwrap_err().to_string();
    assert!(error.contains(path.to_str().unwrap()) && error.contains("not JSON"), "{error}");
}

#[test]
fn trailing_slashes_and_path_prefixes() {
    for (given, expected) in
        [("https://h/", "https://h"), ("https://h/x/", "https://h/x"), (" https://h\n", "https://h")]
    {
        assert_eq!(endpoint(builder(&env()).token(jwt("me")).api_endpoint(given)), expected);
    }
}

#[tokio::test]
async fn blanks_around_a_token_do_not_count() {
    let (sim, token) = (Sim::with_clock(clock()).unwrap(), jwt("me"));
    let env = env().with_var("CORTEX_TOKEN", format!(" {token}\r\n")).with_var("CORTEX_URI", sim.base());
    let client = builder(&env).project("p1").build().unwrap();
    assert!(client.content().list().send().await.unwrap_err().is_auth());
    let sent = sim.server().journal().last().unwrap();
    assert_eq!(sent.header("authorization").unwrap(), format!("Bearer {token}"));
}

#[test]
fn tokens_that_are_refused_before_anything_is_sent() {
    let token = jwt("me");
    for (text, why) in [
        (" ".to_owned(), "it does not have three parts"),
        (format!("Bearer {token}"), "`Bearer`"),
        ("a.b.c".to_owned(), "is not base64url"),
        ("bm8.bm8.bm8".to_owned(), "is not a JSON object"),
        (token.replace('.', ".\n"), "is not base64url"),
        (auth_core::sim::unsigned_jwt(&json!({"aud": "a", "exp": NOW + 9})), "lacks the claim `sub`"),
    ] {
        let BadToken::Malformed { place, why: found } = bad(builder(&env()).token(text).api_endpoint(A))
        else {
            panic!("{why}")
        };
        assert!(place == "the given token" && found.contains(why), "{found}");
    }
}

#[test]
fn a_token_without_any_endpoint() {
    let error = builder(&env()).token(jwt("me")).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("CORTEX_URI and CORTEX_URL: not set"), "{error}");
}

#[tokio::test]
async fn a_config_variable_beside_a_token_supplies_only_url_and_project() {
    let name = "CORTEX_PERSONAL_ACCESS_CONFIG";
    let config = with_project(config_of("config", A), "p").to_string();
    let env = env().with_var("CORTEX_TOKEN", jwt("token"));
    let client = builder(&env.clone().with_var(name, &config)).build().unwrap();
    assert_eq!((who(&client).await.as_str(), client.api_endpoint().as_str()), ("token", A));
    assert_eq!(client.project().unwrap(), "p");
    // One without a usable key is good enough for that, and an empty object does no harm.
    let partial = json!({"url": B}).to_string();
    assert_eq!(endpoint(builder(&env.clone().with_var(name, partial))), B);
    assert_eq!(endpoint(builder(&env.clone().with_var(name, "{}")).api_endpoint(A)), A);
    // What cannot be read at all is an error only where it would be used.
    assert!(refused(builder(&env.clone().with_var(name, "{broken"))).contains(name));
    assert!(builder(&env.with_var(name, "{broken")).api_endpoint(A).project("p").build().is_ok());
}

#[test]
fn config_variables_that_cannot_be_used() {
    let home = tempdir().unwrap();
    for (value, why) in [
        ("{}", "the field `jwk` is missing"),
        ("null", "neither a JSON object nor the path of a file that exists"),
        ("[]", "neither a JSON object nor the path of a file"),
        ("[1]", "neither a JSON object nor the path of a file"),
        ("\"x\"", "neither a JSON object nor the path of a file"),
        ("{\"jwk\": ", "its JSON breaks off"),
        ("/nowhere/pat.json", "the file /nowhere/pat.json, which does not exist"),
        ("~/", "is not a regular file"),
        ("~", "neither a JSON object nor the path of a file"),
    ] {
        let env = env().with_home(home.path()).with_var("CORTEX_PERSONAL_ACCESS_CONFIG", value);
        let bad = bad(builder(&env));
        assert!(
            bad.to_string().contains(why) && bad.to_string().contains("CORTEX_PERSONAL_ACCESS_CONFIG"),
            "{bad}"
        );
    }
}

#[test]
fn configs_that_are_incomplete() {
    let without = |field: &str| {
        let mut config = config_of("me", A);
        config.as_object_mut().unwrap().shift_remove(field);
        config
    };
    let refused = |config: Value| match cortex::PersonalAccessConfig::from_json(config.to_string()) {
        Err(Error::BadToken(BadToken::Malformed { why, .. })) => why,
        other => panic!("{other:?}"),
    };
    for field in ["jwk", "issuer", "audience", "username"] {
        assert_eq!(refused(without(field)), format!("the field `{field}` is missing"));
    }
    let mut config = config_of("me", A);
    config["username"] = json!("");
    assert_eq!(refused(config.clone()), "the field `username` is empty");
    config["username"] = json!(null);
    assert_eq!(refused(config.clone()), "the field `username` is not text");
    config["jwk"]["d"] = json!("not base64url!");
    config["username"] = json!("me");
    assert_eq!(refused(config), "`jwk.d` is not base64url");
    // Without a `url` the endpoint must come from elsewhere, and the clock is asked there.
    let config = parsed(&without("url"));
    assert_eq!(endpoint(builder(&env()).config(config.clone()).api_endpoint(A)), A);
    assert_eq!(builder(&env()).config(config).build().unwrap_err().kind(), ErrorKind::Configuration);
}

#[test]
fn profiles_that_are_not_there() {
    let home = tempdir().unwrap();
    let env = env().with_home(home.path());
    let path = write_profiles(home.path(), profiles(&[("a", config_of("a", A)), ("b", config_of("b", B))]));
    let text = refused(builder(&env).profile("c"));
    assert!(text.contains("no Cortex profile `c`") && text.contains("known profiles: a, b"), "{text}");
    for current in [r#""currentProfile": "gone""#, r#""x": 1"#] {
        std::fs::write(
            &path,
            format!(r#"{{"version": "5", "profiles": {{"a": {{"url": "{A}"}}}}, {current}}}"#),
        )
        .unwrap();
        let text = refused(builder(&env));
        assert!(text.starts_with(PHRASE) && text.contains("known profiles: a"), "{text}");
        let text = refused(builder(&env).token(jwt("me")));
        assert!(text.contains("no Cortex endpoint is known") && text.contains("known profiles: a"), "{text}");
    }
    std::fs::write(&path, format!(r#"{{"profiles": {{"default": {}}}}}"#, config_of("d", B))).unwrap();
    assert_eq!(endpoint(builder(&env)), B, "without a current profile the one called `default` is used");
}

#[test]
fn profile_files_that_are_broken() {
    let home = tempdir().unwrap();
    let env = env().with_home(home.path());
    for (text, why) in [
        ("", "it is empty"),
        ("no json", "it is not JSON, from line 1"),
        (r#"{"profiles": {"#, "its JSON breaks off"),
        ("[]", "it holds a list where an object is expected"),
        (r#"{"profiles": null}"#, "`profiles` is not an object"),
        (r#"{"profiles": {"a": "text"}}"#, "the profile `a` is not an object"),
    ] {
        let path = write_profiles(home.path(), text);
        let error = builder(&env).build().unwrap_err();
        assert!(
            error.to_string().contains(why) && error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
    }
    let good = profiles(&[("default", config_of("me", A))]);
    let path = write_profiles(home.path(), format!("\u{feff}{good}"));
    assert_eq!(endpoint(builder(&env)), A, "a byte order mark does no harm");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(refused(builder(&env)).contains("is not a regular file"));
}

#[test]
fn a_profile_of_an_old_version_has_no_key() {
    let home = tempdir().unwrap();
    let env = env().with_home(home.path());
    let old = json!({"url": A, "username": "me", "account": "acc", "token": "canary"});
    for document in [
        json!({"version": "2", "profiles": {"default": old}, "currentProfile": "default"}),
        json!({"default": old}),
    ] {
        write_profiles(home.path(), document.to_string());
        let bad = bad(builder(&env));
        assert!(
            bad.to_string().contains("an old version of the CLI") && !bad.to_string().contains("canary"),
            "{bad}"
        );
        // Its URL is good.
        assert_eq!(endpoint(builder(&env).token(jwt("me"))), A);
    }
}

#[test]
fn cortex_config_dir_is_the_folder_of_the_file() {
    let (home, folder) = (tempdir().unwrap(), tempdir().unwrap());
    write_profiles(home.path(), profiles(&[("default", config_of("me", A))]));
    std::fs::write(folder.path().join("config"), profiles(&[("default", config_of("me", B))])).unwrap();
    let env = env().with_home(home.path());
    assert_eq!(endpoint(builder(&env.clone().with_var("CORTEX_CONFIG_DIR", folder.path()))), B);
    assert_eq!(endpoint(builder(&env.with_var("CORTEX_CONFIG_DIR", "~/.cortex"))), A);
}

#[test]
fn messages_that_are_incomplete() {
    let good = json!({"apiEndpoint": A, "token": jwt("me"), "projectId": "p"});
    let surroundings = env().with_var("CORTEX_TOKEN", jwt("somebody else")).with_var("CORTEX_URI", B);
    let make = |message: Value| builder(&surroundings).message(message)?.build();
    assert!(make(good.clone()).is_ok());
    for (key, value, expected) in [
        ("token", json!(null), "token is null"),
        ("token", json!(""), "token is empty"),
        ("token", json!(1), "token is not text"),
        ("apiEndpoint", json!(null), "apiEndpoint is null"),
        ("projectId", json!(" "), "projectId is empty"),
    ] {
        let mut message = good.clone();
        message[key] = value;
        let Err(Error::Message(MessageError::Incomplete { keys })) = make(message) else {
            panic!("{expected}")
        };
        assert_eq!(keys, [expected]);
    }
    let error = make(json!({"activationId": "x"})).unwrap_err().to_string();
    assert!(error.contains("apiEndpoint is missing, token is missing, projectId is missing"), "{error}");
    for not_a_map in [json!("text"), json!(null), json!([1])] {
        assert!(matches!(make(not_a_map), Err(Error::Message(MessageError::NotAnObject { .. }))));
    }
    assert!("no json".parse::<Message>().is_err());
    let mut expired = good.clone();
    expired["token"] = jwt_until("me", NOW - 1).into();
    assert!(make(expired).unwrap_err().is_expired());
    // Two identities at once.
    let error = builder(&env()).message(good).unwrap().token(jwt("x")).build().unwrap_err();
    assert!(error.to_string().contains("only one can be used"), "{error}");
}

#[test]
fn plain_http_inside_the_cluster_is_for_messages_and_profiles() {
    let host = "http://cortex-internal.cortex.svc.cluster.local";
    let home = tempdir().unwrap();
    let message = json!({"apiEndpoint": host, "token": jwt("me"), "projectId": "p"});
    assert_eq!(endpoint(builder(&env()).message(message).unwrap()), host);
    write_profiles(home.path(), profiles(&[("default", config_of("me", host))]));
    assert_eq!(endpoint(builder(&env().with_home(home.path()))), host);
    for refused in [
        builder(&env()).token(jwt("me")).api_endpoint(host).build(),
        builder(&env().with_var("CORTEX_URI", host)).token(jwt("me")).build(),
        builder(&env()).config(parsed(&config_of("me", host))).build(),
        // Nor does a message make any other host good.
        builder(&env())
            .message(json!({"apiEndpoint": "http://api.dci.example", "token": jwt("me"), "projectId": "p"}))
            .unwrap()
            .build(),
    ] {
        assert!(refused.unwrap_err().to_string().contains("plain http"));
    }
    let allowed = builder(&env()).token(jwt("me")).api_endpoint(host).dangerously_allow_plain_http();
    assert_eq!(endpoint(allowed), host);
}

/// What a skill does inside its cluster: plain http to the cluster's own name, with the token.
#[tokio::test]
async fn a_skill_speaks_to_its_cluster_by_name() {
    let sim = Sim::with_clock(clock()).unwrap();
    let mut message = sim.message("p1").unwrap();
    message["apiEndpoint"] = "http://cortex-internal.cortex.svc.cluster.local".into();
    // The name is resolved by a proxy, which is the simulator itself.
    let env = env().with_var("HTTP_PROXY", sim.base());
    let client = builder(&env).message(message).unwrap().build().unwrap();
    client.content().list().send().await.unwrap();
    let sent = sim.server().journal().last().unwrap();
    assert_eq!(sent.header("host"), Some("cortex-internal.cortex.svc.cluster.local"));
    assert!(sent.bearer().is_some());
}

#[test]
fn a_missing_project_and_an_unknown_profile_have_errors_of_their_own() {
    let home = tempdir().unwrap();
    let env = cortex::Environment::empty().with_home(home.path());
    let path = write_profiles(
        home.path(),
        profiles(&[("a", config_of("me", "https://h")), ("b", config_of("me", "https://h"))]),
    );
    let error = builder(&env).profile("x").build().unwrap_err();
    let Error::UnknownProfile { name, path: read, known } = error else { panic!("{error:?}") };
    assert_eq!((name.as_str(), read, known), ("x", path.clone(), vec!["a".to_owned(), "b".to_owned()]));
    let file = cortex::ProfileFile::at(&path);
    assert!(matches!(file.set_current("x"), Err(Error::UnknownProfile { .. })));
    file.set_current("b").unwrap();
    assert_eq!(cortex::Profiles::load(&env).unwrap().current().unwrap().name, "b");

    let client = builder(&env).build().unwrap();
    assert!(matches!(client.project(), Err(Error::Project { .. })));
    assert_eq!(client.with_project("p").project().unwrap(), "p");
}
