//! datakitchen behind the names of its operations table.

use std::time::Duration;

use auth_core::BoxFuture;
use auth_core::secret::expose;
use datakitchen::api::{DetailParts, OrderFilter, OrderHandle, OrderRunHandle, RecipeHandle};
use datakitchen::{Client, Credentials, Wait};
use futures_util::TryStreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Options, Setting, Subject, failed, unknown, value};
use crate::conformance::record::Failed;

struct DataKitchen(Client);

pub(super) fn make(setting: Setting) -> Result<Box<dyn Subject>, Failed> {
    let mut options = setting.options;
    let mut builder = Client::builder().environment(setting.environment).clock(setting.clock);
    let password = options.take::<(String, String)>("credentials")?;
    let pair = options.take::<(String, String)>("api_token")?;
    let token = options.take::<String>("token")?;
    let credentials = match (token, password, pair) {
        (Some(token), Some((user, password)), _) => {
            Some(Credentials::token(token).with_password(user, password))
        }
        (Some(token), None, _) => Some(Credentials::token(token)),
        (None, Some((user, password)), _) => Some(Credentials::password(user, password)),
        (None, None, pair) => pair.map(|(id, secret)| Credentials::api_token(id, secret)),
    };
    let usual = credentials.is_some().then_some(setting.base);
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    if let Some(name) = options.take::<String>("context")? {
        builder = builder.context(name);
    }
    if let Some(share) = options.take("share_token")? {
        builder = builder.share_token(share);
    }
    if let Some(url) = options.take::<String>("base_url")?.or(usual) {
        builder = builder.base_url(url);
    }
    options.end()?;
    Ok(Box::new(DataKitchen(builder.build().map_err(of)?)))
}

impl Subject for DataKitchen {
    fn call<'a>(&'a mut self, operation: &'a str, args: Options) -> BoxFuture<'a, Result<Value, Failed>> {
        Box::pin(self.dispatch(operation, Args(args)))
    }
}

/// Arguments by the wire's names.
struct Args(Options);

impl Args {
    fn text(&mut self, name: &str) -> Result<String, Failed> {
        self.0.need(name)
    }

    fn or_default<T: DeserializeOwned + Default>(&mut self, name: &str) -> Result<T, Failed> {
        Ok(self.0.take(name)?.unwrap_or_default())
    }

    fn recipe(&mut self, client: &Client) -> Result<RecipeHandle, Failed> {
        Ok(client.kitchen(self.text("kitchen")?).recipe(self.text("recipe")?))
    }

    fn order(&mut self, client: &Client) -> Result<OrderHandle, Failed> {
        Ok(client.kitchen(self.text("kitchen")?).order(self.text("order_id")?))
    }

    fn run(&mut self, client: &Client) -> Result<OrderRunHandle, Failed> {
        Ok(client.kitchen(self.text("kitchen")?).order_run(self.text("serving_hid")?))
    }

    fn parts(&mut self) -> Result<DetailParts, Failed> {
        Ok(DetailParts {
            logs: self.or_default("logs")?,
            serving_json: self.or_default("servingjson")?,
            summary: self.or_default("summary")?,
            test_results: self.or_default("testresults")?,
            timing_results: self.or_default("timingresults")?,
        })
    }

    fn wait(&mut self) -> Result<Wait, Failed> {
        let (every, whole) = (self.0.need("sleep_secs")?, self.0.need("duration_secs")?);
        Ok(Wait::new(Duration::from_secs(every), Duration::from_secs(whole)))
    }

    fn filter(&mut self) -> Result<OrderFilter, Failed> {
        Ok(OrderFilter {
            recipe: self.0.take("recipe")?,
            variation: self.0.take("variation")?,
            time_period_hours: self.0.take("timePeriod")?,
            order_id_regex: self.0.take("search")?,
            order_status: self.0.take("orderStatus")?,
            order_run_status: self.0.take("orderRunStatus")?,
            order_run_count: self.0.take("servingsCount")?,
        })
    }
}

