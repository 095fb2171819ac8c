//! One variation of a recipe, and the orders to run it.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use auth_core::{BoxFuture, path};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::LONG;
use super::kitchens::json_of;
use super::orders::CreatedOrder;
use super::recipe::RecipeHandle;
use crate::error::{Error, OrderLookup, Result, invalid};
use crate::reply::Hidden;

/// One variation of a recipe; see [`RecipeHandle::variation`]. Cheap to clone. Making one looks nothing up.
#[derive(Clone, Debug)]
pub struct VariationHandle {
    recipe: RecipeHandle,
    name: String,
}

impl VariationHandle {
    pub(crate) fn new(recipe: RecipeHandle, name: String) -> Self {
        Self { recipe, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its recipe.
    pub fn recipe(&self) -> &RecipeHandle {
        &self.recipe
    }

    /// An order to run it now. Nothing is sent before it is awaited.
    ///
    /// ```no_run
    /// # async fn example(client: datakitchen::Client) -> datakitchen::Result<()> {
    /// let order = client.kitchen("k").recipe("r").variation("v").order().await?;
    /// let run = client.kitchen("k").order(order.id()?).newest_run().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn order(&self) -> NewOrder {
        NewOrder {
            variation: self.clone(),
            body: Map::from_iter([("schedule".to_owned(), "now".into())]),
            graph: None,
        }
    }

    /// `GET /v2/servings/compiled/get/{kitchen}/{recipe}/{variation}`: what it is when all variables are put in.
    /// Unverified: the shape of the reply is unknown.
    pub async fn get_compiled(&self) -> Result<Value> {
        let ((kitchen, recipe), variation) = (self.recipe.names(), &self.name);
        self.recipe.client().get(path!["v2/servings/compiled/get", kitchen, recipe, variation]).data().await
    }
}

/// An order that is being put together. It is sent when it is awaited, once: it is never repeated after it may have
/// reached the platform. When its fate is unknown, the error is [`Error::OrderUnknown`], with all that is needed to look
/// for it. A refusal is [`Error::OrderRefused`].
#[derive(Clone)]
#[must_use = "an order is sent when it is awaited"]
pub struct NewOrder {
    variation: VariationHandle,
    body: Map<String, Value>,
    graph: Option<Vec<Vec<String>>>,
}

impl NewOrder {
    /// With a value for one of the recipe's variables.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let parameters = self.body.entry("parameters").or_insert_with(|| json!({}));
        // Nothing else is ever put there.
        if let Value::Object(parameters) = parameters {
            parameters.insert(name.into(), value.into());
        }
        self
    }

    /// With values for the recipe's variables, from anything that is a JSON object. Replaces those that were given.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Result<Self> {
        match json_of(parameters)? {
            Value::Object(parameters) => {
                self.body.insert("parameters".to_owned(), parameters.into());
                Ok(self)
            }
            _ => Err(invalid("the parameters of an order are not a JSON object").into()),
        }
    }

    /// By the schedule of the variation instead of now.
    pub fn scheduled(mut self) -> Self {
        self.body.shift_remove("schedule");
        self
    }

    /// Of some nodes only, in groups that follow each other. Unverified: only the vendor's CLI does this.
    pub fn graph<N: Into<String>>(
        mut self,
        groups: impl IntoIterator<Item = impl IntoIterator<Item = N>>,
    ) -> Self {
        let groups = groups.into_iter().map(|group| group.into_iter().map(Into::into).collect());
        self.graph = Some(groups.collect());
        self
    }

    /// As an ingredient of another order run. For [`NewOrder::graph`]. Unverified.
    pub fn owned_by(mut self, order_run_id: impl Into<String>) -> Self {
        self.body.insert("ingredient_owner_order_run".to_owned(), order_run_id.into().into());
        self
    }

    /// `PUT /v2/order/create/{kitchen}/{recipe}/{variation}`, or with a graph
    /// `PUT /v2/order/create/graph/{kitchen}/{recipe}/{variation}`: sends it, as awaiting it does.
    pub async fn send(self) -> Result<CreatedOrder> {
        let Self { variation: VariationHandle { recipe: handle, name: variation }, mut body, graph } = self;
        body.entry("parameters").or_insert_with(|| json!({}));
        let sent_at = handle.client().session.clock().now().wall;
        let (kitchen, recipe) = handle.names();
        let path = match graph {
            None => path!["v2/order/create", kitchen, recipe, variation],
            Some(graph) => {
                body.insert("graph-setting".to_owned(), json!(graph));
                path!["v2/order/create/graph", kitchen, recipe, variation]
            }
        };
        let hidden =
            body.get("parameters").and_then(Value::as_object).map(Hidden::values_of).unwrap_or_default();
        let sent = hidden.of(handle.client().put(path)).timeout(LONG).json(&body).data().await;
        sent.map_err(|error| match hidden.in_error(error) {
            Error::Core(cause) if cause.is_outcome_unknown() => Error::OrderUnknown(Box::new(OrderLookup {
                kitchen: kitchen.to_owned(),
                recipe: recipe.to_owned(),
                variation,
                sent_at,
                cause,
            })),
            other => other,
        })
    }
}

impl IntoFuture for NewOrder {
    type Output = Result<CreatedOrder>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The names of its parameters, never their values.
impl std::fmt::Debug for NewOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parameters: BTreeMap<_, _> =
            self.body.get("parameters").and_then(Value::as_object).into_iter().flatten().collect();
        f.debug_struct("NewOrder")
            .field("variation", &self.variation)
            .field("parameters", &parameters.keys().collect::<Vec<_>>())
            .field("graph", &self.graph)
            .finish_non_exhaustive()
    }
}
