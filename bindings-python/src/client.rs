//! The client's native half: options in, calls out. It does no IO; a transport runs what it makes.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyMapping, PyString};
use senders_core::schema::{OPTIONS, OptionKind};
use senders_core::{
    CallOptions, Channel, Config, CreateSender, DeleteSender, FetchSender, InvalidArgument, ListSenders,
    Naming, Operation, OptionValue, PageSize, Secret, SenderSid, UpdateSender, VerificationCode, WaitOptions,
};
use serde_json::Value;

use crate::convert::{count, milliseconds, text};
use crate::drive::hooks::Hooks;
use crate::drive::{Call, CallContext};
use crate::errors::{argument, guard, invalid};
use crate::models::request_json;
use crate::unset::Unset;

/// The level `DEBUG` of `logging`.
const DEBUG: u8 = 10;

/// Makes the calls of one account.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Client {
    client: senders_core::Client,
    /// The process it was made in.
    process: u32,
    /// The clock of an injected transport, if it has one.
    clock: Option<Py<PyAny>>,
    logger: PyOnceLock<Py<PyAny>>,
    /// The caller's hooks; `None` if there are none.
    hooks: Option<Py<Hooks>>,
    /// The number of calls so far.
    calls: AtomicU64,
}

/// The options of one call, in the order every method has them.
type Options<'a, 'py> =
    (&'a Bound<'py, PyAny>, &'a Bound<'py, PyAny>, &'a Bound<'py, PyAny>, &'a Bound<'py, PyAny>);

fn call_options(options: Options<'_, '_>) -> PyResult<CallOptions> {
    options_of("timeout", options)
}

/// Reads the options of a call; `name` is that of its first, the time for an attempt.
fn options_of(
    name: &str,
    (timeout, total_timeout, max_retries, headers): Options<'_, '_>,
) -> PyResult<CallOptions> {
    let mut options = CallOptions::default();
    if let Some(value) = milliseconds(timeout, name)? {
        options = options.timeout_ms(value);
    }
    if let Some(value) = milliseconds(total_timeout, "total_timeout")? {
        options = options.total_timeout_ms(value);
    }
    if let Some(value) = retries(max_retries)? {
        options = options.max_retries(value);
    }
    if headers.is_none() {
        return Ok(options);
    }
    let rule = "must be a mapping of text to text";
    let map = headers.cast::<PyMapping>().map_err(|_| argument(headers.py(), "headers", rule))?;
    for pair in map.items()?.iter() {
        let (name, value) =
            pair.extract::<(String, String)>().map_err(|_| argument(headers.py(), "headers", rule))?;
        options = options.header(name, value);
    }
    Ok(options)
}

fn retries(value: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
    Ok(count(value, "max_retries")?.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
}

fn required(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    text(value, name)?.ok_or_else(|| argument(value.py(), name, "must be text, got None"))
}

fn sid_of(value: &Bound<'_, PyAny>) -> PyResult<SenderSid> {
    // The hot path: text, taken over once.
    let sid = match value.cast::<PyString>() {
        Ok(sid) => sid.to_cow().map_or_else(|_| String::new(), std::borrow::Cow::into_owned),
        Err(_) => required(value, "sid")?,
    };
    SenderSid::parse(sid).map_err(|error| invalid(value.py(), error))
}

/// Makes the JSON of a request from its sections; those that are `UNSET` are left out.
fn request(py: Python<'_>, sections: &[(&str, &Bound<'_, PyAny>)]) -> PyResult<Value> {
    let mut json = String::from("{");
    for (name, value) in sections {
        if value.is_instance_of::<Unset>() {
            continue;
        }
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&format!("\"{name}\":{}", request_json(value, name)?));
    }
    json.push('}');
    serde_json::from_str(&json).map_err(|_| argument(py, "the request", "must be plain data"))
}

impl Client {
    /// The core's client. In a forked process its jitter is made another one: workers must not retry in step.
    fn core(&self) -> &senders_core::Client {
        let process = std::process::id();
        if process != self.process {
            self.client.reseed_jitter(u64::from(process));
        }
        &self.client
    }

    fn call(
        &self,
        py: Python<'_>,
        name: &'static str,
        operation: Result<impl Into<Operation>, InvalidArgument>,
    ) -> PyResult<Call> {
        let operation = operation.map_err(|error| invalid(py, error))?.into();
        let context = CallContext {
            clock: self.clock.as_ref().map(|clock| clock.clone_ref(py)),
            logger: self.logger(py)?,
            hooks: self.hooks.as_ref().map(|hooks| hooks.clone_ref(py)),
            title: (self.calls.fetch_add(1, Ordering::Relaxed) + 1, name),
        };
        Ok(Call::with(operation, context))
    }

