//! Every request that the crate sends, every error text and every `Debug`, as text. See `tests/snapshots`.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;
use std::io::Cursor;

use auth_core::sim::{Fault, Reply};
use common::*;
use cortex::sim::{Refusal, Sim};
use cortex::{
    Client, Environment, Error, Login, Message, Method, PersonalAccessConfig, ProfileFile, Profiles, Upload,
};
use serde_json::json;
use tempfile::tempdir;

const DCI: &str = "https://api.dci.example";

/// Lines of `name: text`, with `$HOME` and `$BASE` for what differs from run to run.
struct Sheet {
    text: String,
    home: String,
}

impl Sheet {
    fn new(home: &std::path::Path) -> Self {
        Self { text: String::new(), home: home.display().to_string() }
    }

    fn line(&mut self, name: &str, value: impl std::fmt::Display) {
        let value = value.to_string().replace(&self.home, "$HOME");
        writeln!(self.text, "[{name}]\n{value}\n").unwrap();
    }

    fn error<T>(&mut self, name: &str, result: cortex::Result<T>) {
        let error = match result {
            Ok(_) => panic!("{name}: no error"),
            Err(error) => error,
        };
        let flags = [
            ("auth", error.is_auth()),
            ("expired", error.is_expired()),
            ("retryable", error.is_retryable()),
            ("outcome unknown", error.is_outcome_unknown()),
        ];
        let flags: Vec<&str> = flags.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
        self.line(name, format!("{error}\n  {:?} {flags:?}", error.kind()));
    }
}

#[tokio::test]
async fn requests() {
    let (sim, _, client) = signed_in();
    let content = client.content();
    content.upload("dir/a b.csv", Upload::bytes("a,b\n").with_content_type("text/csv")).await.unwrap();
    content.upload_streaming("k", Upload::bytes("data")).await.unwrap();
    content.list().send().await.unwrap();
    content.list().prefix("").limit(10).skip(20).send().await.unwrap();
    content.download("dir/a b.csv").bytes().await.unwrap();
    content.exists("k").await.unwrap();
    content.delete("k").await.unwrap();
    let path = format!("/fabric/v4/projects/{}/skills", client.project().unwrap());
    let _: serde_json::Value = client.request(Method::GET, &path).query("limit", 1).data().await.unwrap();
    insta::assert_snapshot!(sim.server().journal().render_hiding(&["authorization"]));
}

#[tokio::test]
async fn resumed_downloads() {
    let (sim, _, client) = signed_in();
    sim.put_content("p1", "k", "0123456789");
    sim.server().faults().next("GET /fabric/v4/projects/p1/content/k", Fault::Truncate { after: 4 });
    let folder = tempdir().unwrap();
    client.content().download("k").to_file(folder.path().join("k")).await.unwrap();
    insta::assert_snapshot!(sim.server().journal().render_hiding(&["authorization"]));
}

#[tokio::test]
async fn the_token_that_is_sent() {
    let (sim, _, client) = signed_in();
    client.content().exists("k").await.unwrap();
    let sent = sim.server().journal().last().unwrap();
    let parts: Vec<&str> = sent.bearer().unwrap().split('.').collect();
    let json = |part: &str| -> serde_json::Value {
        serde_json::from_slice(&auth_core::claims::decode_base64url(part).unwrap()).unwrap()
    };
    let mut claims = json(parts[1]);
    assert_eq!(claims["jti"].as_str().unwrap().len(), 22);
    claims["jti"] = "[22 characters]".into();
    insta::assert_snapshot!(format!("{}\n{claims}", json(parts[0])));
}

