//! The life of a simulator.

use std::io::{ErrorKind, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use auth_core::sim::{Handler, Reply, Request, Simulator};

use crate::raw::{connect, get, kept, read_one, read_to_end, request, send};

fn simulator() -> Simulator {
    Simulator::start(|request: &Request| Reply::text(200, request.path())).unwrap()
}

#[test]
fn two_hundred_connections_at_once() {
    let simulator = simulator();
    let all_connected = Barrier::new(200);
    std::thread::scope(|scope| {
        for number in 0..200 {
            let (simulator, all_connected) = (&simulator, &all_connected);
            scope.spawn(move || {
                let mut stream = connect(simulator, Duration::from_secs(20));
                all_connected.wait();
                for round in 0..3 {
                    let path = format!("/{number}/{round}");
                    stream.write_all(kept("GET", &path).as_bytes()).unwrap();
                    assert_eq!(read_one(&mut stream).text(), path);
                }
            });
        }
    });
    let journal = simulator.journal();
    assert_eq!((journal.len(), journal.count("GET /*/2"), journal.connections()), (600, 200, 200));
}

#[test]
fn it_outlives_the_runtime_in_which_it_was_started() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let simulator = runtime.block_on(async { simulator() });
    drop(runtime);
    assert_eq!(send(&simulator, get("/x")).text(), "/x");
}

#[tokio::test]
async fn it_stops_inside_a_runtime_too() {
    let simulator = simulator();
    let mut stream = connect(&simulator, Duration::from_secs(10));
    stream.write_all(kept("GET", "/").as_bytes()).unwrap();
    read_one(&mut stream);
    drop(simulator);
    assert_eq!(read_to_end(stream).error, None);
}

#[test]
fn nobody_listens_after_it_stopped() {
    let simulator = simulator();
    let address = simulator.url().socket_addrs(|| None).unwrap()[0];
    drop(simulator);
    assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let simulator = simulator();
    let port = simulator.url().port().unwrap();
    let error = Simulator::builder().port(port).start(|_: &Request| Reply::empty(204)).unwrap_err();
    assert!(error.to_string().contains(&format!("cannot listen on 127.0.0.1:{port}")), "{error}");
}

#[test]
fn a_simulator_that_its_own_handler_drops_does_not_wait_for_itself() {
    let own: Arc<Mutex<Option<Simulator>>> = Arc::default();
    let inside = Arc::clone(&own);
    let handler = move |_: &Request| {
        drop(inside.lock().unwrap().take());
        Reply::empty(204)
    };
    let simulator = Simulator::start(handler).unwrap();
    let mut stream = connect(&simulator, Duration::from_secs(10));
    *own.lock().unwrap() = Some(simulator);
    stream.write_all(get("/").as_bytes()).unwrap();
    let start = Instant::now();
    assert_eq!(read_to_end(stream).error, None);
    assert!(start.elapsed() < Duration::from_millis(1900), "it waited for itself");
}

#[test]
fn a_handler_that_hangs_does_not_hang_the_test() {
    let (entered, inside) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Mutex::new(released);
    let handler = move |_: &Request| {
        entered.send(()).unwrap();
        let _ = released.lock().unwrap().recv();
        Reply::empty(204)
    };
    let simulator = Simulator::start(handler).unwrap();
    let mut stream = connect(&simulator, Duration::from_secs(10));
    stream.write_all(get("/").as_bytes()).unwrap();
    inside.recv().unwrap();
    let start = Instant::now();
    drop(simulator);
    assert!(start.elapsed() < Duration::from_secs(5));
    release.send(()).unwrap();
}

#[test]
fn what_is_not_http_is_refused_and_hurts_nobody() {
    let simulator = simulator();
    assert_eq!(send(&simulator, "nonsense\r\n\r\n").status(), 400);
    assert_eq!(send(&simulator, get("/still/here")).text(), "/still/here");
    assert_eq!(simulator.journal().len(), 1);
}

struct Counter(Mutex<u32>);

impl Handler for Counter {
    fn handle(&self, _: &Request) -> Reply {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        Reply::text(200, count.to_string())
    }
}

#[test]
fn a_handler_can_be_shared_with_the_test() {
    let counter = Arc::new(Counter(Mutex::new(5)));
    let simulator = Simulator::start(Arc::clone(&counter)).unwrap();
    assert_eq!(send(&simulator, request("POST", "/", "", "x")).text(), "6");
    assert_eq!(*counter.0.lock().unwrap(), 6);
}
