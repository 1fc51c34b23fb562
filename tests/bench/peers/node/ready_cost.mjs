// Loads the named package, creates a client that is ready to send, and prints the CPU and wall time of both.

import { createRequire } from "node:module";
import { SID, TOKEN, check, costs, peakRssMib } from "./measure.mjs";

const require = createRequire(import.meta.url);
const credentials = { accountSid: SID, authToken: TOKEN };

const cases = {
  bare: async () => true,
  senders: async () => new (await import("senders")).Senders(credentials),
  "senders-require": async () => new (require("senders").Senders)(credentials),
  "senders-http": async () => {
    const { Senders } = await import("senders");
    const { nodeHttp } = await import("senders/node-http");
    return new Senders({ ...credentials, transport: nodeHttp() });
  },
  twilio: async () => require("twilio")(SID, TOKEN).messaging.v2.channelsSenders,
  fetch: async () => new Headers(),
  zod: async () => [new Headers(), (await import("./typed_senders.mjs")).Page],
};

const { value, cpu, wall } = await costs(cases[process.argv[2]]);
check(value, "nothing is ready");
const metrics = { ready_cpu_ms: cpu, ready_wall_ms: wall, peak_rss_mib: peakRssMib() };
console.log(JSON.stringify({ seen: 1, check: null, metrics }));
