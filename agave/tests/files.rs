//! Contract section 4: the client files of the vendor's CLI and SDK, read as they write them, written so that they
//! can go on.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use agave::{Client, Timestamp, TokenInfo};
use auth_core::sim::{Fault, Reply};
use common::{World, shown, told};
use serde_json::json;

/// Section 4.1, as the CLI writes it.
const CLI: &str = "{\"tenantid\":\"tacc.prod\",\"baseurl\":\"$BASE/\",\"devurl\":\"\",\"apisecret\":\"S\",\"apikey\":\"K\",\"username\":\"u\",\"access_token\":\"A\",\"refresh_token\":\"refresh-1\",\"created_at\":\"1518136421\",\"expires_in\":\"13283\",\"expires_at\":\"Thu Feb  8 22:15:04 CST 2018\"}\n";
/// Section 4.2, as agavepy 0.7.3 rewrites it with Python's `json.dump`.
const SDK: &str = "{\"refresh_token\": \"refresh-1\", \"expires_in\": \"14400\", \"expires_at\": \"Fri Feb  9 04:33:41 2018\", \"created_at\": 1518136421, \"username\": \"u\", \"token_username\": null, \"client_name\": null, \"use_nonce\": false, \"verify\": true, \"proxies\": {\"https\": \"http://u:pw@proxy\"}, \"tenantid\": \"tacc.prod\", \"apisecret\": \"S\", \"apikey\": \"K\", \"baseurl\": \"$BASE\", \"access_token\": \"A\"}";
/// Section 4.4, as agavepy 0.9.5 writes it.
const SAVED_CONFIG: &str = "{\"access_token\": \"A\", \"apikey\": \"K\", \"apisecret\": \"S\", \"baseurl\": \"$BASE\", \"created_at\": \"1518136421\", \"devurl\": \"\", \"expires_at\": \"Sun Nov 22 07:33:51 UTC 2026\", \"expires_in\": 14400, \"refresh_token\": \"refresh-1\", \"tenantid\": \"tacc.prod\", \"username\": \"u\"}";

/// Restored from a file whose refresh token the tenant knows.
fn restored(world: &World, path: &str, text: &str) -> Client {
    world.sim.issuer().issue("K u");
    world.write(path, text);
    world.builder().restore().unwrap()
}

fn held(client: &Client) -> TokenInfo {
    client.token().held().unwrap()
}

fn seconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::unix_seconds)
}

mod reading {
    use super::*;

    #[test]
    fn the_clis_current() {
        let info = held(&restored(&World::new(), ".agave/current", CLI));
        assert_eq!(
            (shown(&info.access_token), shown(info.refresh_token.as_ref().unwrap())),
            ("A", "refresh-1")
        );
        assert_eq!(
            (seconds(info.created_at), info.expires_in),
            (Some(1_518_136_421), Some(Duration::from_secs(13_283)))
        );
        assert_eq!(seconds(info.expiration), Some(1_518_149_704));
        // In the zone of TZ, which is UTC here, whatever the text in the file says.
        assert_eq!(info.expires_at.as_deref(), Some("Fri Feb  9 04:15:04 2018"));
    }

    #[test]
    fn the_seeds_expiry_in_its_zone() {
        let world = World::new().with_var("TZ", "CST6");
        let info = held(&restored(&world, ".agave/current", CLI));
        assert_eq!(info.expires_at.as_deref(), Some("Thu Feb  8 22:15:04 2018"));
    }

    #[test]
    fn what_the_sdks_write() {
        for text in [SDK, SAVED_CONFIG] {
            let info = held(&restored(&World::new(), ".agave/current", text));
            assert_eq!(shown(&info.access_token), "A");
            assert_eq!(seconds(info.expiration), Some(1_518_136_421 + 14_400));
        }
    }

    #[test]
    fn agpy_in_the_sdks_names() {
        let text = r#"[{"api_server": "$BASE", "api_key": "K", "api_secret": "S", "username": "u", "token": "A", "refresh_token": "refresh-1", "created_at": 1518136421, "expires_in": "13283"}]"#;
        assert_eq!(seconds(held(&restored(&World::new(), ".agpy", text)).expiration), Some(1_518_149_704));
    }

    #[test]
    fn a_text_counts_where_the_numbers_do_not() {
        let expiry = |text: &str| {
            let entry =
                json!({"baseurl": "$BASE", "access_token": "A", "expires_in": null, "expires_at": text});
            seconds(held(&restored(&World::new(), ".agave/current", &entry.to_string())).expiration)
        };
        assert_eq!(expiry("Sun Nov 22 07:33:51 UTC 2026"), Some(1_795_332_831));
        assert_eq!(expiry("Sun Nov 22 07:33:51 2026"), Some(1_795_332_831));
        // A zone that is not certain, another language: unknown, and used until it is rejected.
        assert_eq!((expiry("Sun Nov 22 07:33:51 CST 2026"), expiry("So 22. Nov 2026")), (None, None));
    }

