"""Runs the given statement and prints its CPU and wall time, and which heavy modules it loaded."""

import sys
import time

statement = compile(sys.argv[1], "<statement>", "exec")
names = {}
cpu, wall = time.process_time(), time.perf_counter()
exec(statement, names)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
heavy = [name for name in ("ssl", "http.client", "asyncio") if name in sys.modules]
modules = len(sys.modules)

import json
import os

import measure

threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
metrics = {
    "import_cpu_ms": cpu * 1e3,
    "import_wall_ms": wall * 1e3,
    "heavy_modules": len(heavy),
    "modules": modules,
    "threads": threads,
    "peak_rss_mib": measure.peak_rss_mib(),
}
print(json.dumps({"seen": 1, "check": None, "metrics": metrics}))
