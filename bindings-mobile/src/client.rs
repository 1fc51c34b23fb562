//! A client, and the operations it makes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use senders_core::{
    Channel, Config, CreateSender, DeleteSender, FetchSender, InvalidArgument, ListSenders, PageSize, Secret,
    SenderSid, UpdateSender, VerificationCode, WaitOptions,
};

use serde_json::Value;

use crate::operation::{Header, Operation};
use crate::problem::{Failure, guard, wrong_argument};
use crate::request::request;

/// The value of an option. Numbers are signed, as in the host languages; the bounds are checked here.
#[derive(Clone, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "the border is generated again with every change")]
pub enum OptionValue {
    /// A text, which may be secret.
    Text {
        /// The text.
        value: String,
    },
    /// True or false.
    Flag {
        /// Which.
        value: bool,
    },
    /// A whole number; of a time, in milliseconds.
    Number {
        /// The number.
        value: i64,
    },
}

/// An option of a client that is given.
#[derive(Clone, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct ClientOption {
    /// The name in the core.
    pub name: String,
    /// The value.
    pub value: OptionValue,
}

/// Shows the name alone: the value may be a secret.
impl fmt::Debug for ClientOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOption").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Shows no value: it may be a secret.
impl fmt::Debug for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OptionValue")
    }
}

/// The names of the variables that complete a client's configuration.
#[uniffi::export]
#[must_use]
pub fn environment_variables() -> Vec<String> {
    Config::variables().map(str::to_owned).collect()
}

/// The options of one call, each in place of its client's.
#[derive(Clone, Debug, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct CallOptions {
    /// Milliseconds an attempt may take.
    pub timeout_ms: Option<i64>,
    /// Milliseconds for the call with all its attempts and waits.
    pub total_timeout_ms: Option<i64>,
    /// Attempts after the first.
    pub max_retries: Option<i64>,
    /// More headers, such as `traceparent`.
    pub headers: Vec<Header>,
}

/// One sender of `ensure_all`: what `create` takes.
#[derive(Clone, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct EnsureRequest {
    /// The address of the sender.
    pub sender_id: String,
    /// The fields of the request: the JSON of an object.
    pub fields: String,
}

/// Shows neither the number nor what the fields hold.
impl fmt::Debug for EnsureRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureRequest").finish_non_exhaustive()
    }
}

/// Which senders to list.
#[derive(Clone, Debug, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct ListRequest {
    /// `whatsapp` or `rcs`.
    pub channel: String,
    /// The size of a page.
    pub page_size: Option<i64>,
    /// The most senders to list.
    pub limit: Option<i64>,
    /// Where an earlier listing stopped: goes on there.
    pub token: Option<String>,
}

/// The options of a wait.
#[derive(Clone, Debug, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct WaitRequest {
    /// The sender; may be left out with a token.
    pub sid: Option<String>,
    /// Milliseconds to wait at most.
    pub timeout_ms: Option<i64>,
    /// Whether to go on while the sender needs a code, because another person gives it.
    pub wait_for_verification: bool,
    /// Where an earlier wait stopped: goes on there, up to the same moment.
    pub token: Option<String>,
}

/// The client of one account: immutable, safe to share between threads. It holds no connection.
#[derive(Debug, uniffi::Object)]
pub struct Client(senders_core::Client);

type Made = Result<Arc<Operation>, Failure>;

fn made<M: Into<senders_core::Operation>>(machine: Result<M, InvalidArgument>) -> Made {
    Ok(Arc::new(Operation::new(machine?)))
}

