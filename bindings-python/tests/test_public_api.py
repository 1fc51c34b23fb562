"""The names that ``import senders`` gives, and its costs."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import senders
import senders.testing
import senders.types

SIGNATURES = Path(__file__).with_name("public_api.txt")


def described(name: str, value: Any) -> list[str]:
    if not inspect.isclass(value):
        return [f"{name}: {type(value).__name__}"]
    bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
    lines = [f"class {name}({bases})"]
    for attribute in sorted(vars(value)):
        if attribute.startswith("_") and attribute != "__init__":
            continue
        member = inspect.getattr_static(value, attribute)
        plain = member.__func__ if isinstance(member, (staticmethod, classmethod)) else member
        if inspect.isfunction(plain):
            lines.append(f"{name}.{attribute}{inspect.signature(plain)}")
        else:
            lines.append(f"{name}.{attribute}")
    return lines


def test_the_public_names_and_signatures_are_as_they_were() -> None:
    lines = [line for name in sorted(senders.__all__) for line in described(name, getattr(senders, name))]
    for module in (senders.testing, senders.types):
        lines += [f"{module.__name__}.{name}" for name in sorted(module.__all__)]
    now = "\n".join(lines) + "\n"
    if os.environ.get("SENDERS_UPDATE_PUBLIC_API"):
        SIGNATURES.write_text(now)
    assert now == SIGNATURES.read_text(), "set SENDERS_UPDATE_PUBLIC_API=1 to accept a change on purpose"


def test_all_is_complete() -> None:
    assert sorted(senders.__all__) == sorted(set(senders.__all__))
    public = {name for name in vars(senders) if not name.startswith("_")} - {"annotations", "testing", "types"}
    assert public == set(senders.__all__) - {"__version__"}
    for name in senders.__all__:
        value = getattr(senders, name)
        if inspect.isclass(value):
            assert value.__module__ == "senders" and value.__doc__, name
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", senders.__version__)


def test_both_clients_have_the_same_methods() -> None:
    def methods(cls: type) -> dict[str, list[inspect.Parameter]]:
        renamed = {"aclose": "close"}
        found = {renamed.get(name, name): member for name, member in vars(cls).items() if inspect.isfunction(member)}
        return {
            name: [parameter.replace(annotation="") for parameter in inspect.signature(member).parameters.values()]
            for name, member in found.items()
            if not name.startswith("_") or name == "__init__"
        }

    assert methods(senders.Senders) == methods(senders.AsyncSenders)
    for cls in (senders.Senders, senders.AsyncSenders):
        for name, member in vars(cls).items():
            assert name.startswith("_") or not callable(member) or member.__doc__, name


def run(code: str) -> Any:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


HEAVY = {
    "asyncio",
    "concurrent",
    "contextlib",
    "dataclasses",
    "email",
    "enum",
    "functools",
    "http",
    "inspect",
    "json",
    "logging",
    "re",
    "socket",
    "ssl",
    "threading",
    "typing",
    "urllib",
}


def test_import_is_light_and_starts_no_thread() -> None:
    names = run(
        "import sys, json; before = set(sys.modules); import senders; after = set(sys.modules) - before; "
        "import threading; print(json.dumps([sorted(after), threading.active_count()]))"
    )
    loaded, threads = names
    assert {name.split(".")[0] for name in loaded} & HEAVY == set(), loaded
    assert threads == 1


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="counts the threads of the operating system")
def test_calls_start_no_thread() -> None:
    threads = run(
        "import json, os, asyncio, senders\n"
        "from senders.testing import Emulator\n"
        "options = dict(base_url='http://127.0.0.1:9', no_credentials=True, max_retries=0)\n"
        "def fails(call):\n"
        "    try: call()\n"
        "    except senders.ConnectionFailedError: pass\n"
        "fails(lambda: senders.Senders(**options).fetch('XE' + 'a' * 32))\n"
        "fails(lambda: asyncio.run(senders.AsyncSenders(**options).fetch('XE' + 'a' * 32)))\n"
        "Emulator().client().create('whatsapp:+15551230001', profile={'name': 'N'})\n"
        "print(json.dumps(len(os.listdir('/proc/self/task'))))"
    )
    assert threads == 1


def test_asyncio_is_imported_by_the_first_call_only() -> None:
    assert (
        run(
            "import sys, json, senders\n"
            "senders.AsyncSenders(no_credentials=True)\n"
            "print(json.dumps('asyncio' in sys.modules))"
        )
        is False
    )


def test_star_import_shadows_nothing() -> None:
    import builtins

    assert not set(senders.__all__) & set(vars(builtins)) - {"__version__"}
