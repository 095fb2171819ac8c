//! Contract section 3.1: what the documentation requires, R1 to R17.

use std::io::Cursor;
use std::path::Path;

use auth_core::sim::TestCa;
use cortex::sim::Sim;
use cortex::{
    BadToken, Builder, Client, Environment, Error, ErrorKind, Login, ManagedContentClient, Message,
    MessageError,
};
use serde_json::json;
use tempfile::tempdir;

use crate::common::*;
use crate::{A, B, PHRASE, bad, endpoint, env, refused};

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
