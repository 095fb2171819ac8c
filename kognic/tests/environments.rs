//! Scopes and named environments: a test for each row of the contract's sections 3.3 and 3.4.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, client_id, credentials_file, good, refused, signs_in, with_id_and_secret};
use kognic::{Builder, Client, ErrorKind, Hosts, NamedEnvironments};
use serde_json::json;

/// The vendor's file, below the home folder.
const FILE: &str = ".config/kognic/environments.json";

mod scopes_3_3 {
    use super::*;

    /// A file with the scope `of:file`, and the environment `e` that names it, with or without scopes.
    fn world(scopes: &str) -> (World, Builder) {
        let world = World::new();
        world.write("credentials.json", credentials_file(json!({"scopes": ["of:file"]})));
        let base = world.sim.base();
        world.write(
            FILE,
            format!(
                r#"{{"environments": {{"e": {{"host": "app.kognic.com", "auth_server": "{base}",
                "credentials": "~/credentials.json" {scopes}}}}}}}"#
            ),
        );
        let builder = world.builder().named_environment("e");
        (world, builder)
    }

    async fn scope(world: &World, builder: Builder) -> Option<String> {
        signs_in(world, builder).await.2
    }

    #[tokio::test]
    async fn given_ones_come_first() {
        let (world, builder) = world(r#", "scopes": ["of:environment"]"#);
        let builder = builder.scopes(["api:read", "api:write"]);
        assert_eq!(scope(&world, builder).await.as_deref(), Some("api:read api:write"));
    }

    #[tokio::test]
    async fn then_those_of_the_environment() {
        let (world, builder) = world(r#", "scopes": ["of:environment"]"#);
        assert_eq!(scope(&world, builder).await.as_deref(), Some("of:environment"));
    }

    #[tokio::test]
    async fn then_those_of_the_file() {
        let (world, builder) = world("");
        assert_eq!(scope(&world, builder).await.as_deref(), Some("of:file"));
    }

    #[tokio::test]
    async fn then_none() {
        let world = World::new();
        assert_eq!(scope(&world, world.builder().credentials(good())).await, None);
    }

    #[tokio::test]
    async fn an_empty_list_means_none_and_ends_the_search() {
        let (world_1, builder) = world(r#", "scopes": ["of:environment"]"#);
        assert_eq!(scope(&world_1, builder.scopes(Vec::<String>::new())).await, None);
        let (world_2, builder) = world(r#", "scopes": []"#);
        assert_eq!(scope(&world_2, builder).await, None);
    }
}

mod environments_3_4 {
    use super::*;

    /// Environments by name, host and further members.
    fn write(world: &World, name: &str, environments: &[(&str, &str, &str)], default: &str) {
        let entries: Vec<String> = environments
            .iter()
            .map(|(name, host, more)| {
                format!(r#""{name}": {{"host": "{host}", "auth_server": "https://auth.{host}" {more}}}"#)
            })
            .collect();
        world.write(
            name,
            format!(r#"{{"default_environment": "{default}", "environments": {{{}}}}}"#, entries.join(",")),
        );
    }

    /// A builder without a base URL.
    fn builder(world: &World) -> Builder {
        Client::builder().environment(world.environment()).clock(world.clock.clone())
    }

    fn hosts(builder: Builder) -> [String; 2] {
        let client = builder.build().unwrap();
        [client.hosts().auth.to_string(), client.hosts().input.to_string()]
    }

    #[test]
    fn hosts_are_those_of_the_environment() {
        let world = World::new();
        write(&world, FILE, &[("example", "example.kognic.com", "")], "");
        let builder = || builder(&world).credentials(good()).named_environment("example");
        let expected = ["https://auth.example.kognic.com", "https://input.example.kognic.com"];
        assert_eq!(hosts(builder()), expected);
        assert_eq!(
            hosts(builder().base_url("https://proxy.example")),
            [expected[0], "https://proxy.example"]
        );
        let mut own = Hosts::default();
        own.auth = Some("https://auth.example".to_owned());
        assert_eq!(hosts(builder().hosts(own)), ["https://auth.example", expected[1]]);
    }

    #[tokio::test]
    async fn credentials_are_those_of_the_environment_unless_given() {
        let world = World::new();
        world.write("c.json", credentials_file(json!({})));
        let base = world.sim.base();
        world.write(
            FILE,
            format!(
                r#"{{"environments": {{"e": {{"host": "h", "auth_server": "{base}", "credentials": "~/c.json"}}}}}}"#
            ),
        );
        let environment = with_id_and_secret(world.environment(), "v-1", "vs-1");
        let builder = || world.builder_in(environment.clone()).named_environment("e");
        assert_eq!(client_id(&world, builder()).await, "f-1");
        assert_eq!(client_id(&world, builder().credentials(good())).await, "c-1");
    }

    #[tokio::test]
    async fn an_environment_without_credentials_uses_the_usual_sources() {
        for nothing in ["", r#", "credentials": null"#, r#", "credentials": """#] {
            let world = World::new();
            let base = world.sim.base();
            world.write(
                FILE,
                format!(r#"{{"environments": {{"e": {{"host": "h", "auth_server": "{base}" {nothing}}}}}}}"#),
            );
            let environment = with_id_and_secret(world.environment(), "v-1", "vs-1");
            assert_eq!(client_id(&world, world.builder_in(environment).named_environment("e")).await, "v-1");
        }
    }

    #[test]
    fn unusable_credentials_of_an_environment_name_it() {
        let world = World::new();
        write(&world, FILE, &[("e", "h", r#", "credentials": "~/missing.json""#)], "");
        let (kind, text) = refused(&world, builder(&world).named_environment("e"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        let expected = "the Kognic environment `e`: the credentials file $HOME/missing.json does not exist";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let world = World::new();
        write(&world, FILE, &[("a", "a.example", ""), ("b", "b.example", "")], "a");
        let (kind, text) = refused(&world, builder(&world).credentials(good()).named_environment("zz"));
        assert_eq!(kind, ErrorKind::Configuration);
        assert_eq!(
            text,
            "there is no Kognic environment `zz` in $HOME/.config/kognic/environments.json \
             (known environments: a, b)"
        );
    }

    #[test]
    fn a_missing_file_has_no_environments() {
        let world = World::new();
        let (kind, text) = refused(&world, builder(&world).credentials(good()).named_environment("a"));
        assert_eq!(kind, ErrorKind::Configuration);
        assert!(text.ends_with("(known environments: none)"), "{text}");
    }

    #[test]
    fn another_file_can_be_given() {
        let world = World::new();
        write(&world, "mine.json", &[("a", "a.example", "")], "");
        let builder = builder(&world).credentials(good()).environments_file("~/mine.json");
        assert_eq!(
            hosts(builder.named_environment("a")),
            ["https://auth.a.example", "https://input.a.example"]
        );
    }

    #[test]
    fn a_name_comes_before_a_host() {
        let world = World::new();
        write(&world, FILE, &[("a", "a.example", ""), ("b", "b.example", "")], "");
        let builder = builder(&world).credentials(good()).environment_of("x.a.example");
        assert_eq!(hosts(builder.named_environment("b"))[0], "https://auth.b.example");
    }

    #[test]
    fn a_host_is_matched_whole_then_by_the_longest_suffix_then_by_default() {
        let world = World::new();
        let all =
            [("wide", "kognic.com", ""), ("app", "App.kognic.com", ""), ("same", "x.app.kognic.com", "")];
        write(&world, FILE, &all, "wide");
        let name = |host: &str| NamedEnvironments::load(&world.environment()).unwrap().for_host(host).name;
        assert_eq!(name("x.app.kognic.com"), "same");
        assert_eq!(name("y.app.kognic.com"), "app", "not the first of the file, and capitals do not matter");
        assert_eq!(name("y.kognic.com"), "wide");
        assert_eq!(name("evilkognic.com"), "wide", "by default");
    }

    #[test]
    fn without_a_fitting_and_a_default_environment_it_is_the_built_in_one() {
        for default in ["", "unknown"] {
            let world = World::new();
            write(&world, FILE, &[("a", "a.example", "")], default);
            let builder = builder(&world).credentials(good()).environment_of("b.example");
            assert_eq!(hosts(builder), ["https://auth.app.kognic.com", "https://input.app.kognic.com"]);
        }
    }

    #[test]
    fn a_broken_file_is_an_error_that_names_it() {
        for (content, expected) in [
            ("{", "its JSON breaks off at line 1"),
            ("[]", "it holds a list where an object is expected"),
            (r#"{"environments": []}"#, "the field `environments` is not an object"),
            (
                r#"{"environments": {"a": {"auth_server": "https://x"}}}"#,
                "environment `a`: missing field `host`",
            ),
            (r#"{"environments": {"a": {"host": "x"}}}"#, "environment `a`: missing field `auth_server`"),
        ] {
            let world = World::new();
            world.write(FILE, content);
            let (kind, text) = refused(&world, builder(&world).credentials(good()).named_environment("a"));
            assert_eq!(kind, ErrorKind::Configuration);
            let place = "$HOME/.config/kognic/environments.json: ";
            assert!(text.starts_with(place) && text.contains(expected), "{text}");
        }
    }

    #[test]
    fn a_broken_file_does_no_harm_to_those_who_do_not_need_it() {
        let world = World::new();
        world.write(FILE, "{");
        assert!(builder(&world).credentials(good()).build().is_ok());
    }
}