#[uniffi::export]
impl Client {
    /// A client of these options, completed from these variables of the environment, of those in [`environment_variables`].
    /// `product` is the binding's own name in `User-Agent`; `seed`, where jitter comes from, is a random number.
    ///
    /// # Errors
    /// [`Failure`] of kind `invalid_argument` naming the option that is wrong.
    #[uniffi::constructor]
    pub fn new(
        options: Vec<ClientOption>,
        environment: HashMap<String, String>,
        product: String,
        seed: u64,
    ) -> Result<Arc<Self>, Failure> {
        guard(|| {
            let mut builder = Config::builder();
            builder.product(product).seed(seed);
            for ClientOption { name, value } in options {
                let value = match value {
                    OptionValue::Text { value } => senders_core::OptionValue::Text(Secret::new(value)),
                    OptionValue::Flag { value } => senders_core::OptionValue::Flag(value),
                    OptionValue::Number { value } => senders_core::OptionValue::Number(number(&name, value)?),
                };
                builder.set(&name, value)?;
            }
            builder.complete(|name| environment.get(name).cloned());
            Ok(Arc::new(Self(senders_core::Client::new(builder.build()?))))
        })
    }

    /// Where its requests go: scheme, host and port.
    pub fn origin(&self) -> String {
        self.0.origin().to_string()
    }

    /// The kind of its credentials, as a log may show it: `auth token`, `API key` or `none`.
    pub fn credentials(&self) -> String {
        self.0.credentials().to_owned()
    }

    /// Registers a number or an agent. `fields` is the JSON of an object, here and below.
    ///
    /// # Errors
    /// [`Failure`] of kind `invalid_argument` naming the argument that is wrong, here and below.
    pub fn create(&self, sender_id: String, fields: String, options: CallOptions) -> Made {
        guard(|| {
            let create = CreateSender::from_value(&request("sender_id", sender_id, &fields)?)?;
            made(self.0.create(create, &options.checked()?))
        })
    }

    /// Finds the sender of this id, or registers it.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn ensure(
        &self,
        sender_id: String,
        fields: String,
        token: Option<String>,
        options: CallOptions,
    ) -> Made {
        guard(|| {
            let create = CreateSender::from_value(&request("sender_id", sender_id, &fields)?)?;
            made(self.0.ensure(create, token.as_deref(), &options.checked()?))
        })
    }

    /// `ensure` for many senders: one listing serves them all, and one token.
    ///
    /// # Errors
    /// See [`Client::create`]; the field is `senders[3].profile.name`.
    pub fn ensure_all(
        &self,
        senders: Vec<EnsureRequest>,
        token: Option<String>,
        options: CallOptions,
    ) -> Made {
        guard(|| {
            let senders = senders.into_iter().map(|it| request("sender_id", it.sender_id, &it.fields));
            let senders = senders.collect::<Result<_, _>>()?;
            let creates = CreateSender::list_from_value(&Value::Array(senders))?;
            made(self.0.ensure_all(creates, token.as_deref(), &options.checked()?))
        })
    }

    /// Looks at one sender.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn fetch(&self, sid: String, options: CallOptions) -> Made {
        guard(|| made(self.0.fetch(FetchSender::new(SenderSid::parse(sid)?), &options.checked()?)))
    }

    /// Changes the given fields of a sender and no others.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn update(&self, sid: String, fields: String, options: CallOptions) -> Made {
        guard(|| {
            let update = UpdateSender::from_value(&request("sid", sid, &fields)?)?;
            made(self.0.update(update, &options.checked()?))
        })
    }

    /// Gives the code that was sent to the number.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn verify(&self, sid: String, code: String, options: CallOptions) -> Made {
        guard(|| {
            let sid = SenderSid::parse(sid)?;
            // Named as the argument is; the core's own name is the field's.
            let code = VerificationCode::parse(code).map_err(|error| error.named("code"))?;
            made(self.0.update(UpdateSender::verify(sid, code), &options.checked()?))
        })
    }

    /// Deletes a sender.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn delete(&self, sid: String, missing_ok: bool, options: CallOptions) -> Made {
        guard(|| {
            let mut delete = DeleteSender::new(SenderSid::parse(sid)?);
            delete.missing_ok = missing_ok;
            made(self.0.delete(delete, &options.checked()?))
        })
    }

    /// Lists senders, page by page.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn list(&self, request: ListRequest, options: CallOptions) -> Made {
        guard(|| {
            let options = options.checked()?;
            let limit = count("limit", request.limit)?;
            let channel: Channel = request.channel.parse()?;
            let mut list = ListSenders::new(channel);
            list.page_size = count("page_size", request.page_size)?.map(PageSize::new).transpose()?;
            list.limit = limit;
            made(self.0.list(list, request.token.as_deref(), &options))
        })
    }

    /// Looks at a sender again and again until it is online.
    ///
    /// # Errors
    /// See [`Client::create`].
    pub fn wait_until_online(&self, request: WaitRequest, options: CallOptions) -> Made {
        guard(|| {
            let options = options.checked()?;
            let mut wait = WaitOptions::default().wait_for_verification(request.wait_for_verification);
            if let Some(ms) = count("timeout_ms", request.timeout_ms)? {
                wait = wait.timeout_ms(ms);
            }
            let sid = request.sid.map(SenderSid::parse).transpose()?;
            made(self.0.wait_until_online(sid, wait, request.token.as_deref(), &options))
        })
    }
}

