//! A server that responds like the Senders API, at the lowest cost: every sender is rendered before the first
//! request, and pages and single senders are slices of that one text. It is not an emulator: no request changes
//! anything.

use std::cell::Cell;
use std::convert::Infallible;
use std::io::{Write as _, stdout};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::catalogue::{Catalogue, SENDERS};
use crate::measure::cpu_time;
use crate::model::Meta;

/// The path of senders. Source: Twilio OAS d50069b.
pub(crate) const SENDERS_PATH: &str = "/v2/Channels/Senders";

/// Senders on a page when `PageSize` is absent. The documentation says 50, and 20 for WhatsApp; this is the choice
/// that favours clients which send none.
const DEFAULT_PAGE_SIZE: usize = 50;

/// Requests served so far, and their cost for the stub. The response of `GET /_count`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Count {
    pub(crate) list: u64,
    pub(crate) fetch: u64,
    pub(crate) create: u64,
    /// Number of responses with 4xx.
    pub(crate) refused: u64,
    /// CPU of the stub since it started, in microseconds.
    pub(crate) cpu_us: u64,
}

impl Count {
    /// Returns the number of requests that were served without an error.
    pub(crate) fn answered(self) -> u64 {
        self.list + self.fetch + self.create
    }
}

type Body = Full<Chain<Chain<Bytes, Bytes>, Bytes>>;

struct Stub {
    catalogue: Catalogue,
    origin: String,
    created: Bytes,
    latency: Duration,
    count: Cell<Count>,
}

/// Serves until the process ends. Prints `listening on http://127.0.0.1:PORT` first.
pub(crate) fn serve(port: u16, latency: Duration) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, listen(port, latency))
}