    #[test]
    fn odd_types_count_as_absent() {
        let entry = json!({"baseurl": "$BASE", "access_token": "A", "refresh_token": 5, "created_at": [], "expires_in": "soon", "verify": {}});
        let info = held(&restored(&World::new(), ".agave/current", &entry.to_string()));
        assert!(info.refresh_token.is_none() && info.created_at.is_none() && info.expires_in.is_none());
    }
}

mod writing {
    use super::*;

    #[tokio::test]
    async fn the_clis_file_byte_by_byte() {
        let world = World::new();
        let client = restored(&world, ".agave/current", CLI);
        client.profiles().get().await.unwrap();
        assert_eq!(
            world.read(".agave/current"),
            "{\"tenantid\":\"tacc.prod\",\"baseurl\":\"$BASE/\",\"devurl\":\"\",\"apisecret\":\"S\",\"apikey\":\"K\",\"username\":\"u\",\"access_token\":\"access-2\",\"refresh_token\":\"refresh-2\",\"created_at\":\"1800000000\",\"expires_in\":\"14400\",\"expires_at\":\"Fri Jan 15 12:00:00 UTC 2027\"}\n"
        );
    }

    #[tokio::test]
    async fn the_sdks_file_byte_by_byte() {
        let world = World::new();
        let client = restored(&world, ".agave/current", SDK);
        client.profiles().get().await.unwrap();
        let expected = SDK
            .replace("refresh-1", "refresh-2")
            .replace("Fri Feb  9 04:33:41 2018", "Fri Jan 15 12:00:00 2027")
            .replace("1518136421", "1800000000")
            .replace("\"A\"", "\"access-2\"");
        assert_eq!(world.read(".agave/current"), expected);
    }

    #[tokio::test]
    async fn the_file_of_0_9_5_byte_by_byte() {
        let world = World::new();
        let client = restored(&world, ".agave/current", SAVED_CONFIG);
        client.token().refresh().await.unwrap();
        let expected = SAVED_CONFIG
            .replace("refresh-1", "refresh-2")
            .replace("Sun Nov 22 07:33:51 UTC 2026", "Fri Jan 15 12:00:00 UTC 2027")
            .replace("1518136421", "1800000000")
            .replace("\"A\"", "\"access-2\"");
        assert_eq!(world.read(".agave/current"), expected);
    }

    #[tokio::test]
    async fn a_list_stays_a_list_and_others_stay_as_they_are() {
        let world = World::new();
        let list = "[\n  5,\n  {\n    \"api_key\": \"K\",\n    \"username\": \"other\",\n    \"token\": \"foreign\"\n  },\n  {\n    \"api_server\": \"$BASE\",\n    \"api_key\": \"K\",\n    \"api_secret\": \"S\",\n    \"username\": \"u\",\n    \"token\": \"A\",\n    \"refresh_token\": \"refresh-1\",\n    \"created_at\": 1,\n    \"expires_in\": 1\n  },\n  {\n    \"api_key\": null\n  }\n]\n";
        world.sim.issuer().issue("K u");
        world.write(
            ".agpy",
            &list.replace(
                "\"api_key\": \"K\",\n    \"username\": \"other\"",
                "\"api_key\": \"K0\",\n    \"username\": \"other\"",
            ),
        );
        let client = world.builder().api_key("K").restore().unwrap();
        // The same key twice: the user tells them apart.
        world.write(".agpy", list);
        client.profiles().get().await.unwrap();
        let expected = list
            .replace("\"A\"", "\"access-2\"")
            .replace("refresh-1", "refresh-2")
            .replace("\"created_at\": 1", "\"created_at\": 1800000000")
            .replace(
                "\"expires_in\": 1\n",
                "\"expires_in\": 14400,\n    \"expires_at\": \"Fri Jan 15 12:00:00 2027\"\n",
            );
        assert_eq!(world.read(".agpy"), expected);
    }

