//! Orders of the fake platform. Their runs go through their states by the clock.

mod order;
mod run;

use auth_core::Clock;
use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::platform::said;
use order::{Order, OrderNames};
use run::Run;
pub use run::RunPlan;

#[derive(Debug, Default)]
pub(super) struct Orders {
    all: Vec<Order>,
    pub(super) plan: RunPlan,
    runs: u64,
    orders: u64,
}

impl Orders {
    /// `PUT /v2/order/create/..`: a new order, whose run appears a little later.
    pub(super) fn create(
        &mut self,
        path: &[&str],
        body: &Value,
        clock: &dyn Clock,
        caller: &str,
    ) -> Option<Reply> {
        let (["graph", path @ ..] | path) = path;
        let [kitchen, recipe, variation] = path else { return None };
        self.orders += 1;
        let id = format!("o-{}", self.orders);
        let run = self.run(clock, None);
        self.all.push(Order {
            id: id.clone(),
            kitchen: (*kitchen).to_owned(),
            recipe: (*recipe).to_owned(),
            variation: (*variation).to_owned(),
            parameters: body["parameters"].clone(),
            caller: caller.to_owned(),
            owner: body["ingredient_owner_order_run"].as_str().map(str::to_owned),
            paused: false,
            runs: vec![run],
        });
        let reply = json!({"status": "success", "order_id": id, "variable_overrides": body["parameters"]});
        Some(Reply::json(200, reply))
    }

    fn run(&mut self, clock: &dyn Clock, resumes: Option<&Run>) -> Run {
        self.runs += 1;
        let id = format!("r-{}", self.runs);
        Run::new(id, self.plan.clone(), millis(clock), resumes)
    }

    pub(super) fn answer(
        &mut self,
        method: &str,
        path: &[&str],
        request: &Request,
        body: &Value,
        clock: &dyn Clock,
    ) -> Option<Reply> {
        let now = millis(clock);
        let kitchen = body["kitchen_name"].as_str().unwrap_or_default();
        Some(match (method, path) {
            ("GET", ["order", "status", kitchen]) => self.status(kitchen, request, body, now),
            ("GET", ["order", "servings", kitchen, order]) => match self.order(kitchen, order) {
                Some(order) => {
                    let count = body["count"].as_u64().unwrap_or(10);
                    let runs = order.listed(now, count as usize);
                    Reply::json(200, json!({"total": order.runs.len(), "servings": runs}))
                }
                None => said(404, &format!("Order {order} not found")),
            },
            ("POST", ["order", "details", kitchen]) => self.details(kitchen, body, now),
            ("GET", ["order", "logs", kitchen, run]) => match self.find(kitchen, run) {
                Some((order, run)) => Reply::json(200, order.log(run, now)),
                None => said(404, &format!("OrderRun {run} not found")),
            },
            ("GET", ["order", "export", "logs", kitchen, run]) => match self.find(kitchen, run) {
                Some((_, run)) => Reply::json(200, json!({ "log": run.exported_log(now) })),
                None => said(404, &format!("OrderRun {run} not found")),
            },
            ("PUT", ["order", "resume", run]) => self.resume(kitchen, run, clock),
            ("PUT", ["order", what @ ("pause" | "unpause" | "stop"), order]) => {
                match self.order(kitchen, order) {
                    Some(order) => {
                        match *what {
                            "stop" => order.runs.iter_mut().for_each(|run| run.stop(now)),
                            what => order.paused = what == "pause",
                        }
                        done()
                    }
                    None => said(404, &format!("Order {order} not found")),
                }
            }
            ("PUT", ["serving", "stop", run]) => match self.find(kitchen, run) {
                Some((_, run)) => {
                    run.stop(now);
                    done()
                }
                None => said(404, &format!("OrderRun {run} not found")),
            },
            ("DELETE", ["order", "deleteall", kitchen]) => {
                self.all.retain(|order| order.kitchen != *kitchen);
                done()
            }
            ("DELETE", ["order", "delete", order]) => {
                self.all.retain(|known| known.kitchen != kitchen || known.id != *order);
                done()
            }
            ("DELETE", ["serving", "delete", run]) => {
                let orders = self.all.iter_mut().filter(|order| order.kitchen == kitchen);
                orders.for_each(|order| order.runs.retain(|known| known.id != *run));
                done()
            }
            _ => return None,
        })
    }