async fn listen(port: u16, latency: Duration) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("port {port} on 127.0.0.1 could not be opened"))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let stub = Rc::new(Stub::new(SENDERS, origin.clone(), latency)?);
    writeln!(stdout(), "listening on {origin}")?;
    stdout().flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let stub = Rc::clone(&stub);
        tokio::task::spawn_local(async move {
            let service = service_fn(|request| stub.answer(request));
            // A client may close the connection in the middle of a response.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

impl Stub {
    fn new(senders: usize, origin: String, latency: Duration) -> Result<Self> {
        let catalogue = Catalogue::render(senders, &origin)?;
        // Twilio's response to a create has no properties yet; the shape is that of a sender nevertheless.
        let first = catalogue.sids().first().context("the stub has no sender")?;
        let mut created: serde_json::Value =
            serde_json::from_slice(&catalogue.sender(first).context("the first sender is missing")?)?;
        if let Some(fields) = created.as_object_mut() {
            fields.insert("status".to_owned(), "CREATING".into());
            for absent in ["properties", "offline_reasons", "compliance", "url"] {
                fields.remove(absent);
            }
        }
        let created = created.to_string().into();
        Ok(Self { catalogue, origin, created, latency, count: Cell::default() })
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        if request.uri().path() == "/_count" {
            return Ok(self.counted());
        }
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let authorized = request.headers().contains_key(AUTHORIZATION);
        let (head, body) = request.into_parts();
        // The body is always read, because the connection is kept.
        let Ok(body) = body.collect().await else {
            return Ok(self.refuse(StatusCode::BAD_REQUEST, 63100, "the body ended early"));
        };
        if !authorized {
            return Ok(self.refuse(StatusCode::UNAUTHORIZED, 20003, "Authenticate"));
        }
        Ok(self.route(&head.method, head.uri.path(), head.uri.query(), &body.to_bytes()))
    }

    fn route(&self, method: &Method, path: &str, query: Option<&str>, body: &[u8]) -> Response<Body> {
        let Some(rest) = path.strip_prefix(SENDERS_PATH) else {
            return self.refuse(StatusCode::NOT_FOUND, 20404, "no such path");
        };
        match (method, rest) {
            (&Method::GET, "") => match self.page(query.unwrap_or_default()) {
                Ok(body) => self.accept(StatusCode::OK, body, |count| count.list += 1),
                Err(why) => self.refuse(StatusCode::BAD_REQUEST, 20001, why),
            },
            (&Method::POST, "") => {
                #[derive(Deserialize)]
                struct Create<'a> {
                    #[serde(borrow)]
                    sender_id: std::borrow::Cow<'a, str>,
                }
                match serde_json::from_slice::<Create<'_>>(body) {
                    Ok(create) if create.sender_id.starts_with("whatsapp:+") => {
                        self.accept(StatusCode::ACCEPTED, whole(self.created.clone()), |count| {
                            count.create += 1
                        })
                    }
                    _ => {
                        self.refuse(StatusCode::BAD_REQUEST, 63100, "sender_id is missing or not WhatsApp's")
                    }
                }
            }
            (&Method::GET, _) => match rest.strip_prefix('/').and_then(|sid| self.catalogue.sender(sid)) {
                Some(sender) => self.accept(StatusCode::OK, whole(sender), |count| count.fetch += 1),
                None => self.refuse(StatusCode::NOT_FOUND, 20404, "no such sender"),
            },
            _ => self.refuse(StatusCode::METHOD_NOT_ALLOWED, 20004, "method not allowed"),
        }
    }

    fn page(&self, query: &str) -> Result<Body, &'static str> {
        let (mut channel, mut page_size, mut start) = (None, DEFAULT_PAGE_SIZE, 0);
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "Channel" => channel = Some(value),
                "PageSize" => page_size = value.parse().map_err(|_| "PageSize is not a number")?,
                "PageToken" => {
                    start = value
                        .strip_prefix("PT")
                        .and_then(|token| usize::from_str_radix(token, 16).ok())
                        .ok_or("PageToken is not one of ours")?;
                }
                _ => {}
            }
        }
        let channel = channel.ok_or("Channel is missing")?;
        if !(1..=1000).contains(&page_size) {
            return Err("PageSize is not between 1 and 1000");
        }
        let total = self.catalogue.sids().len();
        let end = start.saturating_add(page_size).min(total);
        let number = start / page_size;
        let first = format!("{}{SENDERS_PATH}?PageSize={page_size}&Page=0&Channel={channel}", self.origin);
        let url_at = |page: usize, start: usize| {
            format!(
                "{}{SENDERS_PATH}?PageSize={page_size}&Page={page}&PageToken=PT{start:032x}&Channel={channel}",
                self.origin
            )
        };
        let meta = Meta {
            page: number as u64,
            page_size: page_size as u64,
            previous_page_url: (start > 0)
                .then(|| url_at(number.saturating_sub(1), start.saturating_sub(page_size))),
            url: if start == 0 { first.clone() } else { url_at(number, start) },
            first_page_url: first,
            next_page_url: (end < total).then(|| url_at(number + 1, end)),
            key: "senders".to_owned(),
        };
        let meta = serde_json::to_string(&meta).map_err(|_| "meta could not be rendered")?;
        let head = Bytes::from_static(b"{\"senders\":[");
        let senders = if start < end { self.catalogue.senders(start..end) } else { Bytes::new() };
        Ok(Full::new(head.chain(senders).chain(Bytes::from(format!("],\"meta\":{meta}}}")))))
    }

    fn counted(&self) -> Response<Body> {
        let cpu_us = cpu_time().map_or(0, |cpu| u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX));
        let count = Count { cpu_us, ..self.count.get() };
        json(StatusCode::OK, whole(serde_json::to_vec(&count).unwrap_or_default().into()))
    }

    fn accept(&self, status: StatusCode, body: Body, one_more: impl FnOnce(&mut Count)) -> Response<Body> {
        let mut count = self.count.get();
        one_more(&mut count);
        self.count.set(count);
        json(status, body)
    }

    fn refuse(&self, status: StatusCode, code: u32, message: &str) -> Response<Body> {
        let body = serde_json::json!({
            "code": code,
            "message": message,
            "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            "status": status.as_u16(),
        });
        self.accept(status, whole(body.to_string().into()), |count| count.refused += 1)
    }
}

fn whole(body: Bytes) -> Body {
    Full::new(body.chain(Bytes::new()).chain(Bytes::new()))
}

