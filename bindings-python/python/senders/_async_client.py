"""The asyncio client. asyncio itself is imported by the first call."""

from __future__ import annotations

from . import _native, _options
from ._callback import call_async as call_back
from ._callback import callable_or_none, hooks
from ._ensure import Results
from ._native import UNSET
from ._response import with_response_async

TYPE_CHECKING = False
if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
    from os import PathLike
    from types import TracebackType
    from typing import Any, Literal, NoReturn

    from typing_extensions import Self

    from . import _asyncio
    from ._ensure import EnsureResult
    from ._native import (
        Call,
        Ensured,
        RequestEvent,
        ResponseEvent,
        Sender,
        SenderPage,
        StatusChange,
        Unset,
        WaitEvent,
    )
    from .types import AsyncTransport, ConfigurationLike, CreateDict, Headers, ProfileLike, Transport, WebhookLike


class _Calls:
    """A call that is made again for each iteration."""

    __slots__ = ("_first", "_make", "_options", "_start")

    def __init__(
        self, start: Callable[[Call], Awaitable[Any]], make: Callable[..., Call], options: tuple[Any, ...]
    ) -> None:
        self._start = start
        self._make = make
        self._options = options
        # A traceback that shows locals shows no header.
        del options
        # Made now, so that a wrong argument is found now.
        self._first: Call | None = make(*self._options)

    async def _values(self) -> AsyncIterator[Any]:
        call = self._first or self._make(*self._options)
        self._first = None
        while True:
            value = await self._start(call)
            if call.done:
                return
            yield value

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class AsyncSenderList(_Calls):
    """A listing: ``async for sender in client.list()``, or page by page with ``pages()``.

    It may be iterated more than once; each iteration asks the server again.
    """

    __slots__ = ()

    def pages(self) -> AsyncIterator[SenderPage]:
        """Every page as it comes, the empty ones too; ``page.next_token`` goes on after it in another process."""
        return self._values()

    async def __aiter__(self) -> AsyncIterator[Sender]:
        async for page in self.pages():
            for sender in page:
                yield sender


class AsyncStatusChanges(_Calls):
    """The changes of a sender's status until it is online: ``async for change in client.statuses(sid)``.

    It may be iterated more than once; each iteration is a new wait.
    """

    __slots__ = ()

    def __aiter__(self) -> AsyncIterator[StatusChange]:
        return self._values()


