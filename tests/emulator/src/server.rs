//! The HTTP server around the emulator: loopback only, the real clock, one thread.

mod control;
mod deliver;
mod shared;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as AxumRequest, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response as AxumResponse};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use shared::{BODY_LIMIT_BYTES, Received, Shared, receive};

use crate::{Delivery, Emulator, Reply, Request};

/// A server that is bound and not yet running.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    emulator: Emulator,
}

impl Server {
    /// Binds to a port of 127.0.0.1; 0 picks a free one.
    ///
    /// # Errors
    /// When the port is taken, or not allowed.
    pub async fn bind(port: u16, emulator: Emulator) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, emulator })
    }

    /// Returns the address that it is bound to.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` ends; connections that are open then are dropped.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let unix_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        self.emulator.set_zero_unix_ms(u64::try_from(unix_ms).unwrap_or(0));
        let shared = Shared { emulator: Arc::new(Mutex::new(self.emulator)), started: Instant::now() };
        let router = control::router().fallback(api).with_state(shared.clone());
        let accepting = async {
            loop {
                match self.listener.accept().await {
                    Ok((stream, _)) => {
                        let now = shared.now_ms();
                        if !shared.emulator().connection_opened(now) {
                            drop(tokio::spawn(connection(stream, router.clone())));
                        }
                    }
                    // Usually no file descriptors are left; this passes.
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        tokio::select! {
            () = accepting => {}
            () = shutdown => {}
        }
    }
}

/// The channel through which a handler passes a reply that the connection itself has to deliver.
#[derive(Clone)]
struct Takeover(mpsc::Sender<Reply>);

async fn connection(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let (sender, mut takeover) = mpsc::channel(1);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Takeover(sender.clone()));
        router.call(request)
    });
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let reply = tokio::select! {
        _ = &mut connection => return,
        Some(reply) = takeover.recv() => reply,
    };
    // The handler never ends, so hyper has written nothing for this request, and we may write to the socket.
    let stream = connection.into_parts().io.into_inner();
    // Some deliveries exist to make the client close the connection.
    let _ = deliver::deliver(stream, reply).await;
}

/// Returns the response to a request to the API.
async fn api(State(shared): State<Shared>, request: AxumRequest) -> AxumResponse {
    let (parts, body) = request.into_parts();
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut request = Request {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.to_string(),
        headers: parts.headers.iter().map(header).collect(),
        body: Vec::new(),
    };
    match receive(body).await {
        Received::Whole(body) => request.body = body,
        Received::TooLarge => {
            let now = shared.now_ms();
            return whole_answer(shared.emulator().refuse_too_large(&request, now, BODY_LIMIT_BYTES));
        }
        // The client has closed the connection and receives nothing of this.
        Received::Broken => return StatusCode::BAD_REQUEST.into_response(),
    }
    let now = shared.now_ms();
    let reply = shared.emulator().handle(request, now);
    if reply.delivery == Delivery::Normal {
        return whole_answer(reply);
    }
    match parts.extensions.get::<Takeover>() {
        Some(takeover) if takeover.0.send(reply).await.is_ok() => std::future::pending().await,
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn whole_answer(reply: Reply) -> AxumResponse {
    let mut response = AxumResponse::new(Body::from(reply.response.body));
    *response.status_mut() = StatusCode::from_u16(reply.response.status).unwrap_or_default();
    for (name, value) in &reply.response.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Returns the control endpoints and their effects, for help texts.
pub fn control_endpoints() -> &'static [(&'static str, &'static str)] {
    control::ENDPOINTS
}
