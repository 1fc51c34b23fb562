"""Code that all Python peers share: the clock, the checks and the one line of JSON at the end.

Imported before the peer's own library, so it imports nothing that a peer also needs: it would start with an advantage.
"""

import resource
import sys
import time

SID = "AC" + "0" * 32
TOKEN = "0" * 32
WARM_UP = 200


def peak_rss_mib():
    # Linux passes the parent's ru_maxrss on to the child; the child's own peak is in its status.
    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1048576 if sys.platform == "darwin" else 1024)


class Costs:
    """CPU (user and system, of the whole process) and wall time between enter and exit, in seconds."""

    def __enter__(self):
        self.cpu, self.wall = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *error):
        self.cpu, self.wall = time.process_time() - self.cpu, time.perf_counter() - self.wall


def middle(values):
    return sorted(values)[len(values) // 2]


def listing(costs, sids, statuses, check=None):
    """The result of a row that lists everything four times: the first one cold, the other three warm."""
    assert len(statuses) == len(sids) and all(statuses)
    cold, *warm = costs
    return {
        "seen": len(set(sids)),
        "check": check,
        "metrics": {
            "cold_cpu_ms": cold.cpu * 1e3,
            "cold_wall_ms": cold.wall * 1e3,
            "warm_cpu_ms": middle([cost.cpu for cost in warm]) * 1e3,
            "warm_wall_ms": middle([cost.wall for cost in warm]) * 1e3,
            "peak_rss_mib": peak_rss_mib(),
        },
    }


def lists(list_once, texts=None):
    """`list_once()` lists everything and returns all sids and all statuses; `texts()` returns every text of every sender."""
    costs = []
    for _ in range(4):
        with Costs() as cost:
            sids, statuses = list_once()
        costs.append(cost)
    # The peak is taken before the check, which is not part of the work.
    result = listing(costs, sids, statuses)
    if texts:
        result["check"] = total_length(texts())
    return result


async def lists_async(list_once, texts=None):
    costs = []
    for _ in range(4):
        with Costs() as cost:
            sids, statuses = await list_once()
        costs.append(cost)
    result = listing(costs, sids, statuses)
    if texts:
        result["check"] = total_length(await texts())
    return result


def total_length(texts):
    return sum(len(text) for text in texts if text is not None)


def each(cost, count):
    return {
        "seen": count,
        "check": None,
        "metrics": {
            "cpu_us": cost.cpu * 1e6 / count,
            "wall_us": cost.wall * 1e6 / count,
            "peak_rss_mib": peak_rss_mib(),
        },
    }


def requests(request, count):
    """Runs one request after the other."""
    for index in range(WARM_UP):
        request(index)
    with Costs() as cost:
        for index in range(count):
            request(index)
    return each(cost, count)


async def requests_async(request, count, at_a_time):
    """Runs `at_a_time` tasks; each takes the next number when it has finished one."""
    import asyncio

    async def worker(numbers):
        for number in numbers:
            await request(number)

    async def run(count):
        numbers = iter(range(count))
        await asyncio.gather(*[worker(numbers) for _ in range(at_a_time)])

    await run(WARM_UP)
    with Costs() as cost:
        await run(count)
    return each(cost, count)


def new_sender(index):
    """Returns the values that a caller passes to create a sender: plain values, new ones at each call."""
    return {
        "sender_id": f"whatsapp:+1555{index:07}",
        "configuration": {"waba_id": "123456789012345", "verification_method": "sms"},
        "webhook": {
            "callback_url": "https://customer.example.com/twilio/whatsapp/incoming",
            "callback_method": "POST",
        },
        "profile": {
            "name": "Harbour Street Bakery",
            "about": "Fresh bread from five in the morning",
            "vertical": "Food and Grocery",
            "emails": [{"email": "hello@customer.example.com", "label": "Email"}],
            "websites": [{"website": "https://www.customer.example.com/", "label": "Website"}],
        },
    }


def main(rows):
    """Command line: row, base URL, file of sids, number of requests."""
    row, base, sids, count = sys.argv[1:]
    with open(sids, encoding="ascii") as file:
        sids = file.read().split()
    result = rows[row](base, sids, int(count))
    import json

    print(json.dumps(result))
