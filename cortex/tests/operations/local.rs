//! Rows of the table that send nothing.

use std::sync::Arc;

use auth_core::ManualClock;
use auth_core::Timestamp;
use auth_core::sim::{Operations, unsigned_jwt};
use cortex::api::{Experiment, Model};
use cortex::local::Local;
use cortex::{
    Client, ConnectionClient, Environment, ExperimentClient, Login, ManagedContentClient, Message,
    ModelClient, Profiles, SecretsClient, SessionClient, SkillClient, Timer, TypeClient,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{NOW, open, start};

async fn nothing<T>(book: &mut Operations, name: &str, value: impl FnOnce() -> cortex::Result<T>) -> T {
    book.call(name, [], async { value() }).await
}

fn token() -> String {
    unsigned_jwt(&json!({"aud": "cortex", "sub": "me", "exp": NOW + 86_400}))
}

fn message(base: &str) -> Value {
    json!({"apiEndpoint": base, "token": token(), "projectId": "p", "payload": {"q": 1}, "later": 1})
}

#[tokio::test]
async fn clients_and_messages() {
    let (mut book, builder) = start(|_| None);
    let base = book.base();
    let client = nothing(&mut book, "client.new", || builder.token(token()).build()).await;
    assert_eq!((client.project().unwrap(), client.api_url()), ("p/1", format!("{base}/fabric/v4")));
    let made = nothing(&mut book, "client.from_message", || {
        let message: Message = message(&base).try_into()?;
        Client::from_message(&message)
    });
    assert_eq!(made.await.project().unwrap(), "p");
    nothing(&mut book, "client.login", || {
        let config = json!({
            "jwk": {
                "crv": "Ed25519", "kty": "OKP", "x": "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ",
                "d": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
            },
            "issuer": "i", "audience": "cortex", "username": "u", "url": base,
        });
        let answers = format!("\n{config}\np\n");
        Login::ask(&mut answers.as_bytes(), &mut Vec::new(), &Environment::empty())
    })
    .await;
    nothing(&mut book, "client.connections", || Ok(client.connections())).await;
    nothing(&mut book, "client.content", || Ok(client.content())).await;
    nothing(&mut book, "client.experiments", || Ok(client.experiments())).await;
    nothing(&mut book, "client.models", || Ok(client.models())).await;
    nothing(&mut book, "client.secrets", || Ok(client.secrets())).await;
    nothing(&mut book, "client.sessions", || Ok(client.sessions())).await;
    nothing(&mut book, "client.skills", || Ok(client.skills())).await;
    nothing(&mut book, "client.types", || Ok(client.types())).await;
    let other = nothing(&mut book, "client.service_for_project", || Ok(client.with_project("p2"))).await;
    assert_eq!(other.project().unwrap(), "p2");
    let _ = nothing(&mut book, "client.to_connector", || Ok(client.request(cortex::Method::GET, "/x"))).await;
    nothing(&mut book, "service_client.new", || {
        let _ =
            (ConnectionClient::new(&client), ManagedContentClient::new(&client), ModelClient::new(&client));
        let _ = (ExperimentClient::new(&client), SecretsClient::new(&client), SessionClient::new(&client));
        Ok((SkillClient::new(&client), TypeClient::new(&client)))
    })
    .await;
    let url = nothing(&mut book, "connector.base_url", || Ok(client.api_url())).await;
    assert_eq!(url, format!("{base}/fabric/v4"));

    let params = message(&base);
    let made = nothing(&mut book, "message.new", || Message::try_from(params.clone())).await;
    let back = nothing(&mut book, "message.to_params", || Ok(made.to_params())).await;
    assert_eq!(Value::from(back), params);
    let env = Environment::empty().with_var("CORTEX_TOKEN", token()).with_var("CORTEX_URL", &base);
    let found = nothing(&mut book, "message.from_env", || Message::from_env(&env)).await;
    assert_eq!((found.api_endpoint(), found.project_id()), (Some(base.as_str()), None));
    let resolve = || Client::builder().environment(env.clone()).project("p").resolve();
    let found = nothing(&mut book, "env.new", resolve).await;
    assert_eq!((found.api_endpoint.as_str(), found.project.as_deref()), (base.as_str(), Some("p")));
    let found = nothing(&mut book, "env.get_token", resolve).await;
    assert!(found.token.is_some() && found.config.is_none());
    let home = tempfile::tempdir().unwrap();
    let lived = Environment::empty().with_home(home.path());
    let profiles = nothing(&mut book, "env.get_cortex_profile", || Ok(Profiles::load(&lived)?)).await;
    assert!(profiles.current().is_err() && profiles.named("x").is_err());
    nothing(&mut book, "env.get_cortex_token", resolve).await;
    let model = nothing(&mut book, "models.to_camel", || Ok(Model::new("m").to_camel())).await;
    assert_eq!(
        (&model["camel"], &model["tags"], &model["title"]),
        (&json!("1.0.0"), &json!([]), &Value::Null)
    );
    let one = nothing(&mut book, "experiment.to_camel", || Ok(Experiment::new("e").to_camel())).await;
    assert_eq!((&one["name"], &one["meta"]), (&json!("e"), &json!({})));
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn experiments_on_the_disk() {
    let (mut book, _client) = open();
    let home = tempfile::tempdir().unwrap();
    let env = Environment::empty().with_home(home.path()).with_seed(1);
    let local = nothing(&mut book, "local.open", || Local::open(&env)).await;
    let basedir = nothing(&mut book, "local.basedir", || Ok(local.basedir().to_owned())).await;
    assert_eq!(basedir, home.path().join(".cortex"));
    let one = nothing(&mut book, "local.experiment", || local.experiment("e")).await;
    let mut run = nothing(&mut book, "local_experiment.start_run", || one.start_run()).await;
    run.log_artifact("a", "bytes");
    nothing(&mut book, "local_experiment.save_run", || one.save_run(&mut run)).await;
    nothing(&mut book, "local_experiment.set_meta", || one.set_meta("who", "me")).await;
    assert_eq!(nothing(&mut book, "local_experiment.runs", || one.runs()).await.len(), 1);
    let found = nothing(&mut book, "local_experiment.get_run", || one.get_run(run.id())).await;
    assert_eq!(found.unwrap().artifacts(), ["a"]);
    assert!(nothing(&mut book, "local_experiment.last_run", || one.last_run()).await.is_some());
    let found =
        nothing(&mut book, "local_experiment.find_runs", || one.find_runs(|run| run.took().is_none()));
    assert_eq!(found.await.len(), 1);
    let bytes =
        nothing(&mut book, "local_experiment.load_artifact", || one.load_artifact(run.id(), "a")).await;
    assert_eq!(bytes, "bytes");
    let path =
        nothing(&mut book, "local_experiment.get_artifact_path", || one.get_artifact_path("r", "a")).await;
    assert!(path.ends_with("local/experiments/e/artifacts/a_r.pk"));
    assert!(nothing(&mut book, "local_experiment.display", || one.display()).await.contains(run.id()));
    let artifacts = path.parent().unwrap();
    nothing(&mut book, "local_experiment.clean_dir", || one.clean_dir(artifacts)).await;
    assert!(one.load_artifact(run.id(), "a").is_err());
    nothing(&mut book, "local_experiment.reset", || one.reset()).await;
    let clock = ManualClock::at(Timestamp::from_unix_seconds(NOW));
    let mut timer = Timer::new(Arc::new(clock));
    let started = nothing(&mut book, "timer.start", || {
        timer.start();
        Ok(timer.start_time())
    });
    assert!(started.await.is_some());
    let stopped = nothing(&mut book, "timer.stop", || {
        timer.stop();
        Ok(timer.end_time())
    });
    assert!(stopped.await.is_some());
    assert_eq!(timer.interval(), Some(std::time::Duration::ZERO));
    assert_snapshot!(book.text());
}
