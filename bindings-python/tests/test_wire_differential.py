"""The reader of responses against ``h11`` and ``llhttp``: every difference has a reason. See ``wire_differential.py``."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("h11")
pytest.importorskip("httptools")

import wire_differential as wire

CASES = 20_000


def test_every_difference_has_a_reason() -> None:
    library = os.environ.get("SENDERS_WIRE")
    if not library:
        assert not os.environ.get("CI"), "SENDERS_WIRE must name the library that was built with the feature `wire`"
        pytest.skip("SENDERS_WIRE names no library that was built with the feature `wire`")
    # A new process, since this one has already loaded the module, without the feature.
    command = [sys.executable, wire.__file__, library, "--cases", str(CASES), "--seed", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{CASES} cases of seed 1" in ended.stdout and "0 differences without a reason" in ended.stdout


@pytest.mark.parametrize(
    "answer",
    [
        ("response", 200, b"", True),
        ("response", 200, b"{}", True),
        ("response", 204, b"", True),
        ("protocol", 0, b"", False),
        ("pending", 0, b"", True),
    ],
)
def test_reader_that_is_wrong_is_found_out(answer: tuple[str, int, bytes, bool]) -> None:
    found = collections.Counter(why is None for _, why, *_ in wire.differences(lambda *_: answer, 1, 500))
    assert found[True] > 100


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        # The differences that the first run of the comparison found.
        (b"HTTP/1.1 200 OK\r\nContent-Length:\r0\r\n\r\n", ("response", 200, b"", True)),
        (b"HTTP/1.1 099 x\r\nContent-Length: +4\r\n\r\nabcd", ("response", 99, b"", False)),
        (b"\rHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ("response", 200, b"", True)),
        # A connection that must not be used again.
        (b"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello", ("response", 204, b"", True)),
        # A body that ends too early.
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n\r\n", ("response", 200, b"x", True)),
    ],
)
def test_mistakes_have_no_reason(data: bytes, ours: tuple[str, int, bytes, bool]) -> None:
    case = wire.Case([data], False)
    verdict = wire.read_ours(lambda *_: ours, case)
    peer = wire.read_h11(case)
    assert not wire.same(verdict, peer)
    assert wire.reason(case, verdict, peer, "h11") is None


def test_cases_come_from_the_seed() -> None:
    def cases(seed: int) -> list[wire.Case]:
        source = wire.random.Random(seed)
        return [wire.make(source) for _ in range(50)]

    assert cases(3) == cases(3) != cases(4)
    assert Path(wire.__file__).name == "wire_differential.py"
