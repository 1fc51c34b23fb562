// Code that all Node peers share: the clock, the checks and the one line of JSON at the end.
//
// Imported before the peer's own library, so it imports nothing that a peer also needs: it would start with an
// advantage.

import { readFileSync } from "node:fs";

export const SID = "AC" + "0".repeat(32);
export const TOKEN = "0".repeat(32);
export const PATH = "/v2/Channels/Senders";
const WARM_UP = 200;

/** Throws unless `holds`. */
export function check(holds, what) {
  if (!holds) throw new Error(`the work was not done: ${what}`);
}

export function peakRssMib() {
  // Linux passes the parent's peak on to the child; the child's own peak is in its status.
  if (process.platform === "linux") {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "ascii"))[1]) / 1024;
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** CPU (user and system, of all threads of the process: collector and compiler too) and wall time of `work`, in ms. */
export async function costs(work) {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { value, cpu: (user + system) / 1e3, wall: performance.now() - wall };
}

function middle(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Reads sid and status of each sender, as every row of listings does. */
export function read(senders) {
  return [senders.map((sender) => sender.sid), senders.map((sender) => sender.status)];
}

/** UTF-16 units of all texts in plain objects and arrays: the same for every peer, however the keys are named. */
function textLength(value) {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((total, part) => total + textLength(part), 0);
}

function seen(senders, plain) {
  const [sids, statuses] = read(senders);
  check(statuses.every(Boolean), "a status is missing");
  return { seen: new Set(sids).size, check: textLength(senders.map(plain)) };
}

/**
 * `listOnce()` lists everything and returns the senders; the first time is cold, the median of three more is warm.
 * `plain(sender)` returns only the data of the sender.
 */
export async function lists(listOnce, plain = (sender) => sender) {
  const all = [];
  let senders;
  for (let time = 0; time < 4; time += 1) {
    senders = undefined;
    const cost = await costs(async () => {
      senders = await listOnce();
      return read(senders);
    });
    check(cost.value[0].length === senders.length, "sids are missing");
    all.push(cost);
  }
  const [cold, ...warm] = all;
  // The peak is taken before the check, which is not part of the work.
  const metrics = {
    cold_cpu_ms: cold.cpu,
    warm_cpu_ms: middle(warm.map((cost) => cost.cpu)),
    cold_wall_ms: cold.wall,
    warm_wall_ms: middle(warm.map((cost) => cost.wall)),
    peak_rss_mib: peakRssMib(),
  };
  return { ...seen(senders, plain), metrics };
}

/** A page of 1,000 senders as the stub sends it. */
export async function pageBody(base) {
  const headers = { Authorization: `Basic ${btoa(`${SID}:${TOKEN}`)}` };
  const response = await fetch(`${base}${PATH}?Channel=whatsapp&PageSize=1000`, { headers });
  check(response.ok, "no page");
  return new Uint8Array(await response.arrayBuffer());
}

/** `readPage()` reads the senders of one page in memory: the first ten calls, then the median of blocks of twenty. */
export async function pages(readPage, plain = (sender) => sender) {
  let senders;
  const block = async (pages) => {
    const cost = await costs(async () => {
      for (let page = 0; page < pages; page += 1) {
        senders = await readPage();
        const [sids, statuses] = read(senders);
        check(sids.length === 1000 && statuses.length === 1000, "senders are missing");
      }
    });
    return { cpu: cost.cpu / pages, wall: cost.wall / pages };
  };
  const cold = await block(10);
  const warm = [];
  for (let time = 0; time < 5; time += 1) warm.push(await block(20));
  const metrics = {
    cold_cpu_ms: cold.cpu,
    warm_cpu_ms: middle(warm.map((cost) => cost.cpu)),
    warm_wall_ms: middle(warm.map((cost) => cost.wall)),
    peak_rss_mib: peakRssMib(),
  };
  return { ...seen(senders, plain), metrics };
}

/** `fetchOne(sid)` returns a sender; `atATime` loops run, and each takes the next number when it has finished one. */
export async function fetches(fetchOne, sids, count, atATime) {
  const run = async (count) => {
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const sid = sids[next++ % sids.length];
        const sender = await fetchOne(sid);
        check(sender.sid === sid && sender.status, `sender ${sid} is another`);
      }
    };
    await Promise.all(Array.from({ length: atATime }, worker));
  };
  await run(WARM_UP);
  const cost = await costs(() => run(count));
  const metrics = {
    cpu_us: (cost.cpu * 1e3) / count,
    wall_us: (cost.wall * 1e3) / count,
    peak_rss_mib: peakRssMib(),
  };
  return { seen: count, check: null, metrics };
}

/** The values that a caller passes to create a sender, with the keys of the API. */
export const NEW_SENDER = {
  sender_id: "whatsapp:+15550000000",
  configuration: { waba_id: "123456789012345" },
  profile: { name: "Harbour Street Bakery" },
};

/** Command line: row, base URL, file of sids, number of requests. */
export async function main(rows) {
  const [row, base, file, count] = process.argv.slice(2);
  const sids = readFileSync(file, "ascii").split("\n");
  console.log(JSON.stringify(await rows[row](base, sids, Number(count))));
}