    /// The logger `senders`, if the program uses `logging` and wants to hear this much.
    fn logger(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let logger = match self.logger.get(py) {
            Some(logger) => logger,
            None => {
                static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
                let modules = MODULES.get_or_try_init(py, || {
                    PyResult::Ok(py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?.unbind())
                })?;
                let Some(logging) = modules.bind(py).get_item(intern!(py, "logging"))? else {
                    return Ok(None);
                };
                let logger = logging.call_method1(intern!(py, "getLogger"), (intern!(py, "senders"),))?;
                self.logger.get_or_init(py, || logger.unbind())
            }
        };
        let wanted = logger.call_method1(py, intern!(py, "isEnabledFor"), (DEBUG,))?.is_truthy(py)?;
        Ok(wanted.then(|| logger.clone_ref(py)))
    }
}

#[pymethods]
impl Client {
    /// A client of these options, by their public names; an option that is not given is `None`.
    #[new]
    #[pyo3(signature = (options, *, environment, clock, hooks))]
    fn new(
        py: Python<'_>,
        options: &Bound<'_, PyDict>,
        environment: &Bound<'_, PyAny>,
        clock: Option<Py<PyAny>>,
        hooks: Option<Py<Hooks>>,
    ) -> PyResult<Self> {
        let mut builder = Config::builder();
        builder.product(concat!("senders-python/", env!("CARGO_PKG_VERSION")));
        builder.seed(std::hash::RandomState::new().build_hasher().finish());
        for option in OPTIONS {
            let name = Naming::Python.spell(option.name);
            let Some(value) = options.get_item(&name)? else { continue };
            let value = match option.kind {
                OptionKind::Text => text(&value, &name)?.map(|text| OptionValue::Text(Secret::new(text))),
                OptionKind::Flag => Some(OptionValue::Flag(truth(&value, &name)?)),
                _ if option.name.ends_with("_ms") => milliseconds(&value, &name)?.map(OptionValue::Number),
                _ => count(&value, &name)?.map(OptionValue::Number),
            };
            if let Some(value) = value {
                builder.set(option.name, value).map_err(|error| invalid(py, error))?;
            }
        }
        // A variable that is not UTF-8 is not the same as none: the call would go elsewhere, or as another account.
        let odd = Cell::new(None);
        builder.complete(|name| {
            let value = environment.call_method1("get", (name,)).ok().filter(|value| !value.is_none())?;
            value.extract().map_err(|_| odd.set(Some(name.to_owned()))).ok()
        });
        if let Some(name) = odd.take() {
            return Err(argument(py, &name, "in the environment must be UTF-8"));
        }
        let config = builder.build().map_err(|error| invalid(py, error))?;
        let client = senders_core::Client::new(config);
        let (process, logger, calls) = (std::process::id(), PyOnceLock::new(), AtomicU64::new(0));
        Ok(Self { client, process, clock, logger, hooks, calls })
    }

    /// Where requests go: scheme, host and port.
    #[getter]
    fn origin(&self) -> String {
        self.core().origin().to_string()
    }

