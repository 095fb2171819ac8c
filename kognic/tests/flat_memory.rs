//! Gigabytes go up and hardly anything of them is in memory. In a program of its own: others would be measured too.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs::File;

use common::World;
use kognic::api::{CreateScene, LidarsSequence, LidarsSequenceFrame, PointCloud};

/// Ten files of 64 MiB, all at the same time.
const SIZE: u64 = 64 << 20;
/// What the simulator keeps of each (8 MiB), and buffers of both sides: far from 640 MiB.
const MOST: u64 = 128 << 20;

/// The most memory that this process ever had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() << 10
}

#[tokio::test]
async fn files_pass_through_and_do_not_stay() {
    let world = World::new();
    let client = world.client();
    client.projects().list().await.unwrap();
    let frames = (0..10).map(|number| {
        let path = world.path(&format!("{number}.pcd"));
        File::create(&path).unwrap().set_len(SIZE).unwrap();
        let cloud = PointCloud::file(path.display().to_string());
        LidarsSequenceFrame::new(number.to_string(), 100 * number, vec![cloud])
    });
    let scene = LidarsSequence::new("large", frames.collect());
    let before = peak();
    client.lidars_sequence().create(&scene, &CreateScene::default()).await.unwrap();
    let grown = peak() - before;
    assert_eq!(world.sim.uploaded_bytes(), 10 * SIZE);
    assert!(grown < MOST, "grown by {grown} bytes");
}
