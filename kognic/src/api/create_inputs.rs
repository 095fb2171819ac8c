//! Many inputs at a time: scenes are created, waited for, given their pre-annotations, and made inputs (contract section
//! 6.13).

use std::collections::VecDeque;

use auth_core::Wait;
use futures_core::Stream;
use futures_util::stream;
use serde::Serialize;

use super::scenes::{Scene, SceneStatus};
use super::sensors::{CreateScene, SceneModel, TypedScenes};
use crate::check;
use crate::error::{Error, Result};
use crate::openlabel::OpenLabel;

/// A scene, and what its annotators begin with.
#[derive(Clone, Debug)]
pub struct SceneWithPreAnnotation<S> {
    /// The scene.
    pub scene: S,
    /// What its annotators begin with.
    pub pre_annotation: Option<OpenLabel>,
}

impl<S> From<S> for SceneWithPreAnnotation<S> {
    fn from(scene: S) -> Self {
        Self { scene, pre_annotation: None }
    }
}

/// What is said beside inputs that are created.
#[derive(Clone, Debug)]
pub struct CreateInputs {
    /// A batch of the project. Without it: the latest open one.
    pub batch: Option<String>,
    /// How the scenes are created. A project named here would get an input of each scene at once, without a
    /// pre-annotation; leave it out.
    pub scene: CreateScene,
    /// How often the platform is asked for the scenes, and for how long.
    pub wait: Wait,
}

impl Default for CreateInputs {
    /// Asks every second, for half an hour.
    fn default() -> Self {
        let wait = Wait::new(std::time::Duration::from_secs(1), std::time::Duration::from_secs(1800));
        Self { batch: None, scene: CreateScene::default(), wait }
    }
}

/// What became of one of the scenes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CreatedInput {
    /// The name that its creator gave the scene.
    pub external_id: String,
    /// The UUID of the scene, once it has one.
    pub scene_uuid: Option<String>,
    /// The UUID of the pre-annotation, where there is one.
    pub pre_annotation_uuid: Option<String>,
    /// The UUIDs of the inputs that were created.
    pub input_uuids: Vec<String>,
    /// How far it came.
    pub status: CreatedInputStatus,
    /// Why it came no further.
    #[serde(skip)]
    pub error: Option<InputError>,
}

/// How far a scene came on its way to an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CreatedInputStatus {
    /// There is an input.
    Created,
    /// There is none; see [`CreatedInput::error`].
    Failed,
    /// The platform was not done with the scene in time.
    Processing,
}

/// Why there is no input.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The platform could not read the scene.
    #[error("the scene failed: {0}")]
    SceneFailed(String),
    /// The scene could not be created, or asked for.
    #[error("the scene: {0}")]
    Scene(Error),
    /// The pre-annotation could not be created.
    #[error("the pre-annotation: {0}")]
    PreAnnotation(Error),
    /// The input could not be created from the scene.
    #[error("the input: {0}")]
    InputFromScene(Error),
}

/// A scene that the platform works on.
struct Pending {
    at: usize,
    scene_uuid: String,
}

impl<'a, S: SceneModel> TypedScenes<'a, S> {
    /// Creates inputs of a project from new scenes: [`TypedScenes::create`] for each, then
    /// [`Scenes::wait`](super::Scenes::wait) in the manner of many at a time, and for each scene that is ready
    /// [`PreAnnotations::create`](super::PreAnnotations::create) and [`TypedScenes::create_from_scene`].
    ///
    /// Gives what became of each as soon as it is known: a scene that fails does not stop the others. All pre-annotations
    /// are looked at before anything is sent.
    pub fn create_inputs(
        self,
        scenes: Vec<SceneWithPreAnnotation<S>>,
        project: &str,
        options: CreateInputs,
    ) -> impl Stream<Item = Result<CreatedInput>> + Send + use<'a, S> {
        let run = Run {
            service: self,
            scenes,
            project: project.to_owned(),
            options,
            begun: false,
            pending: vec![],
            ready: VecDeque::new(),
        };
        stream::unfold(Some(run), |run| async move {
            let mut run = run?;
            match run.next().await {
                Ok(Some(item)) => Some((Ok(item), Some(run))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

struct Run<'a, S> {
    service: TypedScenes<'a, S>,
    scenes: Vec<SceneWithPreAnnotation<S>>,
    project: String,
    options: CreateInputs,
    begun: bool,
    pending: Vec<Pending>,
    ready: VecDeque<CreatedInput>,
}

impl<S: SceneModel> Run<'_, S> {
    async fn next(&mut self) -> Result<Option<CreatedInput>> {
        if !std::mem::replace(&mut self.begun, true) {
            self.begin().await?;
        }
        if self.ready.is_empty() && !self.pending.is_empty() {
            self.wait().await?;
        }
        Ok(self.ready.pop_front())
    }

    /// Creates the scenes.
    async fn begin(&mut self) -> Result<()> {
        check::name("the project", &self.project)?;
        for given in &self.scenes {
            given.pre_annotation.iter().try_for_each(OpenLabel::check)?;
        }
        for (at, given) in self.scenes.iter().enumerate() {
            match self.service.create(&given.scene, &self.options.scene).await {
                Ok(created) => self.pending.push(Pending { at, scene_uuid: created.scene_uuid }),
                Err(error) => {
                    let failed = self.failed(at, None, InputError::Scene(error));
                    self.ready.push_back(failed);
                }
            }
        }
        Ok(())
    }

    /// Asks until at least one scene is settled, or the time is over.
    async fn wait(&mut self) -> Result<()> {
        let client = self.service.client();
        let mut waiting = self.options.wait.start(client.session.clock(), "the work on the scenes");
        while self.ready.is_empty() && !self.pending.is_empty() {
            if waiting.turn().await.is_err() {
                for Pending { at, scene_uuid } in std::mem::take(&mut self.pending) {
                    let mut late = self.outcome(at, Some(scene_uuid));
                    late.status = CreatedInputStatus::Processing;
                    self.ready.push_back(late);
                }
                break;
            }
            let uuids: Vec<&str> = self.pending.iter().map(|pending| pending.scene_uuid.as_str()).collect();
            let scenes = match client.scenes().get_by_uuids(&uuids).await {
                Ok(scenes) => scenes,
                Err(error) if error.is_retryable() => {
                    waiting.failed(error)?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            waiting.answered();
            for scene in scenes.into_iter().filter(|scene| scene.status.is_settled()) {
                let Some(place) = self.pending.iter().position(|pending| pending.scene_uuid == scene.uuid)
                else {
                    continue;
                };
                let Pending { at, .. } = self.pending.remove(place);
                let outcome = self.finish(at, scene).await;
                self.ready.push_back(outcome);
            }
        }
        // The time is for all of them together.
        self.options.wait.deadline = self.options.wait.deadline.saturating_sub(waiting.elapsed());
        Ok(())
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
