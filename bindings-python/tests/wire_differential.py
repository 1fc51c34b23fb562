"""Gives the same bytes to this package's reader of responses, to ``h11`` and to ``httptools`` (llhttp).

Every difference must have a named reason (:func:`reason`); one without a reason is a failure. Cases come from a seed, so
that each can be made again: ``python wire_differential.py NATIVE_LIBRARY --cases 100000 --seed 7``.
"""

from __future__ import annotations

import argparse
import collections
import importlib.machinery
import importlib.util
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h11
import httptools

MAX_BODY = 4096


class Verdict(NamedTuple):
    """The verdict of a reader on the bytes: ``ok``, ``error`` or ``incomplete``."""

    what: str
    status: int = 0
    body: bytes = b""
    #: Whether another request may follow; ``None`` where the reader does not say.
    reusable: bool | None = False


class Case(NamedTuple):
    pieces: list[bytes]
    end: bool

    @property
    def whole(self) -> bytes:
        return b"".join(self.pieces)


def native(path: str | Path) -> Callable[[list[bytes], bool, int], tuple[str, int, bytes, bool]]:
    """``read_response`` of the native library that was built with the feature ``wire``."""
    loader = importlib.machinery.ExtensionFileLoader("_native", str(path))
    spec = importlib.util.spec_from_loader("_native", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module.read_response  # type: ignore[no-any-return]


def read_ours(read: Any, case: Case) -> Verdict:
    kind, status, body, reusable = read(case.pieces, case.end, MAX_BODY)
    if kind == "response":
        return Verdict("ok", status, body, reusable)
    return Verdict("incomplete" if kind in ("pending", "closed") else "error")


REQUEST = h11.Request(method="GET", target="/", headers=[("host", "a")])


def read_h11(case: Case) -> Verdict:
    reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=64 * 1024)
    reader.send(REQUEST)
    reader.send(h11.EndOfMessage())
    status, body = 0, []
    pieces = [*case.pieces, b""] if case.end else case.pieces
    try:
        for at, piece in enumerate(pieces):
            if not piece and at < len(case.pieces):
                continue
            reader.receive_data(piece)
            while True:
                event = reader.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    break
                if isinstance(event, h11.Response):
                    status = event.status_code
                elif isinstance(event, h11.Data):
                    body.append(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage):
                    # At the end of the connection it says no word about another request.
                    more = at == len(case.pieces) or reader.trailing_data[0] or any(pieces[at + 1 :])
                    return Verdict("ok", status, b"".join(body), reader.their_state is h11.DONE and not more)
                elif isinstance(event, h11.ConnectionClosed):
                    return Verdict("incomplete")
    except h11.RemoteProtocolError as error:
        cut = "without sending complete message body" in str(error) or "unexpectedly" in str(error)
        cut |= "ConnectionClosed" in str(error)
        return Verdict("incomplete" if cut else "error")
    return Verdict("incomplete")


