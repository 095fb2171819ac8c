//! An order of which nobody knows whether it was created.

use std::fmt;

use auth_core::Timestamp;

/// An order was sent, and whether it was created is unknown: what is needed to look for it.
///
/// ```no_run
/// use datakitchen::api::OrderFilter;
///
/// # async fn example(client: datakitchen::Client, error: datakitchen::Error) -> datakitchen::Result<()> {
/// if let Some(lookup) = error.order_lookup() {
///     let page = client.kitchen(&lookup.kitchen).orders().status(&OrderFilter::of(lookup)).await?;
///     // Is there a run that started after `lookup.sent_at`?
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderLookup {
    /// The kitchen of the order.
    pub kitchen: String,
    /// Its recipe.
    pub recipe: String,
    /// Its variation.
    pub variation: String,
    /// When it was sent, by the client's clock; the platform's may differ.
    pub sent_at: Timestamp,
    /// What went wrong.
    pub cause: auth_core::Error,
}

impl fmt::Display for OrderLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kitchen, recipe, variation, sent_at, cause } = self;
        write!(f, "{cause}; it was an order of {variation} in {kitchen}/{recipe}, sent at {sent_at}")
    }
}
