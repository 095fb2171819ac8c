//! Many inputs at a time: scenes are created, waited for, given their pre-annotations, and made inputs (contract section
//! 6.13).

mod run;

use std::time::Duration;

use auth_core::Wait;
use futures_core::Stream;
use futures_util::stream;
use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use run::Run;

use super::sensors::{CreateScene, SceneModel, TypedScenes};
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
    /// How the scenes are created. It is an error to name a project or a batch here: the scene would become an input at
    /// once, without its pre-annotation, and a second one at the end.
    pub scene: CreateScene,
    /// How often the platform is asked for the scenes, and for how long after the last of them was created.
    pub wait: Wait,
}

impl Default for CreateInputs {
    /// Asks every second, for half an hour.
    fn default() -> Self {
        let wait = Wait::new(Duration::from_secs(1), Duration::from_secs(1800));
        Self { batch: None, scene: CreateScene::default(), wait }
    }
}

/// What became of one of the scenes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CreatedInput {
    /// The name that its creator gave the scene.
    pub external_id: String,
    /// The UUID of the scene, once it has one, whatever happens to it then.
    pub scene_uuid: Option<String>,
    /// The UUID of the pre-annotation, where there is one.
    pub pre_annotation_uuid: Option<String>,
    /// The UUIDs of the inputs that were created.
    pub input_uuids: Vec<String>,
    /// How far it came.
    pub status: CreatedInputStatus,
    /// Why it came no further. Written as `{"stage": .., "message": ..}`; see [`InputError::stage`].
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

impl InputError {
    /// Where it happened, in the vendor's words: `scene`, `pre-annotation` or `input-from-scene`.
    pub fn stage(&self) -> &'static str {
        match self {
            Self::SceneFailed(_) | Self::Scene(_) => "scene",
            Self::PreAnnotation(_) => "pre-annotation",
            Self::InputFromScene(_) => "input-from-scene",
        }
    }
}

impl Serialize for InputError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = match self {
            Self::SceneFailed(why) => why.clone(),
            Self::Scene(error) | Self::PreAnnotation(error) | Self::InputFromScene(error) => {
                error.to_string()
            }
        };
        let mut written = serializer.serialize_struct("InputError", 2)?;
        written.serialize_field("stage", self.stage())?;
        written.serialize_field("message", &message)?;
        written.end()
    }
}

impl<'a, S: SceneModel> TypedScenes<'a, S> {
    /// Creates inputs of a project from new scenes: [`TypedScenes::create`] for each, one after another, and for each
    /// that the platform has read [`PreAnnotations::create`](super::PreAnnotations::create) and
    /// [`TypedScenes::create_from_scene`].
    ///
    /// Scenes are created while the stream is read. It gives one [`CreatedInput`] for each of them, as soon as it is known
    /// what became of it, which may be before the last one is created: a scene that fails does not stop the others, and
    /// an error names the scene that is left. The stream itself fails only at its start, when something given is wrong: project,
    /// options and all pre-annotations are looked at before anything is sent.
    pub fn create_inputs(
        self,
        scenes: Vec<SceneWithPreAnnotation<S>>,
        project: &str,
        options: CreateInputs,
    ) -> impl Stream<Item = Result<CreatedInput>> + Send + use<'a, S> {
        let run = Run::new(self, scenes, project.to_owned(), options);
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
