"""Kills processes that run ``ensure``, lets others go on from the stored token, and counts what is registered.

    ensure_kills.py EMULATOR --kills 500 [--seed 1] [--at-once 25] [--node PACKAGE] [--virtual] [--cut]

``EMULATOR`` is the program ``senders-emulator``. Its lists are late by 0 to 10 s, and it takes a number twice and counts it.
Each number is ensured by processes that are killed (SIGKILL) after a random time, up to four of them; the last one may end.
With ``--node`` every other process is one of the npm package in that folder. With ``--virtual`` the time of both sides is the
emulator's, so that no real time passes. With ``--cut`` the answer of every create is lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

PYTHON = r"""
import json, os, sys, urllib.error, urllib.request
import senders
os.environ["no_proxy"] = "*"
url, number, store, virtual = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == "virtual"
def control(body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url + "/_emulator/clock", data, 10) as answer:
        return json.load(answer)
class Clock:
    def monotonic(self): return control()["now_ms"] / 1000
    def time(self): return control()["unix_ms"] / 1000
    def sleep(self, seconds): control({"advance_ms": -int(-seconds * 1000 // 1)})
class Transport:
    clock = Clock()
    def send(self, request):
        wire = urllib.request.Request(request.url, request.body or None, dict(request.headers), method=request.method)
        try:
            with urllib.request.urlopen(wire, None, 10) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()
token = None
if os.path.exists(store):
    with open(store) as file:
        token = file.read()
def keep(token):
    with open(store + ".new", "w") as file:
        file.write(token)
        file.flush()
        os.fsync(file.fileno())
    os.replace(store + ".new", store)
client = senders.Senders(account_sid="AC" + "0" * 32, auth_token="0" * 32, base_url=url, **({"transport": Transport()} if virtual else {}))
print("ready", flush=True)
sys.stdin.readline()
found = client.ensure(number, profile={"name": "N"}, token=token, on_token=keep)
print(json.dumps({"resolution": found.resolution, "sid": found.sender.sid}), flush=True)
"""

NODE = r"""
import { Senders } from "senders";
import { existsSync, readFileSync, writeFileSync, renameSync } from "node:fs";
const [url, number, store] = process.argv.slice(2);
const token = existsSync(store) ? readFileSync(store, "utf8") : undefined;
const onToken = (text) => {
  writeFileSync(store + ".new", text, { flush: true });
  renameSync(store + ".new", store);
};
const client = new Senders({ accountSid: "AC" + "0".repeat(32), authToken: "0".repeat(32), baseUrl: url });
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
const found = await client.ensure({ senderId: number, profile: { name: "N" } }, { token, onToken });
process.stdout.write(JSON.stringify({ how: found.resolution, sid: found.sender.sid }) + "\n");
process.exit(0);
"""


os.environ["no_proxy"] = "*"


class Emulator:
    """The emulator as a process."""

    def __init__(self, program: str, *switches: str) -> None:
        options = [part for switch in switches for part in ("--switch", switch)]
        self.process = subprocess.Popen(
            [program, "--port", "0", "--instant", *options], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def control(self, name: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/_emulator/{name}", data), timeout=30) as answer:
            return json.load(answer)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


class Numbers:
    """The numbers of a run: kills their processes, and counts how their calls end."""

    def __init__(self, url: str, folder: Path, options: argparse.Namespace) -> None:
        self.url = url
        self.folder = folder
        self.options = options
        self.kills = 0
        self.by_token = 0
        self.endings: dict[str, int] = {}

    def command(self, turn: int) -> list[str]:
        if self.options.node is not None and turn % 2:
            return ["node", str(Path(self.options.node) / "ensure_kills.mjs")]
        return [sys.executable, "-c", PYTHON]

    def ensure(self, at: int) -> None:
        """One number: processes are killed until one ends."""
        dice = random.Random(f"{self.options.seed} {at}")
        store = str(self.folder / str(at))
        number = f"whatsapp:+1555123{at:04}"
        for turn in range(5):
            went_on = os.path.exists(store)
            process = subprocess.Popen(
                [*self.command(at + turn), self.url, number, store, "virtual" if self.options.virtual else "real"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdin is not None and process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            # Half of the kills come in the first milliseconds, when the create is sent; a call that goes on from a
            # token takes twelve seconds, and its kill may come at any moment of them.
            soon = dice.random() < 0.5 or not (went_on or self.options.cut)
            longest = 0.06 if soon else 0.5 if self.options.virtual else 13.0
            process.stdin.write("go\n")
            process.stdin.flush()
            if turn < 4:
                time.sleep(dice.uniform(0, longest))
                process.kill()
            out, _ = process.communicate()
            self.by_token += went_on
            if process.returncode == 0 and out:
                how = json.loads(out)["resolution"]
                self.endings[how] = self.endings.get(how, 0) + 1
                return
            # One that failed by itself was not killed.
            if turn == 4 or process.returncode != -signal.SIGKILL:
                raise AssertionError(f"{number} ended with {process.returncode}")
            self.kills += 1


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Kills until there were enough, and counts."""
    emulator = Emulator(options.emulator, "list-delay-ms=0..10000", "duplicate-create=accept")
    try:
        if options.cut:
            emulator.control("faults", {"fault": "close-after-act", "operation": "create", "times": None})
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.at_once) as pool:
            numbers = Numbers(emulator.url, Path(folder), options)
            at = 0
            while numbers.kills < options.kills:
                list(pool.map(numbers.ensure, range(at, at + options.at_once)))
                at += options.at_once
        rows = {row["sender_id"]: row for row in emulator.control("sender-ids")}
        counts = [rows.get(f"whatsapp:+1555123{n:04}", {"senders": 0})["senders"] for n in range(at)]
        return {
            "numbers": at,
            "kills": numbers.kills,
            "went on from a token": numbers.by_token,
            "ended": numbers.endings,
            "registered twice": sum(count > 1 for count in counts),
            "lost": sum(count == 0 for count in counts),
        }
    finally:
        emulator.close()


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("emulator")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=25)
    parser.add_argument("--node")
    parser.add_argument("--virtual", action="store_true")
    parser.add_argument("--cut", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    given = options(sys.argv[1:])
    if given.node is not None:
        (Path(given.node) / "ensure_kills.mjs").write_text(NODE)
    print(json.dumps(run(given)))
