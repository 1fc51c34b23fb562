"""The blocking client."""

from __future__ import annotations

from itertools import chain

from . import _native, _options
from ._callback import call as call_back
from ._callback import callable_or_none, hooks
from ._ensure import Results
from ._native import UNSET
from ._response import with_response

TYPE_CHECKING = False
if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator, Sequence
    from os import PathLike
    from types import TracebackType
    from typing import Any, Literal, NoReturn

    from typing_extensions import Self

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
    from .types import ConfigurationLike, CreateDict, Headers, ProfileLike, Transport, WebhookLike


class _Calls:
    """A call that is made again for each iteration."""

    __slots__ = ("_first", "_make", "_options", "_run")

    def __init__(self, run: Callable[[Call], Any], make: Callable[..., Call], options: tuple[Any, ...]) -> None:
        self._run = run
        self._make = make
        self._options = options
        # A traceback that shows locals shows no header.
        del options
        # Made now, so that a wrong argument is found now.
        self._first: Call | None = make(*self._options)

    def _values(self) -> Iterator[Any]:
        call = self._first or self._make(*self._options)
        self._first = None
        while True:
            value = self._run(call)
            if call.done:
                return
            yield value

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class SenderList(_Calls):
    """A listing: ``for sender in client.list()``, or page by page with ``pages()``.

    It may be iterated more than once; each iteration asks the server again.
    """

    __slots__ = ()

    def pages(self) -> Iterator[SenderPage]:
        """Every page as it comes, the empty ones too; ``page.next_token`` goes on after it in another process."""
        return self._values()

    def __iter__(self) -> Iterator[Sender]:
        return chain.from_iterable(self.pages())


