//! What can go wrong.

use auth_core::{ErrorKind, ServiceError};
use http::StatusCode;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. It never holds a secret, a token or the query of a signed URL.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The platform answered with an error.
    #[error("{0}{advice}", advice = advice(.0.status))]
    Platform(ServiceError),

    /// A scene has its UUID, and a step after that failed. Unless the commit arrived after all, the scene stays pending,
    /// and nothing is made of it.
    #[error("{step}: {why}", step = step.of(scene_uuid))]
    UnfinishedScene {
        /// The scene.
        scene_uuid: String,
        /// The step that failed.
        step: SceneStep,
        /// What went wrong.
        why: Box<Error>,
    },

    /// Something below the platform's meaning: no credentials, a refused token, a broken connection.
    #[error(transparent)]
    Core(#[from] auth_core::Error),
}

impl Error {
    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Platform(_) => ErrorKind::Service,
            Self::UnfinishedScene { why, .. } => why.kind(),
            Self::Core(error) => error.kind(),
        }
    }

    /// The scene that was begun and not brought to its end.
    pub fn scene_uuid(&self) -> Option<&str> {
        match self {
            Self::UnfinishedScene { scene_uuid, .. } => Some(scene_uuid),
            Self::Platform(_) | Self::Core(_) => None,
        }
    }

    /// What the platform answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Platform(service) => Some(service),
            Self::UnfinishedScene { why, .. } => why.service_error(),
            Self::Core(error) => error.service_error(),
        }
    }
}

auth_core::error_predicates!(Error);

/// A step in which a scene is created, after it got its UUID.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SceneStep {
    /// The platform is told what the scene consists of, and says where its files go.
    Describe,
    /// A file is sent, by the name that its sender gave it.
    Upload(String),
    /// The platform is told that all files are there. Whether it was can be seen at the scene's status, and
    /// [`Scenes::commit`](crate::api::Scenes::commit) tells it again.
    Commit,
}

impl SceneStep {
    /// What it means for a scene that the step failed.
    fn of(&self, scene: &str) -> String {
        match self {
            Self::Describe => format!("scene {scene} was begun, and not committed"),
            Self::Upload(file) => {
                format!("the file `{file}` could not be sent, and scene {scene} was not committed")
            }
            Self::Commit => format!("scene {scene} has all its files, and could not be committed"),
        }
    }

    /// Makes an error tell which scene it is about.
    pub(crate) fn failed<E: Into<Error>>(self, scene_uuid: &str) -> impl FnOnce(E) -> Error {
        let scene_uuid = scene_uuid.to_owned();
        move |why| Error::UnfinishedScene { scene_uuid, step: self, why: Box::new(why.into()) }
    }
}

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => " (the token is not accepted: check the credentials and the base URL)",
        StatusCode::FORBIDDEN => {
            " (these credentials have no access: check the organization and the project)"
        }
        _ => "",
    }
}
