//! The pixels of images, which raster renders (contract section 6.8): by [`Raster`](crate::api::Raster), with the images
//! filled in.

use auth_core::{Error, ErrorKind};

use super::{Document, Image, Images};
use crate::api::{Items, RasterRequest, Rendering};
use crate::error::Result;

impl<'a> Images<'a> {
    /// `POST /npz`: pixels of an image. What the request says of images does not count. The reply's form is not
    /// verified.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client, image: descartes::api::Document<descartes::api::Image>) -> descartes::Result<()> {
    /// use descartes::api::RasterRequest;
    ///
    /// // Red and near infrared, as they were taken.
    /// let request = RasterRequest { bands: vec!["red".into(), "nir".into()], ..image.geocontext()? };
    /// let pixels = client.catalog().images().ndarray(&image, &request).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ndarray(&self, image: &Document<Image>, request: &RasterRequest) -> Result<Rendering> {
        self.mosaic(std::slice::from_ref(image), request).await
    }

    /// `POST /npz`: pixels of several images laid over each other, the later ones above. What the request says of images
    /// does not count. The reply's form is not verified.
    pub async fn mosaic(&self, images: &[Document<Image>], request: &RasterRequest) -> Result<Rendering> {
        let ids = images.iter().map(|image| image.id().to_owned()).collect();
        let request = RasterRequest { ids, ..request.clone() };
        self.catalog.client.raster().ndarray(&request).await
    }

    /// `POST /npz` for each image, a few at a time: an array of each, in the order of the images. What the request says
    /// of images does not count. The reply's form is not verified.
    pub fn stack(
        &self,
        images: &[Document<Image>],
        request: &RasterRequest,
        at_a_time: usize,
    ) -> Items<'a, Rendering> {
        let of_one = |image: &Document<Image>| {
            let ids = vec![image.id().to_owned()];
            RasterRequest { ids, ..request.clone() }
        };
        self.catalog.client.raster().stack(images.iter().map(of_one).collect(), at_a_time)
    }
}

impl Document<Image> {
    /// A request for the pixels of the image as they were taken: its system of coordinates, its resolution, its bounds.
    /// The bands are to be filled in. Local.
    pub fn geocontext(&self) -> Result<RasterRequest> {
        let unknown = |what: &str| {
            let what = format!("the pixels of the image {} cannot be placed: {what}", self.id());
            let help = "give `srs`, `resolution` and `bounds` in a request of your own";
            Error::new(ErrorKind::InvalidInput, what).with_help(help)
        };
        let Some([left, width, 0.0, top, 0.0, height]) = self.geotrans.as_deref() else {
            return Err(unknown("it has no `geotrans`, or one that turns").into());
        };
        let (Some(columns), Some(rows)) = (self.x_pixels, self.y_pixels) else {
            return Err(unknown("it has no `x_pixels` or `y_pixels`").into());
        };
        let system = self.cs_code.clone().or_else(|| self.projection.clone());
        let system = system.ok_or_else(|| unknown("it has neither `cs_code` nor `projection`"))?;
        let (right, bottom) = (left + width * columns as f64, top + height * rows as f64);
        let bounds = [left.min(right), top.min(bottom), left.max(right), top.max(bottom)];
        Ok(RasterRequest {
            ids: vec![self.id().to_owned()],
            srs: Some(system.clone()),
            resolution: Some(width.abs()),
            bounds: Some(bounds),
            bounds_srs: Some(system),
            ..RasterRequest::default()
        })
    }
}