class StatusChanges(_Calls):
    """The changes of a sender's status until it is online: ``for change in client.statuses(sid)``.

    It may be iterated more than once; each iteration is a new wait.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[StatusChange]:
        return self._values()


class Senders:
    """The client of one account. Threads may share it; it survives a fork.

    Every option is a keyword and has a default. Without any part of the credentials the environment is asked: for
    ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET`` if both are set, else for ``TWILIO_ACCOUNT_SID`` and ``TWILIO_AUTH_TOKEN``.

    The options of every language:

    - ``account_sid``: The SID of the account: ``AC`` and 32 hexadecimal digits. Given with
      ``auth_token``. Default: ``TWILIO_ACCOUNT_SID``.
    - ``auth_token``: The auth token of the account. Default: ``TWILIO_AUTH_TOKEN``.
    - ``api_key``: The SID of an API key: ``SK`` and 32 hexadecimal digits. Given with
      ``api_secret``, in place of an account's SID and token. Default: ``TWILIO_API_KEY``.
    - ``api_secret``: The secret of the API key. Default: ``TWILIO_API_SECRET``.
    - ``no_credentials``: Sends no credentials: for a proxy that adds them, since a page or an app
      that others install can keep no secret.
    - ``base_url``: The server: ``https://host[:port][/path]``, plain http to this machine only.
      Without it, Twilio's of ``region`` and ``edge``, which it excludes. Default:
      ``SENDERS_BASE_URL``.
    - ``region``: Twilio's region, such as ``ie1``. Default: ``TWILIO_REGION``.
    - ``edge``: Twilio's edge location, such as ``dublin``. Alone it means region ``us1``.
      Default: ``TWILIO_EDGE``.
    - ``timeout``: The time for one attempt. Seconds, 0.001 to 600. Default 30.
    - ``connect_timeout``: The time for connecting within an attempt. Seconds, 0.001 to 600.
      Default 5.
    - ``total_timeout``: The time for a call with all its attempts and pauses. At least that of an
      attempt, unless it is given. Seconds, 0.001 to 3600. Default 60.
    - ``max_retries``: Attempts after the first; with 0 nothing is sent twice. 0 to 10. Default 2.
    - ``max_response_bytes``: The largest response body, in bytes. 1 KiB to 1 GiB. Default 10 MiB.
    - ``user_agent``: The application's name, added to ``User-Agent``.
    - ``seed``: Makes the jitter of the pauses the same each time. Without it, they differ.

    The options of this package:

    - ``max_connections``: how many connections are kept. Default 100.
    - ``proxy``: a URL, False for none; without it ``HTTPS_PROXY`` and ``NO_PROXY`` of the environment. ``ca_file``: PEM
      certificates to trust besides the system's.
    - ``transport``: an object with ``send(request)`` instead of the package's own, see ``senders.types.Transport``. It is
      not closed with the client.
    - ``on_request``, ``on_response``, ``on_wait``: hooks for logs and measurements, called with a ``RequestEvent`` before
      each request, a ``ResponseEvent`` after it, and a ``WaitEvent`` before each pause, in the thread of the call, which
      waits for them: their time comes on top of a timeout, which is looked at before the next request. They cannot change
      a call: what one raises goes to ``sys.unraisablehook``, except ``KeyboardInterrupt`` and the like.
    """

    __slots__ = ("__weakref__", "_core", "_own", "_run")

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
        transport: Transport | None = None,
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
            self._core = _options.core(options, transport, watched)
            own = _options.native_transport(_native.Transport, transport, wire)
        finally:
            # A traceback that shows locals shows no secret.
            wire.clear()
            del account_sid, auth_token, api_key, api_secret, base_url, proxy
        self._own: _native.Transport | None = own
        self._run: Callable[[Call], Any]
        if own is not None:
            self._run = own.run
        else:
            send = transport.send  # type: ignore[union-attr]  # one of the two is there
            self._run = lambda call: _native.run_with(call, send)

    def create(
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
        result: Sender = self._run(call)
        return result

    def fetch(
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
        sender: Sender = self._run(call)
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
    ) -> SenderList:
        """Lists senders, lazily: ``for sender in client.list()``, or page by page with ``.pages()``.

        ``page_size`` is 1 to 1000 (1000, or the limit if that is smaller); ``limit`` the most senders to list, which
        asks for no page more than needed; ``token`` goes on after the page whose ``next_token`` it is, and keeps that
        listing's channel, page size and, unless a new one is given, limit.
        """
        try:
            options = (channel, page_size, limit, token, timeout, total_timeout, max_retries, headers)
            return SenderList(lambda call: self._run(call), self._core.list, options)
        finally:
            del headers, options

    def update(
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
        result: Sender = self._run(call)
        return result

    def verify(
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
        result: Sender = self._run(call)
        return result

    def delete(
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
        nothing: None = self._run(call)
        return nothing

    def wait_until_online(
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

        ``timeout`` is in seconds for the whole wait (600). ``on_status`` is called with each change of status.
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
            value = self._run(call)
            if call.done:
                sender: Sender = value
                return sender
            call_back("on_status", on_status, value)

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
    ) -> StatusChanges:
        """``wait_until_online`` as a loop: ``for change in client.statuses(sid)``.

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
            return StatusChanges(lambda call: self._run(call), self._core.wait_until_online, options)
        finally:
            del headers, options

    def ensure(
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

        ``on_token`` is called once, before anything is sent, with a small text to store where it survives the process.
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
                value = self._run(call)
                if call.done:
                    ensured: Ensured = value
                    return ensured
                call_back("on_token", on_token, value)
        except BaseException:
            call.cancel("the caller stopped the call")
            raise

    def ensure_all(
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
        out, no further one is sent. ``on_result`` is called with each result as it is known.

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
                value = self._run(call)
                if call.done:
                    return results.in_order()
                if isinstance(value, str):
                    call_back("on_token", on_token, value)
                else:
                    call_back("on_result", on_result, results.add(value))
        except BaseException:
            call.cancel("the caller stopped the call")
            raise

    @property
    def with_response(self) -> SendersWithResponse:
        """The methods that have one result, with the response: ``client.with_response.fetch(sid)``."""
        return SendersWithResponse(self)

    def close(self) -> None:
        """Closes the connections; calls after this raise ``MisuseError``. May be called twice."""
        transport, self._own = self._own, None
        self._run = _closed
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        core = getattr(self, "_core", None)
        if core is None:
            return "Senders(not made: its options were refused)"
        return f"Senders(base_url={core.origin!r}, credentials=<{core.credentials}>)"

    def __reduce__(self) -> NoReturn:
        _options.refuse_pickle(self)


class SendersWithResponse:
    """The methods of ``Senders`` that have one result. They return it as a ``WithResponse``: with the last response."""

    __slots__ = ("_client", "_core")

    def __init__(self, client: Senders) -> None:
        self._client = client
        self._core = client._core

    def _run(self, call: Call) -> Any:
        call.keep_response()
        return call.with_response(self._client._run(call))

    create = with_response(Senders.create)
    fetch = with_response(Senders.fetch)
    update = with_response(Senders.update)
    verify = with_response(Senders.verify)
    delete = with_response(Senders.delete)
    wait_until_online = with_response(Senders.wait_until_online)
    ensure = with_response(Senders.ensure)

    def __repr__(self) -> str:
        return f"{self._client!r}.with_response"


def _closed(call: Call) -> Any:
    return _options.closed(call)
