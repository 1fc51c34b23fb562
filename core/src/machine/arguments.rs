//! An operation from its name and plain data, for bindings whose callers give both.

use serde_json::Value;

use super::operation::Operation;
use super::waiter::WaitOptions;
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client};
use crate::endpoints::{CreateSender, DeleteSender, FetchSender, ListSenders, PageSize, UpdateSender};
use crate::given::Given;
use crate::ids::SenderSid;
use crate::naming::Naming;
use crate::types::VerificationCode;

impl Operation {
    /// Makes an operation. `name` is that of its method (`wait_until_online`, or `waitUntilOnline`); `args` is an object: for
    /// `create`, `ensure` and `update` a request in the names of the API, for `ensure_all` such requests as `senders`, for the
    /// others its arguments in the language's names; `options` is an object of [`CallOptions`], with the `token` of an
    /// `ensure`, or null. `Ok(None)`: there is no such operation.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the argument or the option.
    pub fn from_args(
        client: &Client,
        naming: Naming,
        name: &str,
        args: &Value,
        options: &Value,
    ) -> Result<Option<Self>, InvalidArgument> {
        let is_ensure = name.starts_with("ensure");
        let (options, token) = CallOptions::from_value(options, naming, name, is_ensure)?;
        // An engine of WebAssembly compiles a hot function whole: each operation has a separate one.
        let made = match name {
            "create" => client.create(CreateSender::from_value(args)?, &options)?.into(),
            "update" => client.update(UpdateSender::from_value(args)?, &options)?.into(),
            "ensure" => client.ensure(CreateSender::from_value(args)?, token, &options)?.into(),
            "ensure_all" | "ensureAll" => {
                let creates = CreateSender::list_from_value(args.get("senders").unwrap_or_default())?;
                client.ensure_all(creates, token, &options)?.into()
            }
            "fetch" => {
                let args = Given::new(args, naming, name, &["sid"])?;
                client.fetch(FetchSender::new(sid(args)?), &options)?.into()
            }
            "verify" => verify(client, Given::new(args, naming, name, &["sid", "code"])?, &options)?,
            "delete" => delete(client, Given::new(args, naming, name, &["sid", "missing_ok"])?, &options)?,
            "list" => {
                let known = ["channel", "page_size", "limit", "token"];
                list(client, Given::new(args, naming, name, &known)?, &options)?
            }
            "wait_until_online" | "waitUntilOnline" => {
                let known = ["sid", "timeout_ms", "wait_for_verification", "token"];
                wait(client, Given::new(args, naming, name, &known)?, &options)?
            }
            _ => return Ok(None),
        };
        Ok(Some(made))
    }
}

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
fn delete(client: &Client, args: Given<'_>, options: &CallOptions) -> Result<Operation, InvalidArgument> {
    let mut delete = DeleteSender::new(sid(args)?);
    delete.missing_ok = args.flag("missing_ok")?;
    Ok(client.delete(delete, options)?.into())
}

#[inline(never)]
fn list(client: &Client, args: Given<'_>, options: &CallOptions) -> Result<Operation, InvalidArgument> {
    let limit = args.count("limit")?;
    let mut list = ListSenders::new(args.text("channel")?.unwrap_or("whatsapp").parse()?);
    list.page_size = args.count("page_size")?.map(PageSize::new).transpose()?;
    list.limit = limit;
    Ok(client.list(list, args.text("token")?, options)?.into())
}

#[inline(never)]
fn wait(client: &Client, args: Given<'_>, options: &CallOptions) -> Result<Operation, InvalidArgument> {
    let mut wait = WaitOptions::default().wait_for_verification(args.flag("wait_for_verification")?);
    if let Some(ms) = args.count("timeout_ms")? {
        wait = wait.timeout_ms(ms);
    }
    let sid = args.text("sid")?.map(SenderSid::parse).transpose()?;
    Ok(client.wait_until_online(sid, wait, args.text("token")?, options)?.into())
}
