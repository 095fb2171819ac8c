//! Where credentials come from: the rows of the tables of contract section 3, one test for each. R14 is in `login.rs`,
//! because it is about the whole process.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::Cursor;
use std::path::Path;

use auth_core::sim::TestCa;
use common::*;
use cortex::sim::Sim;
use cortex::{
    BadToken, Builder, Client, Environment, Error, ErrorKind, Login, ManagedContentClient, Message,
    MessageError,
};
use serde_json::{Value, json};
use tempfile::tempdir;

const PHRASE: &str = "Your Cortex credentials could not be retrieved";
const A: &str = "https://api.a.example";
const B: &str = "https://api.b.example";

fn env() -> Environment {
    Environment::empty()
}

fn endpoint(builder: Builder) -> String {
    builder.build().unwrap().api_endpoint().to_string()
}

fn refused(builder: Builder) -> String {
    builder.build().unwrap_err().to_string()
}

fn bad(builder: Builder) -> BadToken {
    match builder.build().unwrap_err() {
        Error::BadToken(bad) => bad,
        other => panic!("{other:?}"),
    }
}

/// An environment in which every source names somebody else.
fn crowded(sim: &Sim, home: &Path) -> Environment {
    let profile = with_project(config_of("profile", &sim.base()), "p-profile");
    let named = with_project(config_of("named", &sim.base()), "p-named");
    write_profiles(home, profiles(&[("default", profile), ("other", named)]));
    env()
        .with_home(home)
        .with_var("CORTEX_TOKEN", jwt("token variable"))
        .with_var("CORTEX_PERSONAL_ACCESS_CONFIG", config_of("config variable", &sim.base()).to_string())
        .with_var("CORTEX_PROJECT", "p-variable")
        .with_var("CORTEX_URI", sim.base())
}

// 3.1

#[tokio::test]
async fn r1_arguments_then_environment_then_profile() {
    let (home, sim) = (tempdir().unwrap(), Sim::with_clock(clock()).unwrap());
    let all = crowded(&sim, home.path());
    let config = || parsed(&config_of("config argument", &sim.base()));
    let token = || jwt("token argument");

    // Arguments, of whatever kind, before variables.
    assert_eq!(who(&builder(&all).token(token()).config(config()).build().unwrap()).await, "token argument");
    assert_eq!(who(&builder(&all).config(config()).build().unwrap()).await, "config argument");
    assert_eq!(who(&builder(&all).profile("other").build().unwrap()).await, "named");
    // Variables before the profile.
    assert_eq!(who(&builder(&all).build().unwrap()).await, "token variable");
    let fewer = all.without_var("CORTEX_TOKEN");
    assert_eq!(who(&builder(&fewer).build().unwrap()).await, "config variable");
    let none = fewer.without_var("CORTEX_PERSONAL_ACCESS_CONFIG");
    assert_eq!(who(&builder(&none).build().unwrap()).await, "profile");
}

#[test]
fn r1_endpoint_and_project_are_found_one_by_one() {
    let (home, sim) = (tempdir().unwrap(), Sim::with_clock(clock()).unwrap());
    let all = crowded(&sim, home.path());
    let client = builder(&all).api_endpoint(A).project("p-argument").build().unwrap();
    assert_eq!((client.api_endpoint().as_str(), client.project().unwrap()), (A, "p-argument"));

    let client = builder(&all.clone().with_var("CORTEX_URI", B)).build().unwrap();
    assert_eq!((client.api_endpoint().as_str(), client.project().unwrap()), (B, "p-variable"));

    let few = env().with_home(home.path()).with_var("CORTEX_TOKEN", jwt("x"));
    let client = builder(&few).build().unwrap();
    assert_eq!((client.api_endpoint().to_string(), client.project().unwrap()), (sim.base(), "p-profile"));

    // A profile that is named is taken whole.
    let client = builder(&all.with_var("CORTEX_URI", B)).profile("other").build().unwrap();
    assert_eq!((client.api_endpoint().to_string(), client.project().unwrap()), (sim.base(), "p-named"));
}

#[tokio::test]
async fn r2_cortex_token_is_a_jwt() {
    let env = env().with_var("CORTEX_TOKEN", jwt("me")).with_var("CORTEX_URI", A);
    assert_eq!(who(&builder(&env).build().unwrap()).await, "me");
}

