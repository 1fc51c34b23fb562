"""``ensure`` in processes that die, and in two at the same time: the end of each number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import ensure_kills
import pytest

EMULATOR = os.environ.get("SENDERS_EMULATOR", "")

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL as POSIX has it"),
    pytest.mark.skipif(not EMULATOR, reason="needs the program of the emulator; `cargo xtask test python` gives it"),
]


@pytest.mark.parametrize("cut", [False, True], ids=["plain", "no answer to a create"])
def test_killed_processes_register_each_number_once(cut: bool) -> None:
    """The short form of ``ensure_kills.py``: on the emulator's clock, so that the twelve seconds take no real time."""
    arguments = [EMULATOR, "--kills", "30", "--virtual", "--at-once", "4", *(["--cut"] if cut else [])]
    counted = ensure_kills.run(ensure_kills.options(arguments))
    assert (counted["registered twice"], counted["lost"]) == (0, 0), counted
    assert counted["kills"] >= 30 and counted["went on from a token"] > 0, counted


def test_two_processes_at_once_end_with_one_sender(tmp_path: Path) -> None:
    """Where the server refuses a number that it has, both end with the same sender, though its list is late."""
    emulator = ensure_kills.Emulator(EMULATOR, "list-delay-ms=0..900")
    try:
        for at in range(6):
            number = f"whatsapp:+1555123{at:04}"
            pair = [
                subprocess.Popen(
                    [
                        sys.executable,
                        "-c",
                        ensure_kills.PYTHON,
                        emulator.url,
                        number,
                        str(tmp_path / f"{at}{n}"),
                        "real",
                    ],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                for n in range(2)
            ]
            for process in pair:
                assert process.stdout is not None and process.stdout.readline() == "ready\n"
            for process in pair:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            ended = [json.loads(process.communicate()[0]) for process in pair]
            assert ended[0]["sid"] == ended[1]["sid"], ended
        assert all(row["created"] == 1 for row in emulator.control("sender-ids"))
    finally:
        emulator.close()
