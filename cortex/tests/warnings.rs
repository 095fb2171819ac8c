//! What is worth a line in the log, and no error.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::log::Log;
use common::*;
use cortex::{Builder, Environment};

const A: &str = "https://api.a.example";
const B: &str = "https://api.b.example";

/// The warnings while a client is made.
fn warnings(builder: Builder) -> Vec<String> {
    let log = Log::default();
    let _listening = log.listen();
    builder.build().unwrap();
    log.text().lines().filter(|line| line.contains(" WARN ")).map(str::to_owned).collect()
}

#[test]
fn variables_for_the_endpoint_that_differ() {
    let env = Environment::empty().with_var("CORTEX_TOKEN", jwt("me")).with_var("CORTEX_URI", A);
    assert!(warnings(builder(&env)).is_empty());
    assert!(warnings(builder(&env.clone().with_var("CORTEX_URL", format!("{A}/")))).is_empty());
    let differ = warnings(builder(&env.with_var("CORTEX_URL", B)));
    assert!(differ.len() == 1 && differ[0].contains("CORTEX_URI and CORTEX_URL differ; CORTEX_URI is used"));
}

#[test]
fn tokens_that_are_sent_to_another_host_than_the_configs() {
    let config = || parsed(&config_of("me", A));
    let env = Environment::empty();
    assert!(warnings(builder(&env).config(config()).api_endpoint(format!("{A}/prefix"))).is_empty());
    let elsewhere = warnings(builder(&env).config(config()).api_endpoint(B));
    assert!(elsewhere.len() == 1, "{elsewhere:?}");
    assert!(
        elsewhere[0].contains("api.a.example") && elsewhere[0].contains("api.b.example"),
        "{elsewhere:?}"
    );
}

#[test]
fn certificates_that_are_not_checked() {
    let client = || builder(&Environment::empty()).config(parsed(&config_of("me", A)));
    assert!(warnings(client().verify_ssl_cert(true)).is_empty());
    let unchecked = warnings(client().verify_ssl_cert(false));
    assert!(unchecked.len() == 1 && unchecked[0].contains("certificates are not checked"), "{unchecked:?}");
}
