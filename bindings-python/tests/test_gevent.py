"""The README's promises for gevent, in a process whose standard library gevent has replaced."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from net_support import ACCOUNT, SID, Peer, Server

SCRIPT = f"""
from gevent import monkey
monkey.patch_all()
import sys
import gevent, senders
client = senders.Senders(**{ACCOUNT!r}, base_url=sys.argv[1])
pool = gevent.get_hub().threadpool
# The first answer comes only when all have asked: a call that blocked the hub would wait without end.
calls = [gevent.spawn(pool.apply, client.fetch, ({SID!r},)) for _ in range(4)]
gevent.joinall(calls, raise_error=True)
print(*[call.value.status for call in calls])
# A direct call works too; it blocks the hub while it lasts.
print(client.fetch({SID!r}).status)
client.close()
"""


def test_the_thread_pool_of_the_hub_lets_calls_wait_side_by_side() -> None:
    all_have_asked = threading.Barrier(4)
    body = b'{"sid":"%s","status":"ONLINE"}' % SID.encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    def together(peer: Peer) -> None:
        assert peer.read_request()
        all_have_asked.wait(timeout=30)
        peer.send(answer)
        while peer.read_request():
            peer.send(answer)

    with Server(together) as server:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, server.url()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ONLINE ONLINE ONLINE ONLINE\nONLINE\n", done.stdout