#[tokio::test]
async fn r3_the_config_variable_is_a_path_or_json() {
    let (home, sim) = (tempdir().unwrap(), Sim::with_clock(clock()).unwrap());
    let path = sim.write_config(home.path()).unwrap();
    let name = "CORTEX_PERSONAL_ACCESS_CONFIG";
    for value in [
        path.display().to_string(),
        "~/pat.json".to_owned(),
        " pat.json\n".to_owned(),
        sim.config_json().to_string(),
        format!("\n  {:#}\n", sim.config_json()),
    ] {
        let env = env().with_home(home.path()).with_working_folder(home.path()).with_var(name, &value);
        assert_eq!(endpoint(builder(&env)), sim.base(), "{value}");
    }
}

#[test]
fn r4_without_it_the_current_profile() {
    let home = tempdir().unwrap();
    write_profiles(home.path(), profiles(&[("b", config_of("b", B)), ("a", config_of("a", A))]));
    assert_eq!(endpoint(builder(&env().with_home(home.path()))), B);
}

#[test]
fn r5_cortex_project_is_the_default_project() {
    let env = env().with_var("CORTEX_TOKEN", jwt("me")).with_var("CORTEX_URI", A);
    let client = builder(&env.with_var("CORTEX_PROJECT", " p-1 ")).build().unwrap();
    assert_eq!(client.project().unwrap(), "p-1");
}

#[test]
fn r6_cortex_uri_then_cortex_url() {
    let env = env().with_var("CORTEX_TOKEN", jwt("me"));
    assert_eq!(endpoint(builder(&env.clone().with_var("CORTEX_URL", B))), B);
    assert_eq!(endpoint(builder(&env.clone().with_var("CORTEX_URI", A).with_var("CORTEX_URL", B))), A);
    assert_eq!(endpoint(builder(&env.with_var("CORTEX_URI", " ").with_var("CORTEX_URL", B))), B);
}

#[tokio::test]
async fn r7_all_parameters_are_optional_and_honoured() {
    let (home, sim) = (tempdir().unwrap(), Sim::with_clock(clock()).unwrap());
    sim.write_profile(home.path()).unwrap();
    let client = builder(&env().with_home(home.path())).build().unwrap();
    client.content().list().send().await.unwrap();
    let client = builder(&env())
        .api_endpoint(sim.base())
        .api_version(5)
        .verify_ssl_cert(true)
        .token(sim.token(std::time::Duration::from_secs(60)).unwrap())
        .project("p1")
        .build()
        .unwrap();
    client.content().list().send().await.unwrap();
    client.content().exists("k").await.unwrap();
    let journal = sim.server().journal();
    assert_eq!(journal.count("GET /fabric/v4/projects/p1/content"), 1);
    assert_eq!(journal.count("GET /fabric/v5/projects/p1/content"), 1);
    assert_eq!(journal.count("HEAD /fabric/v5/projects/p1/content/k"), 1);
}

#[tokio::test]
async fn r8_a_project_is_needed_only_by_calls_that_are_about_one() {
    let client = builder(&env()).token(jwt("me")).api_endpoint(A).build().unwrap();
    let error = client.content().list().send().await.unwrap_err();
    assert!(matches!(error, Error::Project { .. }) && error.kind() == ErrorKind::Configuration);
    assert!(error.to_string().contains("CORTEX_PROJECT: not set"), "{error}");
    assert_eq!(client.with_project("p2").project().unwrap(), "p2");
}

#[tokio::test]
async fn r9_a_config_may_be_passed_as_a_token() {
    let sim = Sim::with_clock(clock()).unwrap();
    let config = config_of("config as token", &sim.base()).to_string();
    assert_eq!(who(&builder(&env()).token(config.clone()).build().unwrap()).await, "config as token");
    let env = env().with_var("CORTEX_TOKEN", format!("\n{config}"));
    assert_eq!(who(&builder(&env).build().unwrap()).await, "config as token");
}

#[tokio::test]
async fn r10_services_take_a_client_and_are_reachable_from_it() {
    let (sim, _, client) = signed_in();
    sim.put_content("p1", "myfile", "data");
    assert_eq!(ManagedContentClient::new(&client).download("myfile").bytes().await.unwrap(), "data");
    assert_eq!(client.content().download("myfile").bytes().await.unwrap(), "data");
    let stream = client.content().download("myfile").stream().await.unwrap();
    let chunks: Vec<_> = futures_util::TryStreamExt::try_collect(stream).await.unwrap();
    assert_eq!(bytes::Bytes::from(chunks.concat()), "data");
}