    #[tokio::test]
    async fn both_spellings_are_kept_alike() {
        let world = World::new();
        let text = r#"{"baseurl":"$BASE","apikey":"K","apisecret":"S","token":"old","refresh_token":"refresh-1","access_token":"A","created_at":1,"expires_in":1}"#;
        let client = restored(&world, ".agave/current", text);
        client.profiles().get().await.unwrap();
        let written = world.read(".agave/current");
        assert!(
            written.contains(r#""token":"access-2""#) && written.contains(r#""access_token":"access-2""#)
        );
    }

    #[tokio::test]
    async fn what_is_not_known_any_more_does_not_stay() {
        let world = World::new();
        let client = restored(&world, ".agave/current", SDK);
        let reply = Reply::json(200, json!({"access_token": "B", "token_type": "bearer"}));
        world.sim.server().faults().next("POST /token", Fault::Reply(reply));
        client.token().refresh().await.unwrap();
        let written = world.read(".agave/current");
        assert!(
            written.contains(r#""refresh_token": "refresh-1", "expires_in": "", "expires_at": """#),
            "{written}"
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn for_its_owner_only_and_behind_its_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let world = World::new();
        let target = world.write("elsewhere/session", CLI);
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::create_dir(world.home.path().join(".agave")).unwrap();
        let link = world.home.path().join(".agave/current");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        world.sim.issuer().issue("K u");
        world.builder().restore().unwrap().profiles().get().await.unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(world.read("elsewhere/session").contains("access-2"));
    }
}

mod sharing {
    use super::*;

    #[tokio::test]
    async fn somebody_elses_file_is_not_touched() {
        let world = World::new();
        world.write(".agave/current", &CLI.replace("\"K\"", "\"other\""));
        let before = world.read(".agave/current");
        // Not restored from it: given.
        let client = world.signing_in().build().unwrap();
        client.token().create().await.unwrap();
        client.token().refresh().await.unwrap();
        assert_eq!(world.read(".agave/current"), before);
    }

    #[tokio::test]
    async fn a_file_that_was_switched_to_another_client_is_not_touched() {
        let world = World::new();
        let client = restored(&world, ".agave/current", CLI);
        for other in [
            CLI.replace("\"K\"", "\"other\""),
            CLI.replace("\"u\"", "\"v\""),
            CLI.replace("$BASE/", "$BASE/other"),
        ] {
            world.write(".agave/current", &other);
            let before = world.read(".agave/current");
            // The session goes on in memory.
            client.token().refresh().await.unwrap();
            assert_eq!(world.read(".agave/current"), before);
        }
    }

    #[tokio::test]
    async fn a_file_that_is_gone_is_not_put_back() {
        let world = World::new();
        let client = restored(&world, ".agave/current", CLI);
        std::fs::remove_file(world.home.path().join(".agave/current")).unwrap();
        client.profiles().get().await.unwrap();
        assert!(!world.home.path().join(".agave/current").exists());
    }

    #[tokio::test]
    async fn a_client_that_was_given_creates_no_file() {
        let world = World::new();
        world.signing_in().build().unwrap().profiles().get().await.unwrap();
        assert_eq!(std::fs::read_dir(world.home.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn what_another_process_renewed_is_taken_over() {
        let world = World::new();
        let (one, two) = (restored(&world, ".agave/current", CLI), world.builder().restore().unwrap());
        one.profiles().get().await.unwrap();
        two.profiles().get().await.unwrap();
        assert_eq!(shown(&held(&two).access_token), "access-2");
        assert_eq!(world.sim.server().journal().count("POST /token"), 1);
        // Also when the old one is only rejected.
        world.sim.issuer().revoke_all();
        one.profiles().get().await.unwrap();
        two.profiles().get().await.unwrap();
        assert_eq!(world.sim.server().journal().count("POST /token"), 2);
    }

    #[tokio::test]
    async fn many_clients_of_one_file_make_one_exchange() {
        let world = World::new();
        restored(&world, ".agave/current", CLI);
        // They wait for each other by the machine's clock: one that stands still cannot be waited by.
        let client = || world.builder().clock(auth_core::SystemClock::new()).restore().unwrap();
        let clients: Vec<Client> = (0..8).map(|_| client()).collect();
        let calls = clients.iter().map(|client| {
            let client = client.clone();
            tokio::spawn(async move { client.profiles().get().await })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
        assert_eq!(world.sim.server().journal().count("POST /token"), 1);
    }
}

mod damage {
    use super::*;

    /// Breaks the file after the restore; then nothing may be spent.
    async fn broken_later(text: &str) {
        let world = World::new();
        let client = restored(&world, ".agave/current", CLI);
        world.write(".agave/current", text);
        let error = client.profiles().get().await.unwrap_err();
        assert!(error.to_string().contains("the refresh token was not spent"), "{error}");
        assert_eq!(world.read(".agave/current"), text);
        assert_eq!(world.asked(), [""; 0]);
    }

    #[tokio::test]
    async fn a_malformed_file_is_left_alone() {
        broken_later("{\"apikey\": \"K\", ").await;
    }

    #[tokio::test]
    async fn an_empty_file_is_left_alone() {
        broken_later("").await;
    }

    #[tokio::test]
    async fn a_file_of_something_else_is_left_alone() {
        broken_later("\"notes\"").await;
    }

    #[tokio::test]
    async fn a_refresh_token_is_not_spent_when_its_successor_cannot_be_saved() {
        let world = World::new();
        let client = restored(&world, ".agave/current", CLI);
        // Nothing can be locked, not even by root, where a folder has the name of the lock.
        std::fs::create_dir(world.home.path().join(".agave/current.lock")).unwrap();
        let error = client.profiles().get().await.unwrap_err();
        insta::assert_snapshot!(told(&world, error));
        assert_eq!(world.asked(), [""; 0]);
        let allowed = world.builder().spend_unsaved_refresh_token(true).restore().unwrap();
        allowed.profiles().get().await.unwrap();
        assert!(world.read(".agave/current").contains("refresh-1"));
    }

    #[tokio::test]
    async fn with_a_password_nothing_is_lost_by_spending_it() {
        let world = World::new();
        restored(&world, ".agave/current", CLI);
        std::fs::create_dir(world.home.path().join(".agave/current.lock")).unwrap();
        let client = world.builder().password("p").restore().unwrap();
        client.profiles().get().await.unwrap();
    }
}
