//! An operation from its name and plain data, for bindings whose callers give both.

use serde_json::Value;

use super::operation::Operation;
use super::waiter::WaitOptions;
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client};
#[cfg(feature = "error-log")]
use crate::endpoints::{AlertTime, ListAlerts};
use crate::endpoints::{CreateSender, DeleteSender, FetchSender, ListSenders, PageSize, UpdateSender};
use crate::given::Given;
use crate::ids::SenderSid;
use crate::naming::Naming;
#[cfg(feature = "error-log")]
use crate::types::AlertLevel;
use crate::types::VerificationCode;

impl Operation {
    /// Makes an operation. `name` is that of its method (`wait_until_online`, or `waitUntilOnline`); `args` is an object: for
    /// `create`, `ensure` and `update` a request in the names of the API, for `ensure_all` such requests as `senders`, for the
    /// others `sid` and `code`; `options` is an object with the options of this method and of every call, in the language's
    /// names, or null. `others` are further options of the language, for hints only. `Ok(None)`: there is no such operation.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the argument or the option.
    pub fn from_args(
        client: &Client,
        naming: Naming,
        name: &str,
        args: &Value,
        options: &Value,
        others: &[&str],
    ) -> Result<Option<Self>, InvalidArgument> {
        let is_wait = matches!(name, "wait_until_online" | "waitUntilOnline");
        let own: &[&str] = match name {
            "list" => &["channel", "page_size", "limit", "token"],
            #[cfg(feature = "error-log")]
            "alerts" => &["level", "start", "end", "page_size", "limit", "token"],
            #[cfg(feature = "error-log")]
            "diagnose" => &["look_back_ms"],
            "delete" => &["missing_ok"],
            "ensure" | "ensure_all" | "ensureAll" => &["token"],
            _ if is_wait => &["wait_for_verification", "token", ATTEMPT_MS],
            _ => &[],
        };
        let given = Given::new(options, naming, name, &[own, &CallOptions::NAMES].concat(), others)?;
        let options = &CallOptions::of(given, if is_wait { ATTEMPT_MS } else { "timeout_ms" })?;
        let sids = || Given::new(args, naming, name, &["sid", "code"], &[]);
        // An engine of WebAssembly compiles a hot function whole: each operation has a separate one.
        let made = match name {
            "create" => client.create(CreateSender::from_value(args)?, options)?.into(),
            "update" => client.update(UpdateSender::from_value(args)?, options)?.into(),
            "ensure" => client.ensure(CreateSender::from_value(args)?, given.text("token")?, options)?.into(),
            "ensure_all" | "ensureAll" => {
                let creates = CreateSender::list_from_value(args.get("senders").unwrap_or_default())?;
                client.ensure_all(creates, given.text("token")?, options)?.into()
            }
            "fetch" => client.fetch(FetchSender::new(sid(sids()?)?), options)?.into(),
            "verify" => verify(client, sids()?, options)?,
            "delete" => delete(client, sids()?, given, options)?,
            "list" => list(client, given, options)?,
            #[cfg(feature = "error-log")]
            "alerts" => alerts(client, given, options)?,
            #[cfg(feature = "error-log")]
            "diagnose" => client.diagnose(sid(sids()?)?, given.count("look_back_ms")?, options)?.into(),
            _ if is_wait => wait(client, sids()?, given, options)?,
            _ => return Ok(None),
        };
        Ok(Some(made))
    }
}

/// The time for an attempt of a look, beside the `timeout_ms` of the wait.
const ATTEMPT_MS: &str = "attempt_timeout_ms";

fn sid(args: Given<'_>) -> Result<SenderSid, InvalidArgument> {
    SenderSid::parse(args.required("sid")?)
}

#[inline(never)]
fn verify(client: &Client, args: Given<'_>, options: &CallOptions) -> Result<Operation, InvalidArgument> {
    // The error names the argument; the core would name the field.
    let code = VerificationCode::parse(args.required("code")?).map_err(|error| error.named("code"))?;
    Ok(client.update(UpdateSender::verify(sid(args)?, code), options)?.into())
}

#[inline(never)]
fn delete(
    client: &Client,
    args: Given<'_>,
    given: Given<'_>,
    options: &CallOptions,
) -> Result<Operation, InvalidArgument> {
    let mut delete = DeleteSender::new(sid(args)?);
    delete.missing_ok = given.flag("missing_ok")?.unwrap_or_default();
    Ok(client.delete(delete, options)?.into())
}

#[inline(never)]
fn list(client: &Client, given: Given<'_>, options: &CallOptions) -> Result<Operation, InvalidArgument> {
    let limit = given.count("limit")?;
    let mut list = ListSenders::new(given.text("channel")?.unwrap_or("whatsapp").parse()?);
    list.page_size = given.count("page_size")?.map(PageSize::new).transpose()?;
    list.limit = limit;
    Ok(client.list(list, given.text("token")?, options)?.into())
}

#[cfg(feature = "error-log")]
#[inline(never)]
fn alerts(client: &Client, given: Given<'_>, options: &CallOptions) -> Result<Operation, InvalidArgument> {
    let time = |name| given.text(name)?.map(|text| AlertTime::parse(text, name)).transpose();
    let list = ListAlerts {
        level: given.text("level")?.map(AlertLevel::from),
        start: time("start")?,
        end: time("end")?,
        page_size: given.count("page_size")?.map(PageSize::new).transpose()?,
        limit: given.count("limit")?,
    };
    Ok(client.alerts(&list, given.text("token")?, options)?.into())
}

#[inline(never)]
fn wait(
    client: &Client,
    args: Given<'_>,
    given: Given<'_>,
    options: &CallOptions,
) -> Result<Operation, InvalidArgument> {
    let mut wait = WaitOptions::default()
        .wait_for_verification(given.flag("wait_for_verification")?.unwrap_or_default());
    if let Some(ms) = given.count("timeout_ms")? {
        wait = wait.timeout_ms(ms);
    }
    let sid = args.text("sid")?.map(SenderSid::parse).transpose()?;
    let made = client.wait_until_online(sid, wait, given.text("token")?, options);
    Ok(made.map_err(|error| error.renamed(WaitOptions::ATTEMPT_TIMEOUT, ATTEMPT_MS))?.into())
}
