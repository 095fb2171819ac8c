//! The login of the whole process (contract section 3.1, R14). One test, because there is one process.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::Cursor;

use common::*;
use cortex::sim::Sim;
use cortex::{Environment, Login};
use tempfile::tempdir;

#[tokio::test]
async fn r14_a_login_is_remembered_in_memory_until_the_process_ends() {
    let (home, sim) = (tempdir().unwrap(), Sim::with_clock(clock()).unwrap());
    let env = Environment::empty()
        .with_home(home.path())
        .with_var("CORTEX_TOKEN", jwt("token variable"))
        .with_var("CORTEX_URI", "https://api.elsewhere.example")
        .with_var("CORTEX_PROJECT", "p-variable");
    let login = |project: &str| {
        let answers = format!("\n{}\n{project}\n", config_of("person", &sim.base()));
        Login::ask(&mut Cursor::new(answers), &mut Vec::new(), &env).unwrap()
    };
    let before = builder(&env).build().unwrap();
    assert_eq!(who(&before).await, "token variable");

    login("p-typed").remember();
    let client = builder(&env).build().unwrap();
    assert_eq!((who(&client).await.as_str(), client.project().unwrap()), ("person", "p-typed"));
    assert_eq!(client.api_endpoint().to_string(), sim.base());
    // Arguments still come first, and an empty project leaves what variables say.
    assert_eq!(who(&builder(&env).token(jwt("argument")).build().unwrap()).await, "argument");
    login("").remember();
    assert_eq!(builder(&env).build().unwrap().project().unwrap(), "p-variable");

    // Neither on disk nor in the variables that child processes inherit.
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
    assert!(Environment::system().vars().all(|(_, value)| !value.contains("AQIDBAUG")));

    cortex::logout();
    assert_eq!(who(&builder(&env).build().unwrap()).await, "token variable");
}