#[tokio::test]
async fn r11_certificates_by_variable_or_argument_on_every_call() {
    let (home, ca) = (tempdir().unwrap(), TestCa::new().unwrap());
    let sim = Sim::with_tls(clock(), &ca).unwrap();
    let (bundle, other) = (home.path().join("ca.pem"), home.path().join("other.pem"));
    ca.write_to(&bundle).unwrap();
    TestCa::new().unwrap().write_to(&other).unwrap();
    let call = async |env: &Environment, change: fn(Builder) -> Builder| {
        sim.server().journal().clear();
        let client = change(builder(env).config(sim.config()).project("p1")).build().unwrap();
        client.content().list().send().await.map(|_| sim.server().journal().len())
    };
    let env = Environment::empty().with_home(home.path());
    let plain = |builder: Builder| builder;

    // Two requests: the clock's and the call's.
    assert_eq!(call(&env.clone().with_var("REQUESTS_CA_BUNDLE", &bundle), plain).await.unwrap(), 2);
    assert_eq!(call(&env.clone().with_var("CURL_CA_BUNDLE", &bundle), plain).await.unwrap(), 2);
    assert_eq!(call(&env, |builder| builder.verify_ssl_cert("~/ca.pem")).await.unwrap(), 2);
    assert_eq!(call(&env, |builder| builder.verify_ssl_cert(false)).await.unwrap(), 2);
    // The argument comes before the variable, in both directions.
    let wrong = env.clone().with_var("REQUESTS_CA_BUNDLE", &other);
    assert_eq!(call(&wrong, |builder| builder.verify_ssl_cert("~/ca.pem")).await.unwrap(), 2);
    let right = env.clone().with_var("REQUESTS_CA_BUNDLE", &bundle);
    assert!(call(&right, |builder| builder.verify_ssl_cert("~/other.pem")).await.is_err());
    assert_eq!(call(&right, |builder| builder.verify_ssl_cert(true)).await.unwrap(), 2);
    // Not trusted: nothing is sent, not even for the clock.
    let error = call(&wrong, plain).await.unwrap_err().to_string();
    assert!(error.contains("clock") && error.contains("certificate"), "{error}");
    assert!(sim.server().journal().is_empty());
}

#[test]
fn r11_a_bundle_that_is_not_there_is_named() {
    let text = refused(builder(&env()).token(jwt("me")).api_endpoint(A).verify_ssl_cert("/nowhere/ca.pem"));
    assert!(text.contains("/nowhere/ca.pem"), "{text}");
}

#[tokio::test]
async fn r12_a_message_or_a_map_makes_a_client() {
    let sim = Sim::with_clock(clock()).unwrap();
    let value = sim.message("p1").unwrap();
    let map = value.as_object().unwrap();
    let message = Message::from(map);
    let text: Message = value.to_string().parse().unwrap();
    let make = |builder: cortex::Result<Builder>| {
        builder.unwrap().environment(env()).clock(clock()).build().unwrap()
    };
    for client in [
        make(Client::builder().message(&message)),
        make(Client::builder().message(message.clone())),
        make(Client::builder().message(map)),
        make(Client::builder().message(&value)),
        make(Client::builder().message(text)),
    ] {
        assert_eq!((client.api_endpoint().to_string(), client.project().unwrap()), (sim.base(), "p1"));
        client.content().list().send().await.unwrap();
    }
    // The clock is not asked: the token is ready.
    assert_eq!(sim.server().journal().count("GET /fabric/v4/info"), 0);
}

#[test]
fn r12_from_message_is_the_short_form() {
    // By the machine's clock, and so with a token that lives long.
    let message = Message::new()
        .with("apiEndpoint", "http://127.0.0.1:9")
        .with("token", jwt_until("me", 32_503_680_000))
        .with("projectId", "p1");
    assert_eq!(Client::from_message(&message).unwrap().project().unwrap(), "p1");
    let error = Client::from_message(json!(["no map"])).unwrap_err();
    assert!(matches!(error, Error::Message(MessageError::NotAnObject { found: "a list" })), "{error:?}");
}

