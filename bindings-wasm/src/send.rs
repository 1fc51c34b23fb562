//! The default transport: gloo-net over the runtime's own `fetch`.
//!
//! gloo-net builds the request. Its `send` is not used: it panics if `fetch` returns something other than a `Response` (a
//! mock, another realm), or rejects with something other than an `Error` (the reason of an abort); and its errors lose the
//! cause that says whether the request was sent. So the only call of `fetch` is here, and JavaScript awaits its promise: no
//! future of Rust is left pending when an instance ends, and one loop reads the bodies of all transports.
//!
//! `fetch` gets the URL and the options from JavaScript, not a `Request`: the `fetch` of Next.js 16 merges a `Request` with
//! the options. It then ignores the signal, returns the first response for repeated GETs, and sends a body in chunks.

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

/// Sends the request in flight. Returns the promise of `fetch`, or a rejected promise if `fetch` throws.
///
/// `init` has the method, the body, the signal, and the headers, which JavaScript makes once for all requests with the same
/// ones; redirects are not followed, and caches are not used. If `fetch` is memoised, as in React's server components, the
/// signal in `init` turns that off for this call.
///
/// # Errors
/// The details of an error if no request is in flight.
#[wasm_bindgen]
pub fn send(call: u32, init: &JsValue) -> Result<Promise, JsValue> {
    let request = with_sending(call, |sending| build(sending))?;
    // An exception from here would look like a panic.
    Ok(fetch(&request.url(), init).unwrap_or_else(|thrown| Promise::reject(&thrown)))
}