class AsyncSenders:
    """The client for asyncio: the methods of ``Senders``, to be awaited.

    One client may serve several event loops; each loop has its own connections. Cancelling a task that awaits a call closes
    the call's connection. ``transport`` may be sync or async. Hooks are plain functions, called in the thread of the loop.
    """

    __slots__ = ("__weakref__", "_core", "_injected", "_options", "_own", "_start")

    def __init__(
        self,
        *,
        # generated: the options of every language
        account_sid: str | None = None,
        auth_token: str | None = None,
        api_key: str | None = None,
        api_secret: str | None = None,
        no_credentials: bool = False,
        base_url: str | None = None,
        region: str | None = None,
        edge: str | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        max_response_bytes: int | None = None,
        user_agent: str | None = None,
        seed: int | None = None,
        # end of the options of every language
        max_connections: int | None = None,
        proxy: str | Literal[False] | None = None,
        ca_file: str | PathLike[str] | None = None,
        transport: AsyncTransport | Transport | None = None,
        on_request: Callable[[RequestEvent], object] | None = None,
        on_response: Callable[[ResponseEvent], object] | None = None,
        on_wait: Callable[[WaitEvent], object] | None = None,
    ) -> None:
        wire = {"proxy": proxy, "ca_file": ca_file, "max_connections": max_connections}
        try:
            watched = hooks(on_request, on_response, on_wait)
            options = {
                # generated: their values
                "account_sid": account_sid,
                "auth_token": auth_token,
                "api_key": api_key,
                "api_secret": api_secret,
                "no_credentials": no_credentials,
                "base_url": base_url,
                "region": region,
                "edge": edge,
                "timeout": timeout,
                "connect_timeout": connect_timeout,
                "total_timeout": total_timeout,
                "max_retries": max_retries,
                "max_response_bytes": max_response_bytes,
                "user_agent": user_agent,
                "seed": seed,
                # end of their values
            }
            # Checked now; made for asyncio by the first call.
            self._options = {name: value for name, value in wire.items() if value is not None}
            self._core = _options.core(options, transport, watched)
            _options.native_transport(_native.AsyncSettings, transport, wire)
        finally:
            # A traceback that shows locals shows no secret.
            wire.clear()
            del account_sid, auth_token, api_key, api_secret, base_url, proxy
        self._injected: Any = transport
        self._own: _asyncio.Transport | None = None
        self._start: Callable[[Call], Coroutine[Any, Any, Any]] = self._first_start

    async def _first_start(self, call: Call) -> Any:
        """The first call: asyncio is there by now."""
        from . import _asyncio

        if self._injected is not None:
            send = self._injected.send
            self._start = lambda call: _asyncio.run_with(call, send)
        else:
            self._own = _asyncio.Transport(**self._options)
            self._start = self._own.run
        return await self._start(call)

    async def create(
        self,
        sender_id: str,
        *,
        configuration: ConfigurationLike | None | Unset = UNSET,
        webhook: WebhookLike | None | Unset = UNSET,
        profile: ProfileLike | None | Unset = UNSET,
        friendly_name: str | None | Unset = UNSET,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Sender:
        """Registers a number or an agent, such as ``whatsapp:+15017122661``.

        The response only says that the request was accepted: go on with ``wait_until_online``. A WhatsApp sender needs
        ``profile={"name": …}``. It is never repeated when the server may have acted; then ``OutcomeUnknownError``
        says so. To register a number once and only once use ``ensure``.
        """
        try:
            call = self._core.create(
                sender_id, friendly_name, configuration, webhook, profile, timeout, total_timeout, max_retries, headers
            )
        finally:
            del sender_id, configuration, webhook, profile, headers
        result: Sender = await self._start(call)
        return result

    async def fetch(
        self,
        sid: str,
        *,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Sender:
        """Looks at one sender."""
        try:
            call = self._core.fetch(sid, timeout, total_timeout, max_retries, headers)
        finally:
            del headers
        sender: Sender = await self._start(call)
        return sender

    def list(
        self,
        *,
        channel: Literal["whatsapp", "rcs"] = "whatsapp",
        page_size: int | None = None,
        limit: int | None = None,
        token: str | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> AsyncSenderList:
        """Lists senders, lazily: ``async for sender in client.list()``, or page by page with ``.pages()``.

        ``page_size`` is 1 to 1000 (1000, or the limit if that is smaller); ``limit`` the most senders to list, which
        asks for no page more than needed; ``token`` goes on after the page whose ``next_token`` it is, and keeps that
        listing's channel, page size and, unless a new one is given, limit.
        """
        try:
            options = (channel, page_size, limit, token, timeout, total_timeout, max_retries, headers)
            return AsyncSenderList(lambda call: self._start(call), self._core.list, options)
        finally:
            del headers, options

    async def update(
        self,
        sid: str,
        *,
        configuration: ConfigurationLike | None | Unset = UNSET,
        webhook: WebhookLike | None | Unset = UNSET,
        profile: ProfileLike | None | Unset = UNSET,
        friendly_name: str | None | Unset = UNSET,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Sender:
        """Changes the fields that are given and no others: None is null, a field that is left out is left untouched.

        A section that was read can be sent back: ``update(sid, profile=sender.profile.replace(about="x"))``. It goes as it
        came, with fields this version does not know, and without those that were null: nothing is cleared by that.

        The response only repeats the sections that were sent; others may be None in it. Fetch the sender to have them all.
        """
        try:
            call = self._core.update(
                sid, friendly_name, configuration, webhook, profile, timeout, total_timeout, max_retries, headers
            )
        finally:
            del configuration, webhook, profile, headers
        result: Sender = await self._start(call)
        return result

    async def verify(
        self,
        sid: str,
        code: str,
        *,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Sender:
        """Gives the code that was sent to the number by text message or call.

        Then ``wait_until_online`` again, with a ``timeout``: ``wait_until_online(token=error.resume_token, timeout=600)``.
        """
        try:
            call = self._core.verify(sid, code, timeout, total_timeout, max_retries, headers)
        finally:
            del code, headers
        result: Sender = await self._start(call)
        return result

    async def delete(
        self,
        sid: str,
        *,
        missing_ok: bool = False,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> None:
        """Deletes a sender; with ``missing_ok`` one that is not there counts as deleted.

        Before you register the number again, turn two-factor authentication off for it in WhatsApp Manager
        (Twilio's Senders API page).
        """
        try:
            call = self._core.delete(sid, missing_ok, timeout, total_timeout, max_retries, headers)
        finally:
            del headers
        nothing: None = await self._start(call)
        return nothing

    async def wait_until_online(
        self,
        sid: str | None = None,
        *,
        timeout: float | None = None,
        on_status: Callable[[StatusChange], object] | None = None,
        wait_for_verification: bool = False,
        token: str | None = None,
        attempt_timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Sender:
        """Looks at a sender until it is online, first at once, then after 2 seconds and ever more slowly, up to 30.

        ``timeout`` is in seconds for the whole wait (600). ``on_status`` is called with each change of status, and awaited if it is async.
        The wait ends with ``VerificationRequiredError`` when the sender needs a code (unless ``wait_for_verification``,
        because another person gives it), with ``RegistrationFailedError`` when it is offline with reasons, and with
        ``WaitTimeoutError``. ``timeout=0`` looks once. ``token`` takes an earlier wait up again, in any process: a
        change's ``token`` up to the same moment, an error's ``resume_token`` with its whole time again (the time a
        person takes to bring a code does not count). A ``timeout`` given with a token is a new one,
        ``wait_for_verification`` holds from then on, and a ``sid`` must be the same one.
        ``attempt_timeout``, ``total_timeout`` and ``max_retries`` are those of each look.
        """
        try:
            callable_or_none("on_status", on_status)
            call = self._core.wait_until_online(
                sid, timeout, wait_for_verification, token, attempt_timeout, total_timeout, max_retries, headers
            )
        finally:
            del headers
        while True:
            value = await self._start(call)
            if call.done:
                sender: Sender = value
                return sender
            await call_back(on_status, value)

    def statuses(
        self,
        sid: str | None = None,
        *,
        timeout: float | None = None,
        wait_for_verification: bool = False,
        token: str | None = None,
        attempt_timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> AsyncStatusChanges:
        """``wait_until_online`` as a loop: ``async for change in client.statuses(sid)``.

        It ends when the sender is online, and raises what ``wait_until_online`` raises. The arguments are the same. Each
        iteration is a new wait; a loop that is left early ends it.
        """
        try:
            options = (
                sid,
                timeout,
                wait_for_verification,
                token,
                attempt_timeout,
                total_timeout,
                max_retries,
                headers,
            )
            return AsyncStatusChanges(lambda call: self._start(call), self._core.wait_until_online, options)
        finally:
            del headers, options

    async def ensure(
        self,
        sender_id: str,
        *,
        configuration: ConfigurationLike | None | Unset = UNSET,
        webhook: WebhookLike | None | Unset = UNSET,
        profile: ProfileLike | None | Unset = UNSET,
        friendly_name: str | None | Unset = UNSET,
        token: str | None = None,
        on_token: Callable[[str], object] | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Ensured:
        """Finds the sender of this id, or creates it if there is none; safe to call again and again.

        ``resolution`` is ``created``, ``found`` or ``reconciled`` (a create whose outcome was unknown, found afterwards). A
        sender that was there is not changed: ``differences`` names the fields of the request that it does not have.

        ``on_token`` is called once, before anything is sent, with a small text to store where it survives the process, and
        awaited if it is async.
        Given as ``token`` after a crash, in any process or language, it makes the call look for the number for twelve
        seconds before it creates it. Remove it when the call has ended. Two processes at the same time need a lock of
        yours, or rely on the server to refuse the second create. ``total_timeout`` bounds all of it (300).
        """
        try:
            callable_or_none("on_token", on_token)
            call = self._core.ensure(
                sender_id,
                friendly_name,
                configuration,
                webhook,
                profile,
                token,
                timeout,
                total_timeout,
                max_retries,
                headers,
            )
        finally:
            del sender_id, configuration, webhook, profile, headers
        try:
            while True:
                value = await self._start(call)
                if call.done:
                    ensured: Ensured = value
                    return ensured
                await call_back(on_token, value)
        except BaseException:
            call.cancel("the caller stopped the call")
            raise

    async def ensure_all(
        self,
        senders: Sequence[CreateDict],
        *,
        token: str | None = None,
        on_token: Callable[[str], object] | None = None,
        on_result: Callable[[EnsureResult], object] | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> builtins.list[EnsureResult]:
        """``ensure`` for many numbers, at most 10000: one listing serves them all.

        ``senders`` is a list of what ``create`` takes: ``{"sender_id": "whatsapp:+…", "profile": {…}}``. The result is a list
        in the same order, each item with ``ensured`` or ``error``: the error of one number harms no other. Creates
        are sent one after the other; after one that is refused for its credentials, or with 429 until the attempts ran
        out, no further one is sent. ``on_result`` is called with each result as it is known, and awaited if it is async.

        ``token`` and ``on_token`` as in ``ensure``, one for all numbers; a token also serves for fewer of them.
        ``total_timeout`` bounds all of it (3600).
        """
        try:
            callable_or_none("on_token", on_token)
            callable_or_none("on_result", on_result)
            call, ids = self._core.ensure_all(senders, token, timeout, total_timeout, max_retries, headers)
        finally:
            del senders, headers
        results = Results(ids)
        try:
            while True:
                value = await self._start(call)
                if call.done:
                    return results.in_order()
                if isinstance(value, str):
                    await call_back(on_token, value)
                else:
                    await call_back(on_result, results.add(value))
        except BaseException:
            call.cancel("the caller stopped the call")
            raise

    @property
    def with_response(self) -> AsyncSendersWithResponse:
        """The methods that have one result, with the response: ``await client.with_response.fetch(sid)``."""
        return AsyncSendersWithResponse(self)

    async def aclose(self) -> None:
        """Closes the connections of the running loop; calls after this raise ``MisuseError``. May be called twice."""
        own, self._own = self._own, None
        self._start = _closed
        if own is not None:
            await own.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        core = getattr(self, "_core", None)
        if core is None:
            return "AsyncSenders(not made: its options were refused)"
        return f"AsyncSenders(base_url={core.origin!r}, credentials=<{core.credentials}>)"

    def __reduce__(self) -> NoReturn:
        _options.refuse_pickle(self)


class AsyncSendersWithResponse:
    """The methods of ``AsyncSenders`` that have one result. They return it as a ``WithResponse``: with the last response."""

    __slots__ = ("_client", "_core")

    def __init__(self, client: AsyncSenders) -> None:
        self._client = client
        self._core = client._core

    async def _start(self, call: Call) -> Any:
        call.keep_response()
        return call.with_response(await self._client._start(call))

    create = with_response_async(AsyncSenders.create)
    fetch = with_response_async(AsyncSenders.fetch)
    update = with_response_async(AsyncSenders.update)
    verify = with_response_async(AsyncSenders.verify)
    delete = with_response_async(AsyncSenders.delete)
    wait_until_online = with_response_async(AsyncSenders.wait_until_online)
    ensure = with_response_async(AsyncSenders.ensure)

    def __repr__(self) -> str:
        return f"{self._client!r}.with_response"


async def _closed(call: Call) -> Any:
    return _options.closed(call)
