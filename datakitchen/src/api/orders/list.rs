//! The orders of a kitchen, page by page or as the platform gives them.

use auth_core::{Page, Pages, path};

use super::{ListedOrder, OrderFilter, OrderPage, OrderRun};
use crate::api::LONG;
use crate::api::kitchen::KitchenHandle;
use crate::error::{Error, Result};

/// How many orders a page holds.
const PAGE: u64 = 50;

/// The orders of a kitchen; see [`KitchenHandle::orders`].
#[derive(Clone, Debug)]
pub struct KitchenOrders {
    kitchen: KitchenHandle,
}

impl KitchenOrders {
    pub(crate) fn new(kitchen: KitchenHandle) -> Self {
        Self { kitchen }
    }

    /// `GET /v2/order/status/{kitchen}`: its orders, page by page while the stream is read. The cursor is the number of
    /// the next order. That pages and filters go together is unverified: the vendor's SDK filters and its CLI pages.
    pub fn list(&self, filter: &OrderFilter) -> Pages<'static, ListedOrder, u64, Error> {
        self.list_from(filter, None)
    }

    /// As [`KitchenOrders::list`], from the cursor of an earlier reading.
    pub fn list_from(
        &self,
        filter: &OrderFilter,
        from: Option<u64>,
    ) -> Pages<'static, ListedOrder, u64, Error> {
        let (orders, filter) = (self.clone(), filter.clone());
        Pages::new(from, move |start| {
            let (orders, filter, start) = (orders.clone(), filter.clone(), start.unwrap_or(0));
            async move {
                let page = orders.page(&filter, start, PAGE).await?;
                let (listed, total) = (page.listed(), page.total_orders);
                let end = start + listed.len() as u64;
                // A platform that does not tell the total gives a short page at the end.
                let is_last = total.map_or((listed.len() as u64) < PAGE, |total| end >= total);
                Ok(Page::new(listed, (!is_last && end > start).then_some(end)))
            }
        })
    }

    /// `GET /v2/order/status/{kitchen}`: `count` orders from number `start` on. Unverified in the vendor's SDK, which
    /// never pages; its CLI does.
    pub async fn page(&self, filter: &OrderFilter, start: u64, count: u64) -> Result<OrderPage> {
        let kitchen = &self.kitchen.name;
        let request = self.kitchen.client.get(path!["v2/order/status", kitchen]);
        let request = request.query("start", start).query("count", count);
        let request =
            request.query_opt("scount", filter.order_run_count).query_opt("r", filter.recipe.as_deref());
        let page: OrderPage = if filter.is_empty() { request } else { request.json(filter) }.data().await?;
        page.checked()
    }

    /// `GET /v2/order/status/{kitchen}`: its orders in one reply, as many as the platform gives, with everything that it
    /// says about them. The vendor's SDK calls this `get_orders`. [`KitchenOrders::get_status`] gives only the runs.
    pub async fn status(&self, filter: &OrderFilter) -> Result<OrderPage> {
        let kitchen = &self.kitchen.name;
        let request = self.kitchen.client.get(path!["v2/order/status", kitchen]);
        let page: OrderPage = if filter.is_empty() { request } else { request.json(filter) }.data().await?;
        page.checked()
    }

    /// `GET /v2/order/status/{kitchen}`: the reply of [`KitchenOrders::status`] as one list of the runs of all its orders,
    /// newest start first, those that have not started before them. The vendor's SDK calls this `get_order_status`.
    pub async fn get_status(&self, filter: &OrderFilter) -> Result<Vec<OrderRun>> {
        Ok(self.status(filter).await?.into_runs())
    }

    /// `DELETE /v2/order/deleteall/{kitchen}`: deletes all orders of the kitchen, with their runs. Unverified.
    pub async fn delete_all(&self) -> Result<()> {
        let kitchen = &self.kitchen.name;
        self.kitchen.client.delete(path!["v2/order/deleteall", kitchen]).timeout(LONG).done().await
    }
}