    /// How the client says who it is: `auth token`, `API key` or `none`.
    #[getter]
    fn credentials(&self) -> &'static str {
        self.client.credentials()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.clock)?;
        visit.call(&self.hooks)
    }

    fn __repr__(&self) -> String {
        format!("<Client of {}, credentials: {}>", self.core().origin(), self.client.credentials())
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn create(
        &self,
        py: Python<'_>,
        sender_id: &Bound<'_, PyAny>,
        friendly_name: &Bound<'_, PyAny>,
        configuration: &Bound<'_, PyAny>,
        webhook: &Bound<'_, PyAny>,
        profile: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let create = create_request(py, sender_id, friendly_name, configuration, webhook, profile)?;
        guard(py, || self.call(py, "create", self.core().create(create, &options)))
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn ensure(
        &self,
        py: Python<'_>,
        sender_id: &Bound<'_, PyAny>,
        friendly_name: &Bound<'_, PyAny>,
        configuration: &Bound<'_, PyAny>,
        webhook: &Bound<'_, PyAny>,
        profile: &Bound<'_, PyAny>,
        token: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let token = text(token, "token")?;
        let create = create_request(py, sender_id, friendly_name, configuration, webhook, profile)?;
        guard(py, || self.call(py, "ensure", self.core().ensure(create, token.as_deref(), &options)))
    }

    /// The call, and the id of each sender.
    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn ensure_all(
        &self,
        py: Python<'_>,
        senders: &Bound<'_, PyAny>,
        token: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<(Call, Vec<String>)> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let token = text(token, "token")?;
        let senders = request(py, &[("senders", senders)])?;
        let list = senders.get("senders").unwrap_or_default();
        guard(py, || {
            let creates = CreateSender::list_from_value(list).map_err(|error| invalid(py, error))?;
            let ids = creates.iter().map(|create| create.sender_id.as_str().to_owned()).collect();
            Ok((
                self.call(py, "ensure_all", self.core().ensure_all(creates, token.as_deref(), &options))?,
                ids,
            ))
        })
    }

    fn fetch(
        &self,
        py: Python<'_>,
        sid: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let fetch = FetchSender::new(sid_of(sid)?);
        guard(py, || self.call(py, "fetch", self.core().fetch(fetch, &options)))
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn list(
        &self,
        py: Python<'_>,
        channel: &Bound<'_, PyAny>,
        page_size: &Bound<'_, PyAny>,
        limit: &Bound<'_, PyAny>,
        token: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let channel: Result<Channel, _> = required(channel, "channel")?.parse();
        let mut list = ListSenders::new(channel.map_err(|error| invalid(py, error))?);
        let size = count(page_size, "page_size")?.map(PageSize::new).transpose();
        list.page_size = size.map_err(|error| invalid(py, error))?;
        list.limit = count(limit, "limit")?;
        let token = text(token, "token")?;
        guard(py, || self.call(py, "list", self.core().list(list, token.as_deref(), &options)))
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn update(
        &self,
        py: Python<'_>,
        sid: &Bound<'_, PyAny>,
        friendly_name: &Bound<'_, PyAny>,
        configuration: &Bound<'_, PyAny>,
        webhook: &Bound<'_, PyAny>,
        profile: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let fields = request(
            py,
            &[
                ("sid", sid),
                ("friendly_name", friendly_name),
                ("configuration", configuration),
                ("webhook", webhook),
                ("profile", profile),
            ],
        )?;
        guard(py, || {
            let update = UpdateSender::from_value(&fields).map_err(|error| invalid(py, error))?;
            self.call(py, "update", self.core().update(update, &options))
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn verify(
        &self,
        py: Python<'_>,
        sid: &Bound<'_, PyAny>,
        code: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let sid = sid_of(sid)?;
        // Named as the argument is; the core's own name would be the field's.
        let code = VerificationCode::parse(required(code, "code")?)
            .map_err(|error| invalid(py, error.named("code")))?;
        guard(py, || self.call(py, "verify", self.core().update(UpdateSender::verify(sid, code), &options)))
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn delete(
        &self,
        py: Python<'_>,
        sid: &Bound<'_, PyAny>,
        missing_ok: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = call_options((timeout, total_timeout, max_retries, headers))?;
        let mut delete = DeleteSender::new(sid_of(sid)?);
        delete.missing_ok = truth(missing_ok, "missing_ok")?;
        guard(py, || self.call(py, "delete", self.core().delete(delete, &options)))
    }

    #[expect(clippy::too_many_arguments, reason = "one for each argument of the public method")]
    fn wait_until_online(
        &self,
        py: Python<'_>,
        sid: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        wait_for_verification: &Bound<'_, PyAny>,
        token: &Bound<'_, PyAny>,
        attempt_timeout: &Bound<'_, PyAny>,
        total_timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let options = options_of("attempt_timeout", (attempt_timeout, total_timeout, max_retries, headers))?;
        let mut wait = WaitOptions::default()
            .wait_for_verification(truth(wait_for_verification, "wait_for_verification")?);
        if let Some(value) = milliseconds(timeout, "timeout")? {
            wait = wait.timeout_ms(value);
        }
        let sid = if sid.is_none() { None } else { Some(sid_of(sid)?) };
        let token = text(token, "token")?;
        guard(py, || {
            let made = self.core().wait_until_online(sid, wait, token.as_deref(), &options);
            let made =
                made.map_err(|error| error.renamed(WaitOptions::ATTEMPT_TIMEOUT, "attempt_timeout_ms"));
            self.call(py, "wait_until_online", made)
        })
    }
}

fn truth(value: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    match value.cast::<PyBool>() {
        Ok(value) => Ok(value.is_true()),
        Err(_) => Err(argument(value.py(), name, "must be True or False")),
    }
}

fn create_request(
    py: Python<'_>,
    sender_id: &Bound<'_, PyAny>,
    friendly_name: &Bound<'_, PyAny>,
    configuration: &Bound<'_, PyAny>,
    webhook: &Bound<'_, PyAny>,
    profile: &Bound<'_, PyAny>,
) -> PyResult<CreateSender> {
    let fields = request(
        py,
        &[
            ("sender_id", sender_id),
            ("friendly_name", friendly_name),
            ("configuration", configuration),
            ("webhook", webhook),
            ("profile", profile),
        ],
    )?;
    guard(py, || CreateSender::from_value(&fields).map_err(|error| invalid(py, error)))
}
