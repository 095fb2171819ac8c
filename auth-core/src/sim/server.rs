//! The accept loop, one connection, one request.

use std::convert::Infallible;
use std::net::TcpListener as StdListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, pending, select};
use http::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot::Receiver;

use super::fault::Fault;
use super::intake::Arrival;
use super::outflow::{Outflow, Until};
use super::served::Served;
use super::wire::{End, Line, Wire};
use super::{Reply, Request};

/// Between the last byte and a reset, which throws away what the client's side has not taken in yet.
const MOMENT: Duration = Duration::from_millis(10);

/// Serves until it is told to stop, or until nobody is left who could tell it.
pub(super) fn run(runtime: Runtime, listener: StdListener, served: Arc<Served>, stopped: Receiver<()>) {
    runtime.block_on(async move {
        select(stopped, pin!(accept(listener, served))).await;
    });
    // Connections end here, stalled ones too: dropping their tasks closes them.
    runtime.shutdown_background();
}

async fn accept(listener: StdListener, served: Arc<Served>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                served.journal.note_connection();
                tokio::spawn(connection(stream, Arc::clone(&served)));
            }
            // Most likely no file handles are left: other connections must end first.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

/// One connection, until the client ends it or a fault cuts it.
async fn connection(stream: TcpStream, served: Arc<Served>) {
    let line = Arc::new(Line::default());
    let Ok(wire) = Wire::open(stream, served.acceptor.as_ref(), Arc::clone(&line)).await else { return };
    let service = service_fn(|request| answer(request, Arc::clone(&served), Arc::clone(&line)));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(wire), service);
    let end = match select(pin!(line.ended()), &mut connection).await {
        Either::Left((end, _)) => end,
        Either::Right(_) => return,
    };
    let wire = connection.into_parts().io.into_inner();
    match end {
        End::Reset => {
            sleep(MOMENT).await;
            wire.reset();
        }
        End::Close => wire.close().await,
    }
}

/// The reply to one request, or what the fault that was planned for it makes of it.
async fn answer(
    request: http::Request<Incoming>,
    served: Arc<Served>,
    line: Arc<Line>,
) -> Result<Response<Outflow>, Infallible> {
    let (head, body) = request.into_parts();
    let method = head.method.clone();
    let mut arrival = Arrival::new(head, Arc::clone(&served));
    let (handled_first, fault) = match served.faults.take(arrival.target()).map(Fault::unfold) {
        Some((handled_first, fault)) => (handled_first, Some(fault)),
        None => (false, None),
    };
    let most = match fault {
        Some(Fault::ResetMidRequest { after }) => after,
        _ => u64::MAX,
    };
    let whole = arrival.read(body, most).await;
    let request = arrival.note();
    if !whole || most != u64::MAX {
        return cut(&line, End::Reset).await;
    }
    let mut handled = handled_first.then(|| handle(&served, &request));
    let mut reply = || handled.take().unwrap_or_else(|| handle(&served, &request));
    let (reply, until) = match fault {
        None | Some(Fault::AfterHandling(_)) => (reply(), None),
        Some(Fault::ResetBeforeReply | Fault::ResetMidRequest { .. }) => return cut(&line, End::Reset).await,
        Some(Fault::CloseBeforeReply) => return cut(&line, End::Close).await,
        Some(Fault::Stall) => return pending().await,
        Some(Fault::Delay(duration)) => {
            sleep(duration).await;
            (reply(), None)
        }
        Some(Fault::Hold(gate)) => {
            gate.opened().await;
            (reply(), None)
        }
        Some(Fault::Reply(instead)) => (instead, None),
        Some(Fault::ResetMidReply { after }) => (reply(), Some(Until { left: after, end: Some(End::Reset) })),
        Some(Fault::Truncate { after }) => (reply(), Some(Until { left: after, end: Some(End::Close) })),
        Some(Fault::StallMidReply { after }) => (reply(), Some(Until { left: after, end: None })),
        Some(Fault::CloseAfterReply) => (reply(), Some(Until { left: u64::MAX, end: Some(End::Close) })),
    };
    Ok(Outflow::response(reply, &method, until, line))
}

/// Ends the connection. Whoever waits for an answer waits until that has happened.
async fn cut<T>(line: &Line, end: End) -> T {
    line.end_now(end);
    pending().await
}

/// The handler's reply. A panic is most often an assertion inside a test's handler: the client gets to see its text.
fn handle(served: &Served, request: &Request) -> Reply {
    catch_unwind(AssertUnwindSafe(|| served.handler.handle(request))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a text");
        Reply::text(500, format!("the simulator's handler panicked: {text}"))
    })
}

#[allow(
    clippy::disallowed_methods,
    reason = "faults happen on the wire in real time, whatever clock a test has"
)]
async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}
