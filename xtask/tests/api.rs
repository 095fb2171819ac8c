//! `cargo xtask check api` as it is run: in a workspace whose only crate loses a public function.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

const MANIFEST: &str = "[package]\nname = \"a-api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n
[lib]\nname = \"a\"\n
[features]\nsim = []\nmore = []\n";
const CODE: &str = "//! A crate.\npub struct Client;\nimpl Client { pub fn list(&self) {} }\n
#[cfg(feature = \"more\")]\npub fn more() {}\n
#[cfg(feature = \"sim\")]\npub mod sim {}\n";

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(folder).args(["check", "api"]).args(arguments);
    // This workspace's own settings are not the small one's.
    command.env_remove("CARGO_TARGET_DIR").env_remove("RUSTDOCFLAGS").output().unwrap()
}

#[test]
fn a_public_function_that_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir_all(root.join("a/src")).unwrap();
    std::fs::write(root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"a\"]\n").unwrap();
    std::fs::write(root.join("a/Cargo.toml"), MANIFEST).unwrap();
    std::fs::write(root.join("a/src/lib.rs"), CODE).unwrap();

    let none = check(root, &[]);
    let told = String::from_utf8(none.stderr).unwrap();
    if told.contains("cannot be checked here") {
        assert!(none.status.success() && told.contains("rustdoc"), "another toolchain is no failure: {told}");
        return;
    }
    assert!(!none.status.success() && told.contains("a/api.txt is missing"), "{told}");

    assert!(check(root, &["--record"]).status.success());
    let listing = std::fs::read_to_string(root.join("a/api.txt")).unwrap();
    assert!(
        listing.contains("pub fn a::Client::list(&self)") && listing.contains("pub fn a::more()"),
        "{listing}"
    );
    assert!(!listing.contains("sim"), "{listing}");
    assert!(check(root, &[]).status.success());

    std::fs::write(root.join("a/src/lib.rs"), CODE.replace("list", "all")).unwrap();
    let lost = check(root, &[]);
    let told = String::from_utf8(lost.stderr).unwrap();
    assert_eq!(lost.status.code(), Some(1));
    assert!(
        told.contains("- pub fn a::Client::list(&self)") && told.contains("check api --record"),
        "{told}"
    );
}