fn json(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::Page;

    fn stub(senders: usize) -> Stub {
        Stub::new(senders, "http://127.0.0.1:1".to_owned(), Duration::ZERO).unwrap()
    }

    async fn body(body: Body) -> Bytes {
        body.collect().await.unwrap().to_bytes()
    }

    /// Follows `next_page_url` from the first page to the last.
    async fn walk(stub: &Stub, page_size: usize) -> Vec<Page> {
        let mut pages: Vec<Page> = Vec::new();
        let mut query = format!("Channel=whatsapp&PageSize={page_size}");
        loop {
            let bytes = body(stub.page(&query).unwrap()).await;
            let page: Page = serde_json::from_slice(&bytes).unwrap();
            let next = page.meta.next_page_url.clone();
            pages.push(page);
            let Some(next) = next else { return pages };
            let (before, after) = next.split_once('?').unwrap();
            assert_eq!(before, "http://127.0.0.1:1/v2/Channels/Senders");
            query = after.to_owned();
        }
    }

    #[tokio::test]
    async fn every_sender_is_listed_once_at_any_page_size() {
        let stub = stub(2_345);
        for (page_size, pages, last) in
            [(1000, 3, 345), (999, 3, 347), (469, 5, 469), (7, 335, 7), (1, 2_345, 1)]
        {
            let walked = walk(&stub, page_size).await;
            assert_eq!(walked.len(), pages);
            assert_eq!(walked.last().unwrap().senders.len(), last);
            let sids: Vec<&str> =
                walked.iter().flat_map(|page| &page.senders).map(|sender| sender.sid.as_str()).collect();
            assert_eq!(sids, stub.catalogue.sids());
            assert_eq!(sids.iter().collect::<BTreeSet<_>>().len(), 2_345);
        }
    }

    #[tokio::test]
    async fn meta_has_the_documented_shape() {
        let walked = walk(&stub(120), 50).await;
        let metas: Vec<_> = walked.iter().map(|page| &page.meta).collect();
        assert_eq!(metas.iter().map(|meta| meta.page).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(metas.iter().all(|meta| meta.page_size == 50 && meta.key == "senders"));
        assert_eq!(metas[0].previous_page_url, None);
        assert_eq!(metas[0].next_page_url.as_deref(), Some(metas[1].url.as_str()));
        assert_eq!(metas[2].previous_page_url.as_deref(), Some(metas[1].url.as_str()));
    }

    #[tokio::test]
    async fn the_default_page_is_fifty_and_sizes_out_of_range_are_refused() {
        let stub = stub(60);
        let page: Page = serde_json::from_slice(&body(stub.page("Channel=whatsapp").unwrap()).await).unwrap();
        assert_eq!(page.senders.len(), 50);
        for query in [
            "PageSize=10",
            "Channel=whatsapp&PageSize=0",
            "Channel=whatsapp&PageSize=1001",
            "Channel=rcs&PageToken=x",
        ] {
            assert!(stub.page(query).is_err(), "{query}");
        }
    }

    #[tokio::test]
    async fn requests_are_counted_by_operation() {
        let stub = stub(3);
        let fetch = format!("{SENDERS_PATH}/{}", stub.catalogue.sids()[1]);
        let create = br#"{"sender_id":"whatsapp:+15551234567"}"#;
        assert_eq!(stub.route(&Method::GET, &fetch, None, b"").status(), 200);
        assert_eq!(stub.route(&Method::POST, SENDERS_PATH, None, create).status(), 202);
        assert_eq!(stub.route(&Method::POST, SENDERS_PATH, None, b"sender_id=1").status(), 400);
        assert_eq!(stub.route(&Method::GET, SENDERS_PATH, Some("Channel=whatsapp"), b"").status(), 200);
        assert_eq!(stub.route(&Method::GET, "/v2/channels/senders", None, b"").status(), 404);
        assert_eq!(stub.route(&Method::DELETE, &fetch, None, b"").status(), 405);
        let count: Count = serde_json::from_slice(&body(stub.counted().into_body()).await).unwrap();
        assert_eq!((count.list, count.fetch, count.create, count.refused), (1, 1, 1, 3));
    }

    #[tokio::test]
    async fn a_created_sender_reads_as_a_sender() {
        let stub = stub(3);
        let created = serde_json::from_slice::<crate::model::Sender>(&stub.created).unwrap();
        assert_eq!(created.status, "CREATING");
    }
}