impl DataKitchen {
    async fn dispatch(&mut self, operation: &str, mut args: Args) -> Result<Value, Failed> {
        let Self(client) = self;
        let outcome = match operation {
            "client.new"
            | "client.new_using_context"
            | "client.new_with_api_token"
            | "client.new_with_token" => Ok(Value::Null),
            "auth.login" | "auth.validate_token" => {
                client.access_token().await.map(|token| json!({ "token": expose(&token) }))
            }
            "client.kitchen" | "client.set_kitchen" => {
                Ok(json!({ "kitchen": client.kitchen(args.text("kitchen")?).name() }))
            }
            "client.recipe" | "client.set_recipe" => Ok(json!({ "recipe": args.recipe(client)?.name() })),
            "client.variation" | "client.set_variation" => {
                let variation = args.recipe(client)?.variation(args.text("variation")?);
                Ok(json!({ "variation": variation.name() }))
            }
            "datetime_utils.get_utc_timestamp" => Ok(json!(client.utc_timestamp())),
            "users.get_info" => return value(client.users().get_info().await.map_err(of)?),
            "kitchens.list" => {
                let kitchens = client.kitchens().list().await;
                kitchens.map(|all| all.into_iter().map(|kitchen| kitchen.name).collect())
            }
            "kitchens.get" => Ok(json!({ "name": client.kitchen(args.text("kitchen")?).name() })),
            "overrides.get" => {
                let overrides = client.kitchen(args.text("kitchen")?).overrides();
                match args.0.take::<Vec<String>>("names")? {
                    None => return value(overrides.get().await.map_err(of)?),
                    Some(names) => {
                        let names: Vec<&str> = names.iter().map(String::as_str).collect();
                        return value(overrides.get_named(&names).await.map_err(of)?);
                    }
                }
            }
            "recipes.list" => client.kitchen(args.text("kitchen")?).recipes().list().await.map(Value::from),
            "recipes.list_variations" => {
                return value(args.recipe(client)?.list_variations().await.map_err(of)?);
            }
            "orders.create" => {
                let variation = args.recipe(client)?.variation(args.text("variation")?);
                let order =
                    variation.order().parameters(&args.or_default::<Map<String, Value>>("parameters")?);
                return value(order.map_err(of)?.await.map_err(of)?);
            }
            "orders.list" => {
                let orders = client.kitchen(args.text("kitchen")?).orders();
                let is_paged: bool = args.or_default("paged")?;
                let filter = args.filter()?;
                if !is_paged {
                    return value(orders.status(&filter).await.map_err(of)?);
                }
                let listed: Vec<_> = orders.list(&filter).try_collect().await.map_err(of)?;
                Ok(listed.into_iter().map(|listed| json!(listed.order)).collect())
            }
            "orders.get_status" => {
                let orders = client.kitchen(args.text("kitchen")?).orders();
                return value(orders.get_status(&args.filter()?).await.map_err(of)?);
            }
            "orders.delete" => args.order(client)?.delete().await.map(|()| Value::Null),
            "order_runs.list" => return value(args.order(client)?.list_runs().await.map_err(of)?),
            "order_runs.get_details" => {
                return value(args.run(client)?.get_details(args.parts()?).await.map_err(of)?);
            }
            "order_runs.get_status" => return value(args.run(client)?.get_status().await.map_err(of)?),
            "order_runs.wait" => return value(args.run(client)?.wait(args.wait()?).await.map_err(of)?),
            "order_runs.resume" => return value(args.run(client)?.resume().await.map_err(of)?),
            "order_runs.delete" => args.run(client)?.delete().await.map(|()| Value::Null),
            _ => return Err(unknown(operation)),
        };
        args.0.end()?;
        outcome.map_err(of)
    }
}

fn of(error: datakitchen::Error) -> Failed {
    failed(error.kind(), error.service_error(), error.to_string())
}
