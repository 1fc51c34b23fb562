//! The default transport: gloo-net over the runtime's own `fetch`.
//!
//! gloo-net builds the request and reads the response. Its `send` is not used: it panics when `fetch` answers what is no
//! `Response` (a mock, another realm), or fails with what is no `Error` (the reason of an abort), and its errors lose the
//! cause that says whether the request went out. So the one call of `fetch` is made here, and what it answers is checked.

use gloo_net::http::{Headers, Method, RequestBuilder, Response};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, RequestRedirect, ResponseType};

use crate::calls::{Sending, with_sending};
use crate::problem::internal;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = "fetch", catch)]
    fn fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}

/// Bodies up to this size are read at once, where the connection keeps them to it: quicker than a stream.
const AT_ONCE: u64 = 65_536;

/// The names of headers a page may not set; its browser does.
const BROWSERS_OWN: [&str; 1] = ["user-agent"];

fn build(sending: &Sending, signal: &AbortSignal, page: bool) -> Result<web_sys::Request, JsValue> {
    let request = &sending.request;
    let headers = Headers::new();
    for (name, value) in request.headers.iter() {
        if !(page && BROWSERS_OWN.iter().any(|own| own.eq_ignore_ascii_case(name))) {
            headers.append(name, value);
        }
    }
    let method = Method::from_bytes(request.method.as_str().as_bytes())
        .map_err(|_| internal("a method HTTP does not have"))?;
    let builder = RequestBuilder::new(&request.url())
        .method(method)
        .headers(headers)
        .redirect(RequestRedirect::Manual)
        .abort_signal(Some(signal));
    let built = if request.body.is_empty() {
        builder.build()
    } else {
        builder.body(Uint8Array::from(request.body.as_slice()))
    };
    built.map(Into::into).map_err(|error| internal(&error.to_string()))
}

/// Sends the request that is out and reads the answer's body into the call, piece by piece. Answers what `respond` wants:
/// the status and the headers, `[status, Headers]`; or a number alone: 1 if the body is too large, 2 if the
/// answer is no `Response`, 3 if it is a redirect the runtime hides.
///
/// # Errors
/// What `fetch` or the stream of the body failed with, as it is.
#[wasm_bindgen]
pub async fn send(call: u32, signal: AbortSignal, page: bool) -> Result<JsValue, JsValue> {
    let request = with_sending(call, |sending| build(sending, &signal, page))?;
    let answer = JsFuture::from(fetch(&request)?).await?;
    let Ok(response) = answer.dyn_into::<web_sys::Response>().map(Response::from) else {
        return Ok(2.into());
    };
    if response.type_() == ResponseType::Opaqueredirect {
        return Ok(3.into());
    }
    let status = response.status();
    let headers = response.headers();
    let length = headers.get("content-length").and_then(|text| text.parse::<u64>().ok());
    let short = length.is_some_and(|length| length <= AT_ONCE) && headers.get("content-encoding").is_none();
    if short {
        let bytes =
            Uint8Array::new(&JsFuture::from(web_sys::Response::from(response).array_buffer()?).await?);
        if !with_sending(call, |sending| Ok(sending.push(&bytes)))? {
            return Ok(1.into());
        }
    } else if let Some(stream) = response.body() {
        let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
        with_sending(call, |sending| {
            sending.reserve(length.unwrap_or(0));
            Ok(())
        })?;
        let (done, value) = (JsValue::from_str("done"), JsValue::from_str("value"));
        loop {
            let read = JsFuture::from(reader.read()).await?;
            if Reflect::get(&read, &done)?.is_truthy() {
                break;
            }
            let Ok(bytes) = Reflect::get(&read, &value)?.dyn_into::<Uint8Array>() else {
                return Ok(2.into());
            };
            if !with_sending(call, |sending| Ok(sending.push(&bytes)))? {
                // Nobody waits for it: the connection is given up.
                drop(reader.cancel());
                return Ok(1.into());
            }
        }
    }
    Ok(js_sys::Array::of2(&status.into(), &headers.into_raw()).into())
}
