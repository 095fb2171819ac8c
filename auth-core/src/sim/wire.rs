//! A connection that can be cut: at once, or as soon as all that was written is on its way.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a clean close may take: a peer that does not read can hold up its last bytes.
const CLOSING: Duration = Duration::from_secs(1);

/// How a fault ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a TCP RST.
    Reset,
    /// With a FIN, after a `close_notify` where there is TLS.
    Close,
}

/// What the reply, the bytes and the task of one connection agree on: whether it shall end.
#[derive(Debug, Default)]
pub(super) struct Line {
    plan: Mutex<Plan>,
    changed: Notify,
}

#[derive(Clone, Copy, Debug, Default)]
enum Plan {
    #[default]
    GoOn,
    EndAfterFlush(End),
    EndNow(End),
}

impl Line {
    pub(super) fn end_now(&self, end: End) {
        self.set(Plan::EndNow(end));
        self.changed.notify_one();
    }

    /// Ends it when all that was written so far, and is about to be written now, was handed to the system.
    pub(super) fn end_after_flush(&self, end: End) {
        if let Plan::GoOn = self.plan() {
            self.set(Plan::EndAfterFlush(end));
        }
    }

    /// Resolves when the connection shall end.
    pub(super) async fn ended(&self) -> End {
        loop {
            if let Plan::EndNow(end) = self.plan() {
                return end;
            }
            self.changed.notified().await;
        }
    }

    fn flushed(&self) {
        if let Plan::EndAfterFlush(end) = self.plan() {
            self.end_now(end);
        }
    }

    fn plan(&self) -> Plan {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, plan: Plan) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }
}

/// The bytes of a connection.
pub(super) struct Wire {
    stream: Stream,
    line: Arc<Line>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    /// Greets the client, with a TLS handshake where there is an acceptor.
    pub(super) async fn open(
        stream: TcpStream,
        tls: Option<&TlsAcceptor>,
        line: Arc<Line>,
    ) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let stream = match tls {
            Some(acceptor) => Stream::Tls(Box::new(acceptor.accept(stream).await?)),
            None => Stream::Plain(stream),
        };
        Ok(Self { stream, line })
    }

    pub(super) fn reset(self) {
        let tcp = match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls.get_ref().0,
        };
        // Without lingering the system answers the close that follows with a RST.
        let _ = tcp.set_zero_linger();
    }

    pub(super) async fn close(mut self) {
        let shutdown = async {
            match &mut self.stream {
                Stream::Plain(tcp) => tcp.shutdown().await,
                Stream::Tls(tls) => tls.shutdown().await,
            }
        };
        let _ = timeout(CLOSING, shutdown).await;
    }

    fn stream(&mut self) -> Pin<&mut dyn Duplex> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp),
            Stream::Tls(tls) => Pin::new(tls.as_mut()),
        }
    }
}

trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(tcp) => tcp.is_write_vectored(),
            Stream::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The HTTP layer flushes only after it has written all that it holds.
        ready!(self.stream().poll_flush(cx))?;
        self.line.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if matches!(self.line.plan(), Plan::EndNow(_)) {
            // The fault ends it otherwise: the task of the connection knows already.
            return Poll::Pending;
        }
        self.stream().poll_shutdown(cx)
    }
}