#[test]
fn r13_login_asks_the_three_documented_questions() {
    let (mut asked, config) = (Vec::new(), config_of("me", A));
    let ask = |answers: String, asked: &mut Vec<u8>| Login::ask(&mut Cursor::new(answers), asked, &env());
    let login = ask(format!("{B}\n{config}\nmy-project\n"), &mut asked).unwrap();
    assert_eq!(
        String::from_utf8(asked).unwrap(),
        "Cortex URI: [https://api.cortex.insights.ai]Personal Access Config: Cortex Project name: "
    );
    let client = builder(&env()).login(login).build().unwrap();
    assert_eq!((client.api_endpoint().as_str(), client.project().unwrap()), (B, "my-project"));

    // An empty URI is the URL of the config, else the one that is shown. An empty project is none.
    let client =
        builder(&env()).login(ask(format!("\n{config}\n\n"), &mut Vec::new()).unwrap()).build().unwrap();
    assert_eq!(client.api_endpoint().as_str(), A);
    assert!(client.project().is_err());
    let mut without = config.clone();
    without.as_object_mut().unwrap().shift_remove("url");
    let login = ask(format!(" \n{without}\n\n"), &mut Vec::new()).unwrap();
    assert_eq!(endpoint(builder(&env()).login(login)), "https://api.cortex.insights.ai");

    // A config that is pasted with line breaks, and the path of one.
    ask(format!("\n{config:#}\np\n"), &mut Vec::new()).unwrap();
    let home = tempdir().unwrap();
    std::fs::write(home.path().join("pat.json"), config.to_string()).unwrap();
    let env = env().with_home(home.path());
    Login::ask(&mut Cursor::new("\n~/pat.json\n\n"), &mut Vec::new(), &env).unwrap();
}

#[test]
fn r13_answers_are_checked_at_once() {
    let ask = |answers: String| Login::ask(&mut Cursor::new(answers), &mut Vec::new(), &env()).unwrap_err();
    let config = config_of("me", A);
    assert!(ask(format!("ftp://x\n{config}\np\n")).to_string().contains("the Cortex URI"));
    assert!(ask("\n\np\n".to_owned()).to_string().contains("it is empty"));
    assert!(ask("\n{\"jwk\": 1}\np\n".to_owned()).to_string().contains("`jwk` is not an object"));
    for cut in ["", "\n", &format!("\n{config}\n"), "\n{\"jwk\":\n"] {
        let error = ask(cut.to_owned());
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{cut}");
        assert!(error.to_string().contains("ended before all questions were answered"), "{error}");
    }
}

#[test]
fn r15_an_expired_token_is_told_apart() {
    let at = |expires: i64| builder(&env()).token(jwt_until("me", expires)).api_endpoint(A).build();
    assert!(at(NOW + 1).is_ok());
    for expires in [NOW, NOW - 1, 0] {
        let error = at(expires).unwrap_err();
        assert!(error.is_expired() && error.is_auth() && error.kind() == ErrorKind::InvalidCredentials);
        assert!(error.to_string().starts_with(PHRASE), "{error}");
    }
    let malformed = builder(&env()).token("asda").api_endpoint(A).build().unwrap_err();
    assert!(!malformed.is_expired() && malformed.is_auth());
}

#[test]
fn r16_no_credentials() {
    let home = tempdir().unwrap();
    for env in [
        env(),
        env().with_home(home.path()),
        env().with_home(home.path()).with_var("CORTEX_TOKEN", ""),
        env().with_home(home.path()).with_var("CORTEX_PROJECT", "p").with_var("CORTEX_URI", A),
    ] {
        let error = builder(&env).build().unwrap_err();
        assert!(matches!(error, Error::BadToken(BadToken::Missing { .. })), "{error:?}");
        assert!(error.kind() == ErrorKind::NoCredentials && error.to_string().starts_with(PHRASE), "{error}");
        assert!(refused(builder(&env).api_endpoint(A).project("p").token("")).starts_with(PHRASE));
    }
}

#[test]
fn r17_malformed_tokens() {
    let env =
        |token: &str| env().with_home("/nowhere").with_var("CORTEX_TOKEN", token).with_var("CORTEX_URI", A);
    let blank = refused(builder(&env(" ")));
    assert!(blank.starts_with(PHRASE) && blank.contains("CORTEX_TOKEN: set, but empty"), "{blank}");
    let bad = bad(builder(&env("asda")));
    assert_eq!(
        bad,
        BadToken::Malformed {
            place: "CORTEX_TOKEN".into(),
            why: "the token is not a JWT: it does not have three parts divided by dots".into()
        }
    );
    assert!(bad.to_string().starts_with(PHRASE) && !bad.to_string().contains("asda"));
    // Told first, also when more is missing.
    let alone = Environment::empty().with_var("CORTEX_TOKEN", "asda");
    assert!(refused(builder(&alone)).starts_with(PHRASE));
}

// 3.2, "Better"

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

// 3.3

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