    fn order(&mut self, kitchen: &str, id: &str) -> Option<&mut Order> {
        self.all.iter_mut().find(|order| order.kitchen == kitchen && order.id == id)
    }

    fn find(&mut self, kitchen: &str, run: &str) -> Option<(OrderNames, &mut Run)> {
        let orders = self.all.iter_mut().filter(|order| order.kitchen == kitchen);
        orders.into_iter().find_map(|order| {
            let names = order.names();
            Some((names, order.runs.iter_mut().find(|known| known.id == run)?))
        })
    }

    /// Filters by recipe and variation, and pages.
    fn status(&self, kitchen: &str, request: &Request, body: &Value, now: i64) -> Reply {
        let is_wanted = |name: &str, value: &str| body[name].as_str().is_none_or(|wanted| wanted == value);
        let orders = self.all.iter().rev().filter(|order| {
            order.kitchen == kitchen
                && is_wanted("recipe", &order.recipe)
                && is_wanted("variation", &order.variation)
                && is_wanted("orderStatus", order.state(now))
                && body["search"].as_str().is_none_or(|part| order.id.contains(&part.replace('\\', "")))
        });
        let orders: Vec<&Order> = orders.collect();
        let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
        let (start, count) = (number("start").unwrap_or(0), number("count").unwrap_or(usize::MAX));
        let runs =
            number("scount").or(body["servingsCount"].as_u64().map(|count| count as usize)).unwrap_or(3);
        let page: Vec<&&Order> = orders.iter().skip(start).take(count).collect();
        let servings = page.iter().map(|order| {
            (order.id.clone(), json!({"total": order.runs.len(), "servings": order.listed(now, runs)}))
        });
        let servings: serde_json::Map<String, Value> = servings.collect();
        let listed: Vec<Value> = page.iter().map(|order| order.described(now)).collect();
        let total = orders.len();
        Reply::json(
            200,
            json!({
                "customer": "DKAcme", "kitchenname": kitchen, "repo": "ac", "total-orders": total, "orders": listed,
                "servings": servings,
            }),
        )
    }

    fn details(&mut self, kitchen: &str, body: &Value, now: i64) -> Reply {
        let run = body["serving_hid"].as_str().unwrap_or_default();
        match self.find(kitchen, run) {
            Some((order, run)) => {
                let mut details = run.details(body, now);
                details["order_id"] = order.id.into();
                details["recipe_name"] = order.recipe.into();
                details["variation_name"] = order.variation.into();
                Reply::json(200, json!({"orders": [], "servings": [details]}))
            }
            None => said(404, &format!("OrderRun {run} not found")),
        }
    }

    /// The old run says that it was rerun, and a new one goes on from its failed node.
    fn resume(&mut self, kitchen: &str, run: &str, clock: &dyn Clock) -> Reply {
        let Some((order, old)) = self.find(kitchen, run) else {
            return said(404, &format!("OrderRun {run} not found"));
        };
        if !old.may_be_resumed(millis(clock)) {
            return said(400, &format!("OrderRun {run} cannot be resumed"));
        }
        let old = old.clone();
        let new = self.run(clock, Some(&old));
        if let Some((_, old)) = self.find(kitchen, run) {
            old.reran_as(&new.id);
        }
        if let Some(order) = self.order(kitchen, &order.id) {
            order.runs.insert(0, new);
        }
        Reply::json(200, json!({ "order_id": order.id }))
    }
}

fn millis(clock: &dyn Clock) -> i64 {
    clock.now().wall.unix_millis()
}

fn done() -> Reply {
    Reply::json(200, json!({"status": "success"}))
}
