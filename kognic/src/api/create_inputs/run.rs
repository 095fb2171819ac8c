//! The steps in which inputs are created: each pull of the stream goes on until something is known of a scene.

use std::collections::VecDeque;
use std::time::Duration;

use super::{CreateInputs, CreatedInput, CreatedInputStatus, InputError, SceneWithPreAnnotation};
use crate::api::scenes::{Scene, SceneStatus};
use crate::api::sensors::{CreateScene, SceneModel, TypedScenes};
use crate::check;
use crate::error::{Error, Result};
use crate::openlabel::OpenLabel;

/// A scene that the platform works on.
struct Pending {
    at: usize,
    scene_uuid: String,
}

/// What creates the inputs, a step at a time.
pub(super) struct Run<'a, S> {
    service: TypedScenes<'a, S>,
    scenes: Vec<SceneWithPreAnnotation<S>>,
    project: String,
    options: CreateInputs,
    /// How many of the scenes had their turn to be created.
    created: usize,
    /// When the platform was last asked for the pending scenes, or had none.
    asked: Duration,
    pending: Vec<Pending>,
    ready: VecDeque<CreatedInput>,
}

impl<'a, S: SceneModel> Run<'a, S> {
    pub(super) fn new(
        service: TypedScenes<'a, S>,
        scenes: Vec<SceneWithPreAnnotation<S>>,
        project: String,
        options: CreateInputs,
    ) -> Self {
        let (pending, ready) = (Vec::new(), VecDeque::new());
        Self { service, scenes, project, options, created: 0, asked: Duration::ZERO, pending, ready }
    }

    /// What became of the next scene of which that is known.
    pub(super) async fn next(&mut self) -> Result<Option<CreatedInput>> {
        if self.created == 0 {
            self.check()?;
        }
        while self.ready.is_empty() && self.created < self.scenes.len() {
            self.create().await;
        }
        if self.ready.is_empty() && !self.pending.is_empty() {
            self.wait().await;
        }
        Ok(self.ready.pop_front())
    }

    /// Looks at what can be wrong for all of the scenes.
    fn check(&self) -> Result<()> {
        check::name("the project", &self.project)?;
        let CreateScene { project, batch, .. } = &self.options.scene;
        if project.is_some() || batch.is_some() {
            let error = check::invalid("`CreateInputs::scene` names a project or a batch of its own");
            return Err(error.with_help("name them as `project` and `CreateInputs::batch` only").into());
        }
        self.scenes.iter().filter_map(|given| given.pre_annotation.as_ref()).try_for_each(OpenLabel::check)
    }

    /// Creates the next scene, and asks for those before it when it is time to.
    async fn create(&mut self) {
        let at = self.created;
        self.created += 1;
        let created = self.service.create(&self.scenes[at].scene, &self.options.scene).await;
        let now = self.service.client().session.clock().now().monotonic;
        if self.pending.is_empty() {
            self.asked = now;
        }
        match created {
            Ok(created) => self.pending.push(Pending { at, scene_uuid: created.scene_uuid }),
            Err(error) => {
                let uuid = error.scene_uuid().map(str::to_owned);
                self.ready.push_back(self.failed(at, uuid, InputError::Scene(error)));
            }
        }
        if now.saturating_sub(self.asked) >= self.options.wait.interval
            && let Err(error) = self.ask().await
            && !error.is_retryable()
        {
            self.give_up(&error);
        }
    }

    /// Asks until at least one scene is settled, or the time is over.
    async fn wait(&mut self) {
        let clock = self.service.client().session.clock();
        let mut waiting = self.options.wait.start(clock, "the work on the scenes");
        while self.ready.is_empty() && !self.pending.is_empty() {
            if waiting.turn().await.is_err() {
                for Pending { at, scene_uuid } in std::mem::take(&mut self.pending) {
                    let mut late = self.outcome(at, Some(scene_uuid));
                    late.status = CreatedInputStatus::Processing;
                    self.ready.push_back(late);
                }
                break;
            }
            let answer = match self.ask().await {
                Ok(()) => {
                    waiting.answered();
                    Ok(())
                }
                Err(error) if error.is_retryable() => waiting.failed(error),
                Err(error) => Err(error),
            };
            if let Err(error) = answer {
                self.give_up(&error);
            }
        }
        // The time is for all of them together.
        self.options.wait.deadline = self.options.wait.deadline.saturating_sub(waiting.elapsed());
    }

