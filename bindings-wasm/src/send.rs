//! The default transport: gloo-net over the runtime's own `fetch`.
//!
//! gloo-net builds the request. Its `send` is not used: it panics when `fetch` answers what is no `Response` (a mock,
//! another realm), or fails with what is no `Error` (the reason of an abort), and its errors lose the cause that says
//! whether the request went out. So the one call of `fetch` is made here, and its promise is JavaScript's to await: no
//! future of Rust is left pending when an instance ends, and the body is read by the loop that reads every other one.
//!
//! `fetch` is given the URL of the request, and beside it what JavaScript has of it: the `fetch` of Next.js 16 merges a `Request`
//! with what stands beside it. Then the signal is no longer seen, repeated GETs are given the first response, and a body is
//! sent in chunks.

use gloo_net::http::{Method, RequestBuilder};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::calls::{Sending, with_sending};
use crate::problem::internal;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = "fetch", catch)]
    fn fetch(url: &str, init: &JsValue) -> Result<Promise, JsValue>;
}

fn build(sending: &Sending) -> Result<web_sys::Request, JsValue> {
    let request = &sending.request;
    let method = match request.method {
        senders_core::Method::Get => Method::GET,
        senders_core::Method::Post => Method::POST,
        senders_core::Method::Delete => Method::DELETE,
        _ => return Err(internal("a method this binding does not know")),
    };
    let built = RequestBuilder::new(&request.url()).method(method).build();
    built.map(Into::into).map_err(|_| internal("a request that cannot be built"))
}

/// Sends the request that is out. Answers the promise that `fetch` answers, or one that was rejected with what it threw.
///
/// `init` has the method, the body, the headers, made in JavaScript once for all requests that have the same ones, and the
/// signal; it says that redirects are not followed and no kept answer will do. Where `fetch` is memoised, as in React's server
/// components, a signal there is what keeps the call out of that.
///
/// # Errors
/// The details of an error if no request is out.
#[wasm_bindgen]
pub fn send(call: u32, init: &JsValue) -> Result<Promise, JsValue> {
    let request = with_sending(call, |sending| build(sending))?;
    // Thrown from here it would be taken for a panic.
    Ok(fetch(&request.url(), init).unwrap_or_else(|thrown| Promise::reject(&thrown)))
}