#[test]
fn errors_before_anything_is_sent() {
    let home = tempdir().unwrap();
    let mut sheet = Sheet::new(home.path());
    let env = Environment::empty().with_home(home.path());
    let named = |name: &str, value: &str| env.clone().with_var(name, value);
    let token = || builder(&env).token(jwt("me"));
    sheet.error("nothing", builder(&env).build());
    sheet.error("no home", builder(&Environment::empty()).build());
    sheet.error("blank variables", builder(&named("CORTEX_TOKEN", " ")).build());
    sheet.error("malformed token", builder(&named("CORTEX_TOKEN", "asda")).api_endpoint(DCI).build());
    sheet.error("token with a scheme", builder(&env).token("Bearer x").build().map(drop));
    sheet.error("expired token", builder(&env).token(jwt_until("me", NOW - 9)).api_endpoint(DCI).build());
    sheet.error("no endpoint", token().build());
    sheet.error("no project", token().api_endpoint(DCI).build().unwrap().project().map(drop));
    sheet.error("plain http", token().api_endpoint("http://api.dci.example").build());
    sheet.error("no URL", builder(&named("CORTEX_URI", "api.dci.example")).token(jwt("me")).build());
    sheet.error("config is no path", builder(&named("CORTEX_PERSONAL_ACCESS_CONFIG", "x")).build());
    sheet.error("config is missing", builder(&named("CORTEX_PERSONAL_ACCESS_CONFIG", "~/pat.json")).build());
    sheet.error("config is cut", builder(&named("CORTEX_PERSONAL_ACCESS_CONFIG", "{\"jwk\": {")).build());
    sheet.error("config without a key", PersonalAccessConfig::from_json("{}"));
    sheet.error("no such profile", builder(&env).profile("x").build());
    let path = write_profiles(home.path(), profiles(&[("a", json!({"url": DCI, "token": "t"}))]));
    sheet.error("old profile", builder(&env).build());
    sheet.error("profile without url", builder(&env).profile("a").project("p").build());
    std::fs::write(&path, "{").unwrap();
    sheet.error("broken profiles", builder(&env).build());
    sheet.error(
        "broken profiles and no project",
        token().api_endpoint(DCI).build().unwrap().project().map(drop),
    );
    let config = parsed(&config_of("me", DCI));
    sheet.error("profiles not written", ProfileFile::at(&path).put("a", &config, None).map_err(Error::from));
    std::fs::write(&path, r#"{"version": "2", "profiles": {}}"#).unwrap();
    sheet.error(
        "old profiles not written",
        ProfileFile::at(&path).put("a", &config, None).map_err(Error::from),
    );
    sheet.error("message is no map", builder(&env).message(json!("x")));
    sheet.error(
        "message is incomplete",
        builder(&env).message(json!({"token": null, "projectId": 1})).unwrap().build(),
    );
    sheet.error("message and token", {
        let message = json!({"apiEndpoint": DCI, "token": jwt("a"), "projectId": "p"});
        token().message(message).unwrap().build()
    });
    sheet.error("login cut short", Login::ask(&mut Cursor::new("\n"), &mut Vec::new(), &env));
    sheet.error("token life", builder(&env).config(config).token_life(std::time::Duration::ZERO).build());
    insta::assert_snapshot!(sheet.text);
}

#[tokio::test]
async fn errors_of_calls() {
    let home = tempdir().unwrap();
    let mut sheet = Sheet::new(home.path());
    let fault = async |sheet: &mut Sheet, name: &str, pattern: &str, fault: Fault| {
        let (sim, _, client) = signed_in();
        sim.server().faults().next(pattern, fault).always();
        let result = client.content().list().send().await;
        let text = sheet.text.len();
        sheet.error(name, result);
        let shown = sheet.text.split_off(text);
        sheet.text.push_str(&shown.replace(sim.base().trim_start_matches("http://"), "$HOST"));
    };
    let (info, list) = ("GET /fabric/v4/info", "GET /fabric/v4/projects/p1/content");
    for (name, pattern, what) in [
        ("clock: no JSON", info, Fault::not_json()),
        ("clock: no time", info, Fault::Reply(Reply::json(200, json!({"serverTs": "1"})))),
        ("clock: 404", info, Fault::status(404)),
        ("clock: 503", info, Fault::status(503)),
        ("clock: redirect", info, Fault::redirect(302, "https://login.example/x")),
        ("call: bad request", list, Fault::Reply(Reply::json(400, json!({"success": false, "error": "no"})))),
        ("call: forbidden", list, Fault::status(403)),
        (
            "call: busy",
            list,
            Fault::Reply(Reply::empty(429).header("retry-after", "3").header("x-request-id", "r-1")),
        ),
        ("call: redirect", list, Fault::redirect(307, "/x")),
        ("call: no JSON", list, Fault::not_json()),
        (
            "call: success false",
            list,
            Fault::Reply(Reply::json(200, json!({"success": false, "error": "nope"}))),
        ),
        (
            "call: refused",
            list,
            Fault::Reply(Reply::redirect(302, "/login").header("x-auth-error", "jwt expired")),
        ),
        ("call: login page", list, Fault::redirect(302, "/login")),
    ] {
        fault(&mut sheet, name, pattern, what).await;
    }
    let (sim, clock, _) = signed_in();
    sim.refuse_by(Refusal::Unauthorized);
    let given = |life| {
        Client::builder()
            .environment(Environment::empty())
            .clock(clock.clone())
            .token(sim.token(std::time::Duration::from_secs(life)).unwrap())
            .api_endpoint(sim.base())
            .project("p1")
            .build()
            .unwrap()
    };
    let (refused, expiring) = (given(600), given(60));
    refused.content().list().send().await.unwrap();
    sim.revoke_all();
    let mut late = Sheet::new(home.path());
    late.error("given token: refused", refused.content().list().send().await);
    clock.advance(std::time::Duration::from_secs(60));
    late.error("given token: expired", expiring.content().list().send().await);
    late.error("key: climbs", refused.content().download("../x").bytes().await);
    late.error("key: empty", refused.content().delete("").await);
    let client = client_of(&sim, &clock).build().unwrap();
    sim.server().faults().next("POST /fabric/v4/projects/p1/content/k", Fault::status(504).after_handling());
    late.error("upload: lost", client.content().upload_streaming("k", "x").await);
    sheet.text.push_str(&late.text.replace(sim.base().trim_start_matches("http://"), "$HOST"));
    insta::assert_snapshot!(sheet.text);
}

#[test]
fn debugs() {
    let home = tempdir().unwrap();
    let mut sheet = Sheet::new(home.path());
    let env = Environment::empty().with_home(home.path()).with_seed(1);
    let config = with_project(config_of("me", DCI), "p");
    write_profiles(home.path(), profiles(&[("default", config.clone())]));
    let profiles = Profiles::load(&env).unwrap();
    sheet.line("PersonalAccessConfig", format!("{:#?}", parsed(&config)));
    sheet.line("Profiles", format!("{profiles:#?}"));
    let message: Message =
        json!({"apiEndpoint": DCI, "token": jwt("me"), "projectId": "p", "payload": {"secret": 1}})
            .try_into()
            .unwrap();
    sheet.line("Message", format!("{message:#?}"));
    let answers = format!("\n{config}\n\n");
    let login = Login::ask(&mut Cursor::new(answers), &mut Vec::new(), &env).unwrap();
    sheet.line("Login", format!("{login:#?}"));
    let client = builder(&env).build().unwrap();
    sheet.line("Client, signing", format!("{client:#?}"));
    sheet.line("Client, given token", format!("{:#?}", builder(&env).token(jwt("me")).build().unwrap()));
    sheet.line("ManagedContentClient, list and download", {
        let content = client.content();
        format!("{:?}\n{:?}", content.list().prefix("a").limit(1), content.download("k"))
    });
    sheet.line("Upload", format!("{:?}", Upload::bytes("canary").with_file_name("f")));
    sheet.line("ProfileFile", format!("{:?}", ProfileFile::shared(&env).unwrap()));
    let error = Client::builder().environment(Environment::empty()).token("canary").build().unwrap_err();
    sheet.line("Error", format!("{error:#?}"));
    insta::assert_snapshot!(sheet.text);
}

#[test]
fn the_file_of_the_simulator_is_one_of_the_clis() {
    let home = tempdir().unwrap();
    let sim = Sim::start().unwrap();
    let path = sim.write_profile(home.path()).unwrap();
    let text = std::fs::read_to_string(path).unwrap().replace(&sim.base(), "$BASE");
    insta::assert_snapshot!(text);
}
