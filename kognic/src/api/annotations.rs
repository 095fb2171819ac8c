//! Annotations: what was found in a scene, as OpenLABEL (contract section 6.7).

mod models;

use std::path::Path;

use auth_core::transfer::{Progress, download, side_by_side};
use auth_core::{Path as RequestPath, path};
use futures_core::Stream;
use futures_util::TryStreamExt as _;
use http::Method;
use http::header::{IF_RANGE, RANGE};

pub use models::{Annotation, ClientAnnotation, PartialAnnotation, SearchAnnotations, SignedAnnotation};

use crate::client::{Client, Request};
use crate::error::{Error, Result};
use crate::openlabel::OpenLabel;
use crate::paging::{Pages, page, starting_at};

auth_core::service! {
    /// Annotations: what was found in a scene, as OpenLABEL.
    pub struct Annotations, from Client::annotations
}

/// How many annotations are fetched at a time.
const AT_ONCE: usize = 10;

/// How cuboids are turned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cuboids {
    /// Kognic's own way: turned by 90 degrees against ISO 8855.
    #[default]
    Kognic,
    /// As ISO 8855 has it.
    Iso8855,
}

impl Cuboids {
    fn is_iso(self) -> Option<bool> {
        (self == Self::Iso8855).then_some(true)
    }

    /// The parameter of the input host.
    fn ask(self, request: Request<'_>) -> Request<'_> {
        request.query_opt("useDefaultCartesian", self.is_iso())
    }
}

impl<'a> Annotations<'a> {
    /// `GET /v2/scenes/{scene_uuid}/annotations`, then `GET {signed url}` of each: the annotations of all inputs of a
    /// scene with their contents, of which ten are fetched at a time.
    pub async fn list_for_scene(&self, scene_uuid: &str, cuboids: Cuboids) -> Result<Vec<Annotation>> {
        let request = self.client.session.get(path!["v2/scenes", scene_uuid, "annotations"]);
        let found: Vec<PartialAnnotation> = cuboids.ask(request).data().await?;
        let each = found.into_iter().map(|found| async move {
            let content = self.content(&found.uri).await?;
            Ok::<_, Error>(Annotation::new(found, content))
        });
        side_by_side(AT_ONCE, each).await
    }

    /// `GET /v1/annotations/projects/{project}/[batch/{batch}/]annotation-type/{annotation_type}/search`: which
    /// annotations of a type a project has. Fetch their contents with [`Annotations::content`] or
    /// [`Annotations::save`], or use [`Annotations::download_project`].
    pub fn search_project(&self, asked: SearchAnnotations) -> Pages<'a, ClientAnnotation> {
        let client = self.client;
        Pages::new(asked.cursor.clone(), move |from| {
            let SearchAnnotations { project, annotation_type, .. } = &asked;
            let path: auth_core::Result<RequestPath> = match &asked.batch {
                Some(batch) => path![
                    "v1/annotations/projects",
                    project,
                    "batch",
                    batch,
                    "annotation-type",
                    annotation_type,
                    "search"
                ],
                None => {
                    path!["v1/annotations/projects", project, "annotation-type", annotation_type, "search"]
                }
            };
            page(asked.cuboids.ask(starting_at(client.session.get(path), from.as_ref())), from)
        })
    }

    /// [`Annotations::search_project`], then `GET {signed url}` of each: the annotations with their contents, in their
    /// order, of which `at_once` are fetched at a time while the stream is read.
    pub fn download_project(
        &self,
        asked: SearchAnnotations,
        at_once: usize,
    ) -> impl Stream<Item = Result<ClientAnnotation>> + Send + use<'a> {
        let annotations = *self;
        let with_content = move |mut found: ClientAnnotation| async move {
            if let (Some(uri), None) = (&found.uri, &found.content) {
                found.content = Some(annotations.content(uri).await?);
            }
            Ok(found)
        };
        annotations.search_project(asked).map_ok(with_content).try_buffered(at_once.max(1))
    }

    /// `GET /v2/inputs/{input_uuid}/annotation`: the annotation of an input.
    pub async fn get_for_input(&self, input_uuid: &str, cuboids: Cuboids) -> Result<Annotation> {
        cuboids.ask(self.client.session.get(path!["v2/inputs", input_uuid, "annotation"])).data().await
    }

    /// `GET /v1/annotations/{id}` (annotation integration host), then `GET {signed url}`: an annotation by its own id.
    pub async fn get_by_id(&self, id: &str, cuboids: Cuboids) -> Result<Annotation> {
        let request = self.client.session.get(path!["v1/annotations", id]);
        let request = request.at(&self.client.bases.annotation_integration);
        // Another name than everywhere else.
        let found: SignedAnnotation = request.query_opt("isoBoxes", cuboids.is_iso()).data().await?;
        let content = self.content(&found.signed_url).await?;
        Ok(Annotation::signed(found, content))
    }

    /// `GET /v1/annotations/inputs/{scene_uuid}/annotation-type/{annotation_type}`: the annotation of a type that a
    /// scene has, with its content.
    pub async fn get(
        &self,
        scene_uuid: &str,
        annotation_type: &str,
        cuboids: Cuboids,
    ) -> Result<ClientAnnotation> {
        let path = path!["v1/annotations/inputs", scene_uuid, "annotation-type", annotation_type];
        cuboids.ask(self.client.session.get(path)).data().await
    }

    /// `GET {signed url}`: the content of an annotation. The URL carries no token of ours, and is good for a while only.
    pub async fn content(&self, uri: &str) -> Result<OpenLabel> {
        self.client.storage.signed(Method::GET, uri).json_reply().await
    }

    /// `GET {signed url}`: the content of an annotation into a file, which appears whole or not at all. Returns its
    /// length in bytes.
    pub async fn save(&self, uri: &str, file: &Path, progress: &Progress) -> Result<u64> {
        let storage = &self.client.storage;
        download(file, progress, |resume| {
            let mut request = storage.signed(Method::GET, uri);
            if let Some(range) = resume.range() {
                request = request.header(RANGE, range);
                if let Some(etag) = &resume.etag {
                    request = request.header(IF_RANGE, etag);
                }
            }
            request.send()
        })
        .await
    }
}
