//! Experiments on this machine's disk (contract section 4.3).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::*;
use cortex::local::Local;
use cortex::{Environment, ErrorKind};
use serde_json::json;
use tempfile::tempdir;

#[test]
fn a_run_is_kept_as_the_sdk_keeps_it() {
    let (home, clock) = (tempdir().unwrap(), clock());
    let env = Environment::empty().with_home(home.path()).with_seed(7);
    let local = Local::open(&env).unwrap().with_clock(clock.clone());
    assert_eq!(local.basedir(), home.path().join(".cortex"));
    let experiment = local.experiment("exp1").unwrap();
    let mut run = experiment.start_run().unwrap();
    run.log_param("depth", 3);
    run.log_metric("accuracy", 0.68);
    run.set_meta("algo", "tree");
    run.log_artifact("model", vec![0_u8, 159, 146]);
    clock.advance(Duration::from_millis(2500));
    run.stop();
    experiment.save_run(&mut run).unwrap();
    experiment.set_meta("who", "me").unwrap();

    let text =
        std::fs::read_to_string(home.path().join(".cortex/local/experiments/exp1/config.yml")).unwrap();
    insta::assert_snapshot!(text);
    let path = experiment.get_artifact_path(run.id(), "model").unwrap();
    assert_eq!(
        path,
        home.path().join(format!(".cortex/local/experiments/exp1/artifacts/model_{}.pk", run.id()))
    );
    assert_eq!(std::fs::read(path).unwrap(), [0, 159, 146]);

    // What another program sees.
    let again = Local::open(&env).unwrap().experiment("exp1").unwrap();
    let read = again.get_run(run.id()).unwrap().unwrap();
    assert_eq!((read.took(), read.end_time(), read.start_time()), (Some(2.5), Some(NOW + 2), Some(NOW)));
    assert_eq!((&read.params["depth"], &read.metrics["accuracy"]), (&json!(3), &json!(0.68)));
    assert_eq!(again.load_artifact(run.id(), "model").unwrap(), vec![0, 159, 146]);
    let second = again.start_run().unwrap();
    assert_eq!(again.last_run().unwrap().unwrap().id(), second.id());
    assert_eq!(again.find_runs(|run| run.took().is_some()).unwrap().len(), 1);
    assert!(again.display().unwrap().contains("2.50 s  {\"depth\":3}  {\"accuracy\":0.68}"));
    assert!(again.get_run("gone").unwrap().is_none());
    again.reset().unwrap();
    assert!(again.runs().unwrap().is_empty() && again.last_run().unwrap().is_none());
    assert!(again.load_artifact(run.id(), "model").is_err());
}

#[test]
fn what_the_sdk_wrote_is_read_and_kept() {
    let home = tempdir().unwrap();
    let folder = home.path().join("local/experiments/e");
    std::fs::create_dir_all(&folder).unwrap();
    let text = "experiment:\n  runs:\n  - artifacts:\n    - a\n    endTime: 1795319663\n    id: wm0ddnm\n    meta: {}\n    \
                metrics:\n      m: 0.5\n    params:\n      p: 1\n    startTime: 1795319663\n    took: 0.001280276999978014\n\
                later: 1\nmeta:\n  created: '2026-11-22 03:54:23.206091'\n  who: me\n";
    std::fs::write(folder.join("config.yml"), text).unwrap();
    let experiment = Local::at(home.path()).with_clock(clock()).experiment("e").unwrap();
    let runs = experiment.runs().unwrap();
    assert_eq!((runs[0].id(), runs[0].artifacts()), ("wm0ddnm", &["a".to_owned()][..]));
    experiment.set_meta("more", json!([1, "two"])).unwrap();
    let after = std::fs::read_to_string(folder.join("config.yml")).unwrap();
    let changed = "  more:\n  - 1\n  - two\n  updated: '2027-01-15 08:00:00.000000'\n  who: me\n";
    assert_eq!(after, text.replace("  who: me\n", changed));
    // A run that is saved leaves what stands beside the runs, and beside the members of a run that are known.
    let text = "experiment:\n  owner: me\n  runs:\n  - id: wm0ddnm\n    later: 1\nmeta: {}\n";
    std::fs::write(folder.join("config.yml"), text).unwrap();
    let mut run = experiment.get_run("wm0ddnm").unwrap().unwrap();
    run.log_metric("m", 0.5);
    experiment.save_run(&mut run).unwrap();
    experiment.start_run().unwrap();
    let after = std::fs::read_to_string(folder.join("config.yml")).unwrap();
    assert!(after.starts_with("experiment:\n  owner: me\n  runs:\n  - artifacts: []\n"), "{after}");
    assert!(after.contains("    later: 1\n") && after.contains("      m: 0.5\n"), "{after}");
    assert_eq!(experiment.runs().unwrap().len(), 2);
}

#[test]
fn names_cannot_lead_elsewhere_and_broken_files_are_told() {
    let home = tempdir().unwrap();
    let local = Local::at(home.path());
    for name in ["", ".", "..", "a/b", "../x", "a\\b", "c:"] {
        assert_eq!(local.experiment(name).unwrap_err().kind(), ErrorKind::InvalidInput, "{name}");
    }
    let experiment = local.experiment("e").unwrap();
    assert!(experiment.get_artifact_path("r", "../../x").is_err());
    assert!(experiment.clean_dir(home.path()).is_err());
    let path = home.path().join("local/experiments/e/config.yml");
    for broken in ["[", "- 1", "experiment: {runs: [{x: 1}]}"] {
        std::fs::write(&path, broken).unwrap();
        let error = experiment.runs().unwrap_err();
        assert!(error.to_string().contains("config.yml"), "{error}");
        assert_eq!(error.kind(), ErrorKind::File);
    }
    assert!(Local::open(&Environment::empty()).is_err());
}