class Llhttp:
    """The callbacks of ``httptools``."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.body: list[bytes] = []
        self.framed = False
        self.in_body = False
        self.done: Verdict | None = None

    def on_message_begin(self) -> None:
        self.body, self.framed, self.in_body = [], False, False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.framed |= name.lower() == b"content-length" or (
            name.lower() == b"transfer-encoding" and value.lower().strip().endswith(b"chunked")
        )

    def on_headers_complete(self) -> None:
        self.status, self.in_body = self.parser.get_status_code(), True

    def on_body(self, data: bytes) -> None:
        self.body.append(data)

    def on_message_complete(self) -> None:
        self.in_body = False
        if self.done is None and not 100 <= self.status < 200:
            self.done = Verdict("ok", self.status, b"".join(self.body), self.parser.should_keep_alive())


def read_llhttp(case: Case) -> Verdict:
    reader = Llhttp()
    try:
        for piece in case.pieces:
            if piece and reader.done is None:
                reader.parser.feed_data(piece)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return reader.done or Verdict("error")
    if reader.done is None and case.end and reader.in_body and not reader.framed:
        return Verdict("ok", reader.status, b"".join(reader.body), False)
    return reader.done or Verdict("incomplete")


# --- cases ------------------------------------------------------------------------------------------------------------

STATUSES = ["200 OK"] * 12 + [
    "202 Accepted", "201", "204 No Content", "304 Not Modified", "401 Unauthorized", "404 Not Found", "503 Busy", "302 Found",
    "205 Reset", "299 x", "200", "200 ", "200  OK", "099 x", "20 OK", "2000 OK", "999 x", "200 O\x01K", "200 \xe9",
]  # fmt: skip
VERSIONS = ["HTTP/1.1"] * 24 + ["HTTP/1.0"] * 3 + ["HTTP/1.2", "HTTP/2.0", "HTTP/1.10", "http/1.1", "ICY"]
PLAIN = [
    "Content-Type: application/json", "Date: Sun, 29 Nov 2026 07:00:00 GMT", "Server: x", "T-Request-Id: RQ1",
    "Retry-After: 3", "X-A:b", "X-Empty:", "X-Long: " + "x" * 300, "Vary: a, b", "X-Tab:\ta\tb\t",
]  # fmt: skip
CONNECTIONS = ["Connection: close", "Connection: keep-alive", "Connection: x, Close", "connection:Keep-Alive, y"]
ODD = [
    "X-Thing : 1", "no colon", ": empty", "X Y: 1", "X\x01: 1", "X: a\x01b", "X: a\0b", "X: a\rb", "\xe9: 1", "X: \xe9\xff",
    " leading", "\tleading", "X: a\r\n folded", "(x): 1", "X: \x7f", "Content-Encoding: identity", "X: a\r\n\tContent-Length: 9",
]  # fmt: skip
FRAMING = [
    "Content-Length : {n}", "Content-Length:{n}", "content-length:  {n}  ", "Content-Length: {n}, {n}", "Content-Length: +{n}",
    "Content-Length: -1", "Content-Length: 0x{n}", "Content-Length:", "Content-Length: 99999999999999999999", "Content-Length: 0{n}",
    "Content-Length: {n}\r\nContent-Length: {n}", "Content-Length: {n}\r\nContent-Length: 7{n}", "Content-Length {n}",
    "Content-Length: {n}\r\n 0", "Content-Length:\r\n {n}", "Content-Length\x0b: {n}", "Content-Length: {n}\x01", "Content_Length: {n}",
    "Content-Length: 5000", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding : chunked", "Transfer-Encoding:\x0bchunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: Chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: {n}",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked", "Transfer-Encoding:", "Transfer-Encoding: chunked;q=1",
]  # fmt: skip
SIZES = ["{x}"] * 10 + [
    "{X}",
    "0{x}",
    "{x};a=b",
    '{x};a="b;c"',
    "{x} ",
    "{x} ;a",
    " {x}",
    "",
    ";a",
    "0x{x}",
    "-{x}",
    "{x};a\nb",
    "f" * 17,
]
TRAILERS = [""] * 8 + [
    "X: y\r\n",
    "X: y\r\nZ: \r\n",
    "bad\r\n",
    "Content-Length: 3\r\n",
    "X : y\r\n",
    " folded\r\n",
    "X: y\n",
]


def chunked(random_: random.Random, body: bytes) -> bytes:
    out = []
    while body:
        count = random_.randint(1, len(body))
        piece, body = body[:count], body[count:]
        size = "{x}" if random_.random() < 0.8 else random_.choice(SIZES)
        line = size.format(x=f"{count:x}", X=f"{count:X}").encode()
        out.append(
            line
            + b"\r\n"
            + piece
            + (b"\r\n" if random_.random() < 0.98 else random_.choice([b"\n", b"", b"x\r\n", b"\r"]))
        )
    last = b"0" if random_.random() < 0.95 else random_.choice([b"00", b"0;a", b"", b"0 "])
    return b"".join(out) + last + b"\r\n" + random_.choice(TRAILERS).encode("latin-1") + b"\r\n"


def make(random_: random.Random) -> Case:
    chance = random_.random
    body = random_.randbytes(random_.randint(1, 40)) if chance() < 0.5 else b'{"sid":"XE"}' * random_.randint(0, 3)
    number = len(body)
    framings = ["Content-Length: {n}"] if chance() < 0.45 else ["Transfer-Encoding: chunked"] if chance() < 0.6 else []
    if chance() < 0.25:
        framings = [random_.choice(FRAMING)]
    lines = random_.sample(PLAIN, random_.randint(0, 3)) + [line.format(n=number) for line in framings]
    if chance() < 0.2:
        lines.append(random_.choice(CONNECTIONS))
    if chance() < 0.15:
        lines.append(random_.choice(ODD))
    random_.shuffle(lines)
    ends = "\r\n" if chance() < 0.95 else "\n"
    first = f"{random_.choice(VERSIONS)} {random_.choice(STATUSES)}"
    head = ends.join([first, *lines, "", ""]).encode("latin-1")
    if any("chunked" in line.lower() for line in framings) and chance() < 0.95:
        body = chunked(random_, body)
    data = head + body
    if chance() < 0.1:
        interim = random_.choice(
            ["100 Continue", "103 Early Hints\r\nLink: x", "101 Switching", "102 x\r\nContent-Length: 0"]
        )
        data = f"HTTP/1.1 {interim}\r\n\r\n".encode() + data
    if chance() < 0.05:
        data = random_.choice([b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\r"]) + data
    if chance() < 0.1:
        data += random_.choice([b"\r\n", b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"0\r\n\r\n", b"\0"])
    elif chance() < 0.15:
        data = data[: random_.randint(0, len(data))]
    for _ in range(random_.choice([0, 0, 0, 0, 0, 0, 1, 1, 2])):
        data = mutate(random_, data)
    pieces = []
    for _ in range(random_.choice([0, 0, 1, 1, 2, 5])):
        cut = random_.randint(0, len(data))
        pieces.append(data[:cut])
        data = data[cut:]
    if chance() < 0.03:
        data_pieces = [bytes([byte]) for byte in data]
    else:
        data_pieces = [data]
    return Case([piece for piece in pieces + data_pieces if piece], chance() < 0.8)


BYTES = b'\r\n\r\n :;,0159afAFx\0\t\x0b\x7f\xff-"'


def mutate(random_: random.Random, data: bytes) -> bytes:
    at = random_.randint(0, len(data))
    end = min(len(data), at + random_.randint(1, 8))
    byte = bytes([random_.choice(BYTES) if random_.random() < 0.8 else random_.randrange(256)])
    return random_.choice(
        [
            data[:at] + byte + data[at:],
            data[:at] + byte + data[at + 1 :],
            data[:at] + data[end:],
            data[:at] + data[at:end] * 2 + data[end:],
        ]
    )


# --- reasons ----------------------------------------------------------------------------------------------------------

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
CONTROL = re.compile(rb"[\0-\x08\x0a-\x1f\x7f]")
STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([0-9]{3})(?: [^\n]*|\r?)")
PLAIN_LENGTH = re.compile(rb"(?i)content-length:[ \t]*([0-9]{1,19})[ \t]*")
PLAIN_CHUNKED = re.compile(rb"(?i)transfer-encoding:[ \t]*chunked[ \t]*")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")


def frames(line: bytes) -> bool:
    """Whether a line frames the message."""
    name, colon, _ = line.partition(b":")
    return bool(colon) and name.lower() in (b"content-length", b"transfer-encoding")


def alike(line: bytes) -> bool:
    """Whether a malformed line may be taken for one that frames the message."""
    for part in [line, *line.split(b"\r")]:
        name = part.split(b":")[0].lower()
        word = re.search(rb"[a-z-]+", name)
        if {re.sub(rb"[^a-z-]", b"", name), word[0] if word else b""} & {b"content-length", b"transfer-encoding"}:
            return True
    return False


class Plain:
    """The same message as RFC 9112 writes it: oddities that we let pass are taken out, framing stays as it is.

    A peer must read this as we read the original, or the difference has no reason.
    """

    def __init__(self, data: bytes) -> None:
        self.data = b""
        #: The changes to the original: the kinds of syntax that we let pass.
        self.changes: set[str] = set()
        #: The reasons why we refuse it.
        self.refused: set[str] = set()
        #: Why a connection is not used again.
        self.last: set[str] = set()
        #: Whether a head is not whole.
        self.cut = False
        #: Whether it names a content coding, which the peers do not take off.
        self.coded = False
        while data is not None:
            data = self.head(data)  # type: ignore[assignment]

    def head(self, data: bytes) -> bytes | None:
        """Reads one head; returns the bytes behind it if it is that of an interim response."""
        rest = re.sub(rb"\A(\r?\n)+", b"", data)
        if rest != data:
            self.changes.add("empty lines before the status line")
        if rest == b"\r":
            self.changes.add("a line that is not whole")
            return None
        first, newline, rest = rest.partition(b"\n")
        match = STATUS_LINE.fullmatch(first)
        if not match or not newline:
            if not match:
                self.refused.add("not a status line of HTTP/1.1 or 1.0")
                self.data += first + newline + rest
                return None
            if CONTROL.search(first):
                self.changes.add("a line that is not whole")
                first = match[1] + b" " + match[2] + b" OK"
            self.data += first
            return None
        self.ends(first)
        if b"\r" in first[:-1] and alike(first):
            self.refused.add("framing that is not plain")
        if not re.fullmatch(rb"HTTP/1\.[01] [0-9]{3} [ -~]*\r?", first):
            self.changes.add("any reason phrase")
        lines: list[bytes] = []
        kept = False
        while True:
            raw, newline, after = rest.partition(b"\n")
            if not newline:
                break
            rest = after
            self.ends(raw)
            line = raw.removesuffix(b"\r")
            if not line:
                break
            name, colon, value = line.partition(b":")
            if line[:1] in (b" ", b"\t"):
                self.changes.add("a folded line is joined, or skipped with the one before it")
                if alike(line) or (kept and alike(lines[-1])):
                    self.refused.add("framing that is not plain")
                if kept:
                    lines[-1] += b" " + CONTROL.sub(b"", line)
                continue
            kept = bool(colon) and TOKEN.fullmatch(name.rstrip(b" \t")) is not None and not CONTROL.search(value)
            like = frames(line) if kept and name == name.rstrip(b" \t") else alike(line)
            if like and not (PLAIN_LENGTH.fullmatch(line) or PLAIN_CHUNKED.fullmatch(line)):
                self.refused.add("framing that is not plain")
            if not kept:
                self.changes.add("a header line that does not frame is skipped")
            elif name != name.rstrip(b" \t"):
                self.changes.add("a space before the colon")
                lines.append(name.rstrip(b" \t") + b":" + value)
            else:
                if frames(line) and line != line.rstrip(b" \t"):
                    self.changes.add("white space behind a value")
                lines.append(line.rstrip(b" \t") if frames(line) else line)
        whole = newline and not line
        for line in lines:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-encoding":
                self.coded |= value.strip(b" \t,").lower() not in (b"", b"identity")
        lengths = [line for line in lines if PLAIN_LENGTH.fullmatch(line)]
        chunked = [line for line in lines if PLAIN_CHUNKED.fullmatch(line)]
        values = {int(PLAIN_LENGTH.fullmatch(line)[1]) for line in lengths}  # type: ignore[index]
        if (
            len(values) > 1
            or len(chunked) > 1
            or (chunked and match[1] == b"HTTP/1.0")
            or max(values, default=0) >= 1 << 64
        ):
            self.refused.add("framing that is not plain")
        if len(lengths) > 1 and len(values) == 1:
            self.changes.add("equal lengths are one")
            lines = [line for line in lines if line not in lengths] + lengths[:1]
        if lengths and chunked:
            self.changes.add("chunks count, not the length beside them")
            self.last.add("both framings at once")
            lines = [line for line in lines if line not in lengths]
        status = int(match[2])
        if status in (204, 304) or 100 <= status < 200:
            if chunked or sum(values) or "framing that is not plain" in self.refused:
                self.last.add("a body announced where there is none")
            if any(frames(line) for line in lines):
                self.changes.add("nothing frames the body of a status without one")
            lines = [line for line in lines if line not in lengths + chunked and not frames(line)]
            if status != 101:
                self.refused.discard("framing that is not plain")
        if status < 100 or status == 101:
            self.refused.add("a status that is none here")
        if max(values, default=0) > MAX_BODY and not chunked and lengths and status not in (204, 304):
            self.refused.add("larger than allowed")
        version = match[1]
        if 100 <= status < 200 and version == b"HTTP/1.0":
            self.changes.add("an interim response of HTTP/1.0")
            self.last.add("an interim response of HTTP/1.0")
            version = b"HTTP/1.1"
        if 100 <= status < 200:
            closes = [line for line in lines if re.match(rb"(?i)connection:(.*,)?[ \t]*close[ \t]*(,|\Z)", line)]
            if closes:
                self.changes.add("an interim response that says close")
                self.last.add("an interim response that says close")
                lines = [line for line in lines if line not in closes]
        self.data += b"\r\n".join([version + b" " + match[2] + b" OK", *lines, b""])
        if not whole:
            # The peers may already see what is wrong with a line that is not whole.
            self.cut = True
            if raw:
                self.changes.add("a line that is not whole")
            return None
        self.data += b"\r\n"
        if 100 <= status < 200 and status != 101:
            return rest
        if chunked and status not in (204, 304) and not self.refused:
            rest = self.chunks(rest)
        self.data += rest
        return None

    def ends(self, line: bytes) -> None:
        if not line.endswith(b"\r"):
            self.changes.add("a bare LF ends a line")

    def chunks(self, data: bytes) -> bytes:
        size = 0
        while match := CHUNK_LINE.match(data):
            size = int(match[1], 16)
            if match[0] != b"%x\r\n" % size:
                self.changes.add("extensions, spaces and zeros of a chunk line")
            if size == 0:
                rest = data[match.end() :]
                while rest:
                    line, newline, rest = rest.partition(b"\n")
                    if not newline:
                        # The peers may already see what is wrong with it.
                        self.changes.add("trailers are skipped unread")
                        self.data += b"0\r\n"
                        return b""
                    if line in (b"", b"\r"):
                        if not line:
                            self.changes.add("a bare LF ends a line")
                        self.data += b"0\r\n\r\n"
                        return rest
                    self.changes.add("trailers are skipped unread")
                self.data += b"0\r\n"
                return b""
            body = data[match.end() :]
            end = body[size : size + 2]
            if not b"\r\n".startswith(end):
                self.refused.add("a chunk line or its end that is malformed")
            self.data += b"%x\r\n" % size + body[:size] + end
            data = body[size + 2 :]
            if len(end) < 2:
                return data
        if data[:1] and (
            not re.match(rb"[0-9A-Fa-f]", data) or not re.fullmatch(rb"[0-9A-Fa-f]{1,16}[ \t]*(;[^\r\n]*)?\r?", data)
        ):
            self.refused.add("a chunk line or its end that is malformed")
        elif data:
            self.changes.add("extensions, spaces and zeros of a chunk line")
            return b""
        return data


def reason(case: Case, ours: Verdict, peer: Verdict, name: str) -> str | None:
    """Why our verdict differs from a peer's; ``None`` if there is no reason."""
    plain = Plain(case.whole)
    is_same = plain.coded and ours.what == peer.what == "ok" and ours.body in (b"", peer.body)
    if is_same and same(ours := ours._replace(body=peer.body), peer):
        return "a content coding is taken off"
    if ours.what == "ok" and ours.status >= 300 and (peer.what != "ok" or plain.refused):
        return "the status of an error decides before its framing"
    if ours.what == "incomplete" and peer.what == "error" and plain.cut and plain.refused:
        return "we judge a head once it is whole"
    if ours.what == "error":
        return "we refuse: " + "; ".join(sorted(plain.refused)) if plain.refused else None
    if ours.what == "ok" and ours.status < 300 and plain.refused - {"framing that is not plain"}:
        return None
    if why := about_reuse(plain, ours, peer, name):
        return why
    again = PEERS[name](Case([plain.data] if plain.data else [], case.end))
    if plain.coded and again.what == "ok":
        ours = ours._replace(body=again.body)
    if plain.changes and (same(ours, again) or about_reuse(plain, ours, again, name)):
        return "we let pass: " + "; ".join(sorted(plain.changes))
    return None


