"""The examples do what they say, on the emulator's clock."""

from __future__ import annotations

import asyncio
import runpy
from pathlib import Path
from typing import Any

import pytest
import senders
from senders.testing import Emulator

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_the_demo_walks_through_a_whole_life(capsys: pytest.CaptureFixture[str]) -> None:
    emulator = Emulator()
    assert load("demo")["life"](emulator.client()) == 4
    steps = [line[:10].strip() for line in capsys.readouterr().out.splitlines()]
    assert [step for step in steps if step] == (
        ["create", "verify", "online", "update", "fetch"] + ["list"] * 3 + ["delete"]
    )
    assert emulator.senders == []


def test_the_async_demo_registers() -> None:
    sender = asyncio.run(load("async_demo")["register"](Emulator().async_client(), "+15550100001"))
    assert sender.status.is_online


def test_the_quickstart(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    emulator = Emulator()
    monkeypatch.setattr(senders, "Senders", emulator.client)
    monkeypatch.setattr("builtins.input", lambda prompt: "123456")
    load("quickstart")["main"]("+15551230001", "Example")
    assert capsys.readouterr().out.splitlines()[-1] == "ONLINE"
    assert [sender.status for sender in emulator.senders] == ["ONLINE"]


def test_the_hooks_example(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    emulator = Emulator()
    sid = emulator.client().create("whatsapp:+15550100001", profile={"name": "N"}).sid
    monkeypatch.setattr(senders, "Senders", emulator.client)
    emulator.inject("close-before-answer", operation="fetch", nth=2)
    load("hooks_example")["main"](sid)
    lines = capsys.readouterr().out.splitlines()
    assert "call 1: no response, closed, sent: yes" in lines
    assert f"ONLINE: status 200, request {emulator.journal[-1].request_id}" in lines
    assert [line.split(":")[0] for line in lines[-2:]] == ["wait_until_online", "fetch"]


def test_the_testing_example() -> None:
    tests = {name: test for name, test in load("testing_example").items() if name.startswith("test_")}
    assert len(tests) == 3
    for test in tests.values():
        test()
