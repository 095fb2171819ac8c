//! Features as record batches of Arrow (feature `arrow`).

use auth_core::{Error, ErrorKind};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::data::FeatureData;
use super::query::FeatureFormat;
use crate::error::Result;

impl FeatureData {
    /// Features as record batches, where they came as Parquet. Shapes are a column of WKB.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// let roads = client.vector().tables().get("someorg:roads").await?.collect().await?;
    /// for batch in roads.record_batches()? {
    ///     println!("{} rows of {} columns", batch.num_rows(), batch.num_columns());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn record_batches(&self) -> Result<Vec<arrow_array::RecordBatch>> {
        if self.format != FeatureFormat::Parquet {
            let what = format!("these features are not Parquet, but {}", self.format);
            return Err(Error::new(ErrorKind::InvalidInput, what)
                .with_help("ask for them as Parquet")
                .into());
        }
        // The texts of both libraries tell of the file's form, not of what is in it.
        let unreadable = |error: &dyn std::fmt::Display| {
            let error = auth_core::error::shorten(&error.to_string(), 200);
            Error::new(
                ErrorKind::Reply,
                format!("these features are not the Parquet that can be read: {error}"),
            )
        };
        let reader = ParquetRecordBatchReaderBuilder::try_new(self.bytes.clone())
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|error| unreadable(&error))?;
        reader.map(|batch| batch.map_err(|error| unreadable(&error).into())).collect()
    }
}