def about_reuse(plain: Plain, ours: Verdict, peer: Verdict, name: str) -> str | None:
    """The reason if nothing differs but the word about another request."""
    if (ours.what, ours.status, ours.body) != (peer.what, peer.status, peer.body) or ours.what != "ok":
        return None
    if ours.reusable:
        return (
            f"{name} ends an HTTP/1.0 connection"
            if plain.data.startswith(b"HTTP/1.0") or b"\r\nHTTP/1.0" in plain.data
            else None
        )
    if plain.last:
        return "we end the connection: " + "; ".join(sorted(plain.last))
    if name == "llhttp":
        return "llhttp does not look behind the message"
    return None


def same(ours: Verdict, peer: Verdict) -> bool:
    if ours.what != peer.what:
        return False
    return ours.what != "ok" or ours == peer


PEERS = {"llhttp": read_llhttp, "h11": read_h11}


def differences(read: Any, seed: int, cases: int) -> Iterator[tuple[str, str | None, Case, Verdict, Verdict]]:
    random_ = random.Random(seed)
    for _ in range(cases):
        case = make(random_)
        ours = read_ours(read, case)
        for name, read_peer in PEERS.items():
            peer = read_peer(case)
            if not same(ours, peer):
                yield name, reason(case, ours, peer, name), case, ours, peer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", help="the native library, built with the feature `wire`")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20, help="how many differences without a reason to print")
    options = parser.parse_args()
    start = time.monotonic()
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    unexplained = 0
    for name, why, case, ours, peer in differences(native(options.library), options.seed, options.cases):
        kind, _, rules = (why or "NO REASON").partition(": ")
        counts.update((name, f"{kind}: {rule}" if rule else kind) for rule in rules.split("; "))
        if why is None:
            unexplained += 1
            if unexplained <= options.show:
                print(name, case.whole, len(case.pieces), case.end, f"\n  ours {ours}\n  peer {peer}")
    took = time.monotonic() - start
    for (name, why), count in sorted(counts.items()):
        print(f"{count:9} {name:7} {why}")
    print(f"{options.cases} cases of seed {options.seed} in {took:.1f} s, {unexplained} differences without a reason")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