    /// Asks once for the pending scenes, and makes inputs of those that are ready.
    async fn ask(&mut self) -> Result<()> {
        let client = self.service.client();
        self.asked = client.session.clock().now().monotonic;
        let uuids: Vec<&str> = self.pending.iter().map(|pending| pending.scene_uuid.as_str()).collect();
        let scenes = match client.scenes().get_by_uuids_once(&uuids).await {
            // One of them is unknown. The others must not suffer for it.
            Err(error) if error.is_not_found() && uuids.len() > 1 => self.ask_for_each().await?,
            scenes => scenes?,
        };
        for scene in scenes.into_iter().filter(|scene| scene.status.is_settled()) {
            let Some(place) = self.pending.iter().position(|pending| pending.scene_uuid == scene.uuid) else {
                continue;
            };
            let Pending { at, .. } = self.pending.remove(place);
            let outcome = self.finish(at, scene).await;
            self.ready.push_back(outcome);
        }
        Ok(())
    }

    async fn ask_for_each(&mut self) -> Result<Vec<Scene>> {
        let scenes = self.service.client().scenes();
        let mut found = Vec::with_capacity(self.pending.len());
        for pending in std::mem::take(&mut self.pending) {
            match scenes.get_by_uuids_once(&[&pending.scene_uuid]).await {
                Ok(scenes) => found.extend(scenes),
                Err(error) if error.is_not_found() => {
                    let Pending { at, scene_uuid } = pending;
                    self.ready.push_back(self.failed(at, Some(scene_uuid), InputError::Scene(error)));
                    continue;
                }
                // Asked for again with the others, or given up with them.
                Err(_) => {}
            }
            self.pending.push(pending);
        }
        Ok(found)
    }

    /// The platform cannot be asked any more: the scenes are there, and nobody knows how far they are.
    fn give_up(&mut self, error: &Error) {
        for Pending { at, scene_uuid } in std::mem::take(&mut self.pending) {
            let failed = self.failed(at, Some(scene_uuid), InputError::Scene(error.clone()));
            self.ready.push_back(failed);
        }
    }

    /// Makes an input of a scene that is ready.
    async fn finish(&self, at: usize, scene: Scene) -> CreatedInput {
        let uuid = scene.uuid;
        if scene.status != SceneStatus::Created {
            let why = scene.error_message.unwrap_or_else(|| format!("its status is {}", scene.status));
            return self.failed(at, Some(uuid), InputError::SceneFailed(why));
        }
        let client = self.service.client();
        let mut outcome = self.outcome(at, Some(uuid.clone()));
        if let Some(content) = &self.scenes[at].pre_annotation {
            match client.pre_annotations().create(&uuid, content, None).await {
                Ok(created) => outcome.pre_annotation_uuid = Some(created.id),
                Err(error) => return self.failed(at, Some(uuid), InputError::PreAnnotation(error)),
            }
        }
        match self.service.create_from_scene(&uuid, &self.project, self.options.batch.as_deref()).await {
            Ok(inputs) => outcome.input_uuids = inputs.into_iter().map(|input| input.uuid).collect(),
            Err(error) => {
                outcome.status = CreatedInputStatus::Failed;
                outcome.error = Some(InputError::InputFromScene(error));
            }
        }
        outcome
    }

    fn outcome(&self, at: usize, scene_uuid: Option<String>) -> CreatedInput {
        CreatedInput {
            external_id: self.scenes[at].scene.external_id().to_owned(),
            scene_uuid,
            pre_annotation_uuid: None,
            input_uuids: Vec::new(),
            status: CreatedInputStatus::Created,
            error: None,
        }
    }

    fn failed(&self, at: usize, scene_uuid: Option<String>, error: InputError) -> CreatedInput {
        CreatedInput {
            status: CreatedInputStatus::Failed,
            error: Some(error),
            ..self.outcome(at, scene_uuid)
        }
    }
}