impl CallOptions {
    fn checked(self) -> Result<senders_core::CallOptions, Failure> {
        let mut out = senders_core::CallOptions::default();
        if let Some(ms) = count("timeout_ms", self.timeout_ms)? {
            out = out.timeout_ms(ms);
        }
        if let Some(ms) = count("total_timeout_ms", self.total_timeout_ms)? {
            out = out.total_timeout_ms(ms);
        }
        if let Some(retries) = retries(self.max_retries)? {
            out = out.max_retries(retries);
        }
        for Header { name, value } in self.headers {
            out = out.header(name, value);
        }
        Ok(out)
    }
}

fn count(name: &str, value: Option<i64>) -> Result<Option<u64>, Failure> {
    value.map(|value| number(name, value)).transpose()
}

/// Checks a number; the name of a time ends with `_ms`.
fn number(name: &str, value: i64) -> Result<u64, Failure> {
    u64::try_from(value).map_err(|_| {
        let (name, unit) = name.strip_suffix("_ms").map_or((name, ""), |name| (name, "in milliseconds "));
        wrong_argument(name, &format!("{unit}must not be negative, got {value}"))
    })
}

fn retries(value: Option<i64>) -> Result<Option<u32>, Failure> {
    Ok(count("max_retries", value)?.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Ensured;
    use crate::operation::{FailureKind, Moment, Sent, Step, WaitReason};
    use crate::problem::Details;

    const SID: &str = "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn text(value: &str) -> OptionValue {
        OptionValue::Text { value: value.to_owned() }
    }

    /// A client with these options beside its credentials.
    fn client_with(given: Vec<(&str, OptionValue)>) -> Result<Arc<Client>, Failure> {
        let credentials =
            vec![("account_sid", text(&format!("AC{}", "0".repeat(32)))), ("auth_token", text("canary"))];
        made_of([credentials, given].concat())
    }

    fn made_of(given: Vec<(&str, OptionValue)>) -> Result<Arc<Client>, Failure> {
        let option = |(name, value): (&str, OptionValue)| ClientOption { name: name.to_owned(), value };
        let given = given.into_iter().map(option).collect();
        Client::new(given, HashMap::new(), "senders-test/0".to_owned(), 7)
    }

    fn client() -> Arc<Client> {
        client_with(Vec::new()).unwrap()
    }

    fn options() -> CallOptions {
        CallOptions { timeout_ms: None, total_timeout_ms: None, max_retries: None, headers: Vec::new() }
    }

    fn details<T>(result: Result<T, Failure>) -> Details {
        let Some(Failure::Failed { details }) = result.err() else { panic!("it went well") };
        *details
    }

    fn at(ms: u64) -> Moment {
        Moment { monotonic_ms: ms, unix_ms: ms }
    }

    fn sender() -> Vec<u8> {
        format!(r#"{{"sid":"{SID}","status":"ONLINE","new":1}}"#).into_bytes()
    }

    #[test]
    fn a_call_is_sent_repeated_and_ends() {
        let client = client();
        let fields = r#"{"profile":{"name":"N","about":null}}"#.to_owned();
        let call = client.create("whatsapp:+15017122661".to_owned(), fields, options()).unwrap();
        let Step::Send { attempt, request, attempt_ms, connect_ms } = call.step(at(0)).unwrap() else {
            panic!("not sent")
        };
        assert_eq!((request.method.as_str(), attempt_ms, connect_ms), ("POST", 30_000, 5_000));
        let body = String::from_utf8(request.body.clone().unwrap()).unwrap();
        assert_eq!(body, r#"{"sender_id":"whatsapp:+15017122661","profile":{"name":"N","about":null}}"#);
        assert!(request.headers.iter().any(|line| line.value == "senders-test/0"));
        assert!(!format!("{request:?} {client:?} {call:?}").contains("canary"));
        assert_eq!(call.step(at(1)).unwrap(), Step::InFlight);
        call.on_failure(at(2), attempt, FailureKind::Connect, Sent::No, "refused".to_owned(), None).unwrap();
        let Step::Wait { delay_ms, reason: WaitReason::Backoff } = call.step(at(2)).unwrap() else {
            panic!("no wait")
        };
        let Step::Send { attempt, .. } = call.step(at(2 + delay_ms)).unwrap() else {
            panic!("not sent again")
        };
        let wrong = call.on_response(at(600), attempt + 1, 202, Vec::new(), sender());
        assert_eq!(details(wrong).kind, "internal");
        let line = Header { name: "t-request-id".to_owned(), value: "RQ1".to_owned() };
        let id = call.on_response(at(600), attempt, 202, vec![line], sender()).unwrap();
        assert_eq!(id.as_deref(), Some("RQ1"));
        let Step::DoneSender { sender } = call.step(at(600)).unwrap() else { panic!("not done") };
        assert_eq!((sender.sid.as_str(), sender.status.as_str()), (SID, "ONLINE"));
        assert!(sender.json.ends_with(r#""new":1}"#));
        assert_eq!(details(call.step(at(700))).kind, "misuse");
    }

    #[test]
    fn pages_statuses_and_ends_of_every_kind_arrive() {
        let client = client();
        let answer = |call: &Operation, status: u16, body: Vec<u8>| {
            let Step::Send { attempt, .. } = call.step(at(0)).unwrap() else { panic!("not sent") };
            call.on_response(at(0), attempt, status, Vec::new(), body).unwrap();
            call.step(at(0)).unwrap()
        };
        let page = format!(r#"{{"senders":[{}],"meta":{{}}}}"#, String::from_utf8(sender()).unwrap());
        let list = |channel: &str| ListRequest {
            channel: channel.to_owned(),
            page_size: Some(5),
            limit: None,
            token: None,
        };
        let call = client.list(list("whatsapp"), options()).unwrap();
        let Step::Page { page: found } = answer(&call, 200, page.clone().into_bytes()) else {
            panic!("no page")
        };
        assert_eq!((found.senders.len(), found.next_token), (1, None));
        assert_eq!(call.step(at(0)).unwrap(), Step::DoneListed);

        let call = client.delete(SID.to_owned(), true, options()).unwrap();
        assert_eq!(answer(&call, 404, Vec::new()), Step::DoneDeleted);

        let wait = WaitRequest {
            sid: Some(SID.to_owned()),
            timeout_ms: Some(1000),
            wait_for_verification: false,
            token: None,
        };
        let call = client.wait_until_online(wait, options()).unwrap();
        let Step::Status { change } = answer(&call, 200, sender()) else { panic!("no status") };
        assert_eq!(change.status, "ONLINE");
        let again = |sid: &str| WaitRequest {
            sid: Some(sid.to_owned()),
            timeout_ms: None,
            wait_for_verification: false,
            token: Some(change.token.clone()),
        };
        client.wait_until_online(again(SID), options()).unwrap();
        let other = details(client.wait_until_online(again(&SID.replace('a', "b")), options()));
        assert_eq!(other.field.as_deref(), Some("token"));
        assert!(matches!(call.step(at(0)).unwrap(), Step::DoneSender { .. }));

        let fields = r#"{"profile":{"logo_url":"u"}}"#.to_owned();
        let id = "whatsapp:+15017122661";
        let call = client.ensure(id.to_owned(), fields, None, options()).unwrap();
        assert!(matches!(call.step(at(0)).unwrap(), Step::Token { token } if token.contains(id)));
        let there = page.replace(r#""new":1"#, &format!(r#""sender_id":"{id}","profile":{{}}"#));
        let Step::DoneEnsured { ensured: Ensured { resolution, differences, .. } } =
            answer(&call, 200, there.into_bytes())
        else {
            panic!("not ensured")
        };
        assert_eq!((resolution.as_str(), differences), ("found", vec!["profile.logoUrl".to_owned()]));
    }

    #[test]
    fn many_share_a_listing_and_each_has_its_result() {
        let client = client();
        let of =
            |id: &str, fields: &str| EnsureRequest { sender_id: id.to_owned(), fields: fields.to_owned() };
        let (one, two) = ("whatsapp:+15017122661", "whatsapp:+15017122662");
        let call = client.ensure_all(vec![of(one, "{}"), of(two, "{}")], None, options()).unwrap();
        assert!(matches!(call.step(at(0)).unwrap(), Step::Token { token } if token.contains(two)));
        let page =
            format!(r#"{{"senders":[{{"sid":"{SID}","status":"ONLINE","sender_id":"{two}"}}],"meta":{{}}}}"#);
        let Step::Send { attempt, .. } = call.step(at(0)).unwrap() else { panic!("no listing") };
        call.on_response(at(0), attempt, 200, Vec::new(), page.into_bytes()).unwrap();
        let Step::EnsureResult { index: 1, ensured: Some(found), failure: None } = call.step(at(0)).unwrap()
        else {
            panic!("not found")
        };
        assert_eq!(found.resolution, "found");
        let Step::Send { attempt, .. } = call.step(at(0)).unwrap() else { panic!("no create") };
        let refusal = br#"{"code":63100,"message":"no"}"#.to_vec();
        call.on_response(at(0), attempt, 400, Vec::new(), refusal).unwrap();
        let Step::EnsureResult { index: 0, ensured: None, failure: Some(failure) } =
            call.step(at(0)).unwrap()
        else {
            panic!("not refused")
        };
        assert_eq!((failure.code, failure.sender_id.as_deref()), (Some(63100), Some(one)));
        assert_eq!(call.step(at(0)).unwrap(), Step::DoneEnsuredAll);

        let wrong = client.ensure_all(vec![of(one, "{}"), of("+1501", "{}")], None, options());
        assert_eq!(details(wrong).field.as_deref(), Some("senders[1].senderId"));
    }

    #[test]
    fn mistakes_are_named_before_anything_is_sent() {
        let refused = |made: Result<Arc<Client>, Failure>| {
            let details = details(made);
            assert_eq!((details.kind.as_str(), details.attempts), ("invalid_argument", 0));
            (details.field.unwrap_or_default(), details.text)
        };
        let number = |name, value| refused(client_with(vec![(name, OptionValue::Number { value })]));
        assert_eq!(refused(made_of(vec![("account_sid", text("AC"))])).0, "authToken");
        let negative = "timeout in milliseconds must not be negative, got -1";
        assert_eq!(number("timeout_ms", -1), ("timeout".to_owned(), negative.to_owned()));
        assert_eq!(number("connect_timeout_ms", 0).0, "connectTimeout");
        assert_eq!(number("max_retries", 11).1, "maxRetries must be from 0 to 10, got 11");
        assert_eq!(refused(client_with(vec![("api_key", text("SK"))])).0, "apiSecret");
        assert!(
            !format!("{:?}", ClientOption { name: "auth_token".to_owned(), value: text("canary") })
                .contains("canary")
        );

        let client = client();
        let call = details(client.verify(SID.to_owned(), "12.canary".to_owned(), options()));
        assert_eq!(call.field.as_deref(), Some("code"));
        assert!(call.text.starts_with("code must be the code") && !call.text.contains("canary"));
        let empty = WaitRequest { sid: None, timeout_ms: None, wait_for_verification: false, token: None };
        assert_eq!(details(client.wait_until_online(empty, options())).field.as_deref(), Some("sid"));
        let headers = vec![Header { name: "Host".to_owned(), value: "x".to_owned() }];
        let call = client.fetch(SID.to_owned(), CallOptions { headers, ..options() });
        assert_eq!(details(call).field.as_deref(), Some("headers"));
    }
}
