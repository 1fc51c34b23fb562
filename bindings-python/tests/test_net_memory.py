"""Looks for secrets in the memory of a process which has sent them and closed its client.

The secrets are sent by a fresh interpreter, which never holds them in one piece itself: it builds them at the moment of
the call and forgets them, and looks for them in ``/proc/self/mem`` by a pattern that does not hold them either.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from net_support import SID, Authority, Peer, Server, authority

assert authority  # a fixture

pytestmark = pytest.mark.skipif(not os.access("/proc/self/mem", os.R_OK), reason="reads memory as Linux shows it")

SCRIPT = f"""
import asyncio, gc, re, sys
import senders
SID = {SID!r}
url, ca_file, kind = sys.argv[1:]
options = dict(base_url=url, max_retries=0, **(dict(ca_file=ca_file) if url.startswith("https") else dict()))

def account():
    return dict(account_sid="AC" + "0" * 32, auth_token="".join(["qz", "xj", "vk"]) * 5)

# Only here, not as constants of the code: each needle is a class of one byte and the rest of the text.
NEEDLES = {{
    "authorization": rb"[Q]UMw(?:MDAw){{10}}",
    "code": rb'code"? ?: ?"[7]31964',
}}

def count(pattern):
    found = 0
    with open("/proc/self/mem", "rb", 0) as memory:
        for line in open("/proc/self/maps"):
            place, access = line.split()[:2]
            if "rw" not in access or "[v" in line:
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            while start < end:
                size = min(end - start, 1 << 24)
                try:
                    memory.seek(start)
                    data = memory.read(size)
                except (OSError, ValueError, OverflowError):
                    break
                # Copies of memory in `data` are found again where `data` lies: once per pass, left out by its end.
                found += len(re.findall(pattern, data))
                start += size
                data = None
                gc.collect()
    return found

def sync():
    client = senders.Senders(**options, **account())
    client.verify(SID, "".join(["731", "964"]))
    during = count(NEEDLES["authorization"])
    client.close()
    return during

async def asynchronous():
    client = senders.AsyncSenders(**options, **account())
    await client.verify(SID, "".join(["731", "964"]))
    during = count(NEEDLES["authorization"])
    await client.aclose()
    await asyncio.sleep(0.01)
    return during

during = sync() if kind == "sync" else asyncio.run(asynchronous())
gc.collect()
print(during, count(NEEDLES["authorization"]), count(NEEDLES["code"]))
"""


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_nothing_sent_is_left_in_memory(authority: Authority, kind: str, encrypted: bool) -> None:
    context = authority.context("IP:127.0.0.1") if encrypted else None
    sent: list[bytes] = []

    def answer(peer: Peer) -> None:
        while request := peer.read_request():
            sent.append(request)
            peer.answer(request, status="202 Accepted")

    with Server(answer, tls=context) as server:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, server.url(), str(authority.ca), kind],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert len(sent) == 1 and b'"731964"' in sent[0] and b"QUMwMDAwMDAwMDAw" in sent[0], done.stderr
    during, after, code = (int(word) for word in done.stdout.split())
    assert during >= 1, "the pattern finds the value while the client needs it"
    assert (after, code) == (0, 0)
