//! A proxy on loopback, for plain requests and for tunnels.

use std::io::{self, Write as _, copy};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use auth_core::sim::Simulator;

use crate::kit::read_head;

/// A small real proxy. Whatever host a request names, it leads to `target`.
pub(crate) struct Proxy {
    pub(crate) address: String,
    heads: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Proxy {
    pub(crate) fn to(target: &Simulator) -> Self {
        Self::wanting(target, None)
    }

    /// With a value that `Proxy-Authorization` must have.
    pub(crate) fn wanting(target: &Simulator, credentials: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let target = target.url().socket_addrs(|| None).unwrap()[0];
        let heads: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
        let seen = Arc::clone(&heads);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let seen = Arc::clone(&seen);
                thread::spawn(move || serve(client, target, credentials, &seen));
            }
        });
        Self { address, heads }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn with_user(&self, user: &str) -> String {
        format!("http://{user}@{}", self.address)
    }

    /// The request lines, as in `CONNECT api.example:443 HTTP/1.1`.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.heads.lock().unwrap().iter().map(|head| head[0].clone()).collect()
    }

    /// A header of the last request.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let heads = self.heads.lock().unwrap();
        header(heads.last()?, name)
    }
}

fn header(head: &[String], name: &str) -> Option<String> {
    head.iter().find_map(|line| {
        let (known, value) = line.split_once(": ")?;
        known.eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

fn serve(
    mut client: TcpStream,
    target: SocketAddr,
    credentials: Option<&str>,
    seen: &Mutex<Vec<Vec<String>>>,
) -> io::Result<()> {
    let head = read_head(&client)?;
    let given = header(&head, "proxy-authorization");
    seen.lock().unwrap().push(head.clone());
    if credentials.is_some_and(|wanted| given.as_deref() != Some(wanted)) {
        return client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    }
    let mut server = TcpStream::connect(target)?;
    if head[0].starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || {
            let _ = copy(&mut from_client, &mut to_server);
            to_server.shutdown(Shutdown::Write)
        });
    } else {
        // From `GET http://host/path` to `GET /path`, one request for each connection.
        let mut words = head[0].split(' ');
        let (method, url) = (words.next().unwrap(), words.next().unwrap());
        let path = &url[url.find("://").unwrap() + 3..];
        write!(server, "{method} {} HTTP/1.1\r\nConnection: close\r\n", &path[path.find('/').unwrap()..])?;
        for line in head[1..].iter().filter(|line| !line.to_ascii_lowercase().starts_with("proxy-")) {
            write!(server, "{line}\r\n")?;
        }
        server.write_all(b"\r\n")?;
    }
    copy(&mut server, &mut client).map(|_| ())
}
