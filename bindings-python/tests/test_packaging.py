"""Tools that put a program and what it imports into one folder find all that the native half imports."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import senders

PACKAGE = Path(senders.__file__).parent
NATIVE = Path(__file__).parent.parent / "src"
IMPORT = re.compile(r'\.import\(\s*(?:intern!\(\s*py,\s*)?"([\w.]+)"')

PROGRAM = """
import asyncio
from senders import AsyncSenders, Sender, Senders, SendersError

print(Sender.from_json('{"sid":"XE","status":"ONLINE","n":1}').to_dict()["n"])
options = dict(base_url="http://127.0.0.1:9", no_credentials=True, max_retries=0)
for call in (
    lambda: Senders(**options).fetch("XE" + "a" * 32),
    lambda: asyncio.run(AsyncSenders(**options).fetch("XE" + "a" * 32)),
):
    try:
        call()
    except SendersError as error:
        print(error.kind)
"""


def imported_by_the_native_half() -> set[str]:
    found = {name for path in NATIVE.rglob("*.rs") for name in IMPORT.findall(path.read_text())}
    assert {"os", "sys", "senders._errors"} <= found  # the pattern still fits
    return found


def imported_by(path: Path) -> set[str]:
    """Returns every import in a file, at any place in it, as PyInstaller and its like read it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = "senders" if node.level else ""
            module = ".".join(part for part in (parent, node.module) if part)
            found |= {module, *(f"{module}.{name.name}" for name in node.names)}
    return found


def test_what_the_native_half_imports_stands_in_python_too() -> None:
    seen: set[str] = set()
    paths = [PACKAGE / "__init__.py"]
    while paths:
        for name in imported_by(paths.pop()) - seen:
            seen.add(name)
            path = PACKAGE / f"{name.removeprefix('senders.')}.py"
            if name.startswith("senders.") and path.is_file():
                paths.append(path)
    # `senders._pydantic` asks for pydantic, which imports it itself.
    missing = imported_by_the_native_half() - seen - {"senders._pydantic"}
    assert not missing, f"name them in senders.__init__._imported_by_the_native_half: {missing}"
    assert "senders._pydantic" in seen


@pytest.mark.skipif(
    not os.environ.get("CI") or importlib.util.find_spec("PyInstaller") is None,
    reason="takes half a minute; made in CI, with PyInstaller",
)
def test_a_folder_made_by_pyinstaller_runs(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    make = [sys.executable, "-m", "PyInstaller", "--log-level", "WARN", "--workpath", "work", "--distpath", "dist"]
    subprocess.run([*make, "program.py"], cwd=tmp_path, check=True, timeout=300)
    # Nothing of this Python is there to be imported from.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    program = tmp_path / "dist" / "program" / ("program.exe" if os.name == "nt" else "program")
    done = subprocess.run([str(program)], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.returncode) == (["1", "connection", "connection"], 0), done.stderr
