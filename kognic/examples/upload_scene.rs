//! Uploads a scene of images, waits until the platform has read it, and makes it an input of a project.
//!
//! `cargo run -p kognic-api --example upload_scene -- highway front.jpg rear.jpg`
//!
//! Without an account: run `cargo xtask sim --vendor kognic`, export what it prints, and run it in the same shell.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kognic::api::{Cameras, CreateInput, CreateScene, Image, InputTarget, SceneStatus, Upload};
use kognic::{Client, Environment, FilesProgress, Wait};

/// Uploads the images as one scene. Gives the UUID of the new input, when the platform could read the scene.
pub(crate) async fn upload_scene(
    client: &Client,
    project: &str,
    images: &[String],
) -> kognic::Result<Option<String>> {
    // One camera for each image, named after its place.
    let images = images.iter().enumerate().map(|(at, path)| Image::file(path).sensor(format!("CAM{at}")));
    let scene = Cameras::new("my scene", images.collect());

    let bar = ProgressBar::new(0);
    bar.set_style(
        ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}")
            .unwrap_or(ProgressStyle::default_bar()),
    );
    let shown = bar.clone();
    let progress = FilesProgress::new(move |now| {
        shown.set_length(now.all_total.unwrap_or_default());
        shown.set_position(now.all_done);
    });
    let upload = Upload { progress, ..Upload::default() };
    let created = client.cameras().create(&scene, &CreateScene { upload, ..CreateScene::default() }).await?;
    bar.finish();

    let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(1800));
    let ready = &client.scenes().wait(&[&created.scene_uuid], wait).await?[0];
    if ready.status != SceneStatus::Created {
        println!("scene {}: {} {:?}", ready.uuid, ready.status, ready.error_message);
        return Ok(None);
    }
    let input = CreateInput::new(InputTarget::Project(project.to_owned()));
    let input = client.inputs().create_from_scene(&ready.uuid, &input).await?;
    println!("input {}: {}", input.uuid, client.view_link(&input.uuid));
    Ok(Some(input.uuid))
}

#[tokio::main]
async fn main() -> kognic::Result<()> {
    let mut builder = Client::builder();
    if let Some(base) = Environment::system().var("KOGNIC_SIM_BASE_URL") {
        builder = builder.base_url(base);
    }
    let mut arguments = std::env::args().skip(1);
    let Some(project) = arguments.next() else {
        println!("usage: upload_scene PROJECT IMAGE...");
        return Ok(());
    };
    upload_scene(&builder.build()?, &project, &arguments.collect::<Vec<_>>()).await?;
    Ok(())
}
