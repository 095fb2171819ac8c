//! The platform that answers, a client of it, and the calls that every class has.

use std::time::Duration;

use auth_core::secret::expose;
use auth_core::sim::{Operations, Reply, Request, unsigned_jwt};
use descartes::api::{Class, Collection, Deletable, Document, Editable, State};
use descartes::{Auth, Client, Environment, ManualClock, Timestamp, TokenInfoPath, Wait};
use serde_json::{Value, json};

/// A platform that signs everybody in, and a client of it.
pub(crate) fn open() -> (Operations, Client) {
    let claims = json!({
        "sub": "asdf", "aud": "cid", "exp": 4_102_444_800_u64, "org": "someorg",
        "groups": ["public", "someorg:org-admin"],
    });
    let token = unsigned_jwt(&claims);
    let operations = Operations::start(move |request: &Request| {
        let reply = json!({ "access_token": token });
        request.matches("POST /token").then(|| Reply::json(200, reply))
    });
    let operations = operations.unwrap();
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let auth = Auth::builder()
        .environment(Environment::empty().with_seed(1))
        .clock(clock)
        .domain(operations.base())
        .client_id("cid")
        .client_secret("sec")
        .token_info_path(TokenInfoPath::None)
        .build()
        .unwrap();
    let client = Client::builder().auth(auth).base_url(operations.base()).build().unwrap();
    (operations, client)
}

/// The text of the book, without what is drawn anew for each client.
pub(crate) fn text(book: &Operations) -> String {
    let drawn = ["x-client-session: ", "x-request-group: "];
    book.text().lines().filter(|line| !drawn.iter().any(|name| line.starts_with(name))).fold(
        String::new(),
        |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        },
    )
}

/// Every minute for an hour, by a clock that needs no time.
pub(crate) fn wait() -> Wait {
    Wait::new(Duration::from_secs(60), Duration::from_secs(3600))
}

pub(crate) fn resource(class: &str, id: &str, attributes: Value) -> Value {
    json!({"type": class, "id": id, "attributes": attributes})
}

pub(crate) fn one(status: u16, resource: Value) -> Reply {
    Reply::json(status, json!({"data": resource, "jsonapi": {"version": "1.0"}}))
}

/// A page; `next` leads to the next one.
pub(crate) fn page(resources: &[Value], next: Option<String>) -> Reply {
    let links = json!({"self": "s", "next": next});
    Reply::json(200, json!({"data": resources, "meta": {"count": resources.len()}, "links": links}))
}

pub(crate) fn missing() -> Reply {
    Reply::json(404, json!({"errors": [{"status": "404", "title": "Object not found"}]}))
}

/// The reads that every class has. `class` is the row's service, `sample` a resource with an id.
pub(crate) async fn reads<T: Class>(
    book: &mut Operations,
    class: &str,
    objects: Collection<'_, T>,
    sample: &Value,
) {
    let id = sample["id"].as_str().unwrap();
    let name = |operation: &str| format!("{class}.{operation}");
    let found = book.call(&name("get"), [one(200, sample.clone())], objects.get(id)).await.unwrap();
    assert_eq!((found.id(), found.state()), (id, State::Saved));
    let many = [page(std::slice::from_ref(sample), None)];
    let many = book.call(&name("get_many"), many, objects.get_many(&[id])).await;
    assert_eq!(many, [found]);
    assert!(!book.call(&name("exists"), [missing()], objects.exists(id)).await);
}

/// Reading anew: the last of the reads, for classes that are searched in their own way.
pub(crate) async fn reload<T: Class>(
    book: &mut Operations,
    class: &str,
    objects: Collection<'_, T>,
    sample: &Value,
) {
    let id = sample["id"].as_str().unwrap();
    let replies = [one(200, sample.clone()), one(200, sample.clone())];
    let reload = async {
        let mut object = objects.get(id).await?.unwrap();
        objects.reload(&mut object).await?;
        Ok::<_, descartes::Error>(object)
    };
    assert_eq!(book.call(&format!("{class}.reload"), replies, reload).await.state(), State::Saved);
}

/// The writes that every editable class has: `change` changes one attribute.
pub(crate) async fn writes<T: Editable>(
    book: &mut Operations,
    class: &str,
    objects: Collection<'_, T>,
    sample: &Value,
    new: Document<T>,
    change: Value,
) {
    let id = sample["id"].as_str().unwrap();
    let name = |operation: &str| format!("{class}.{operation}");
    let fresh = book.call(&name("get_or_create"), [missing()], objects.get_or_create(id)).await;
    assert_eq!((fresh.id(), fresh.state()), (id, State::Unsaved));

    let mut created = new;
    book.call(&name("create"), [one(201, sample.clone())], objects.create(&mut created)).await;
    assert_eq!((created.id(), created.state()), (id, State::Saved));

    let local = async { created.update(&change).map(|()| created.state()) };
    assert_eq!(book.call(&name("update"), [], local).await, State::Modified);
    assert_eq!(Value::Object(created.changes()), change);
    let local = async { Ok::<_, descartes::Error>(created.serialize()) };
    let all = book.call(&name("serialize"), [], local).await;
    for (attribute, value) in change.as_object().unwrap() {
        assert_eq!(all.get(attribute), Some(value));
    }

    let mut changed = sample.clone();
    for (attribute, value) in change.as_object().unwrap() {
        changed["attributes"][attribute] = value.clone();
    }
    book.call(&name("save"), [one(200, changed)], objects.save(&mut created)).await;
    assert_eq!(created.state(), State::Saved);
    // Nothing to save: nothing is sent.
    objects.save(&mut created).await.unwrap();
}

pub(crate) async fn delete<T: Deletable>(
    book: &mut Operations,
    class: &str,
    objects: Collection<'_, T>,
    sample: &Value,
) {
    let id = sample["id"].as_str().unwrap();
    let name = format!("{class}.delete");
    assert!(book.call(&name, [Reply::empty(204)], objects.delete(id)).await);
}

/// The search that every class has, as its default is.
pub(crate) async fn search<T: Class>(
    book: &mut Operations,
    class: &str,
    search: descartes::api::Search<'_, T>,
    sample: &Value,
) {
    let replies = [page(std::slice::from_ref(sample), None)];
    let found = book.call(&format!("{class}.search"), replies, search.collect()).await;
    assert_eq!(found[0].id(), sample["id"].as_str().unwrap());
}

/// That no token is in the text.
pub(crate) async fn has_no_token(book: &Operations, client: &Client) {
    let token = client.access_token().await.unwrap();
    assert!(!book.text().contains(expose(&token)));
}
