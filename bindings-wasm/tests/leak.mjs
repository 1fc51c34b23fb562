// 1,000,000 small calls in one process: memory is flat in the second half. `node --expose-gc tests/leak.mjs [CALLS]`.
//
// "Flat" is less than a byte a call, in the heap, outside it, and in the module's own memory.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ACCOUNT, SID, internals, senders } from "./support.mjs";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const CALLS = Number(process.argv[2] ?? 1_000_000);
const bytes = new TextEncoder().encode(JSON.stringify({ sid: SID, status: "ONLINE", profile: { name: "N" } }));
const transport = {
  send: async ({ write }) => {
    write(bytes);
    return { status: 200, headers: [["T-Request-Id", "RQ1"]] };
  },
};
const client = new senders.Senders({ ...ACCOUNT, transport });
const signals = Array.from({ length: 16 }, () => new AbortController().signal);

/** Does one of the things that a program does. */
async function call(at) {
  const signal = signals[at % signals.length];
  switch (at % 8) {
    case 0:
      return client.update(SID, { profile: { about: "x" } }, { signal });
    case 1:
      return client.create({ senderId: "bad" }).catch(() => undefined);
    case 2:
      return client.fetch(SID, { signal: AbortSignal.abort("x") }).catch(() => undefined);
    default:
      return client.fetch(SID, { signal });
  }
}

async function run(calls) {
  const TOGETHER = signals.length;
  for (let at = 0; at < calls; at += TOGETHER) {
    await Promise.all(Array.from({ length: TOGETHER }, (_, more) => call(at + more)));
  }
}

function used() {
  gc();
  gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { heapUsed, external, arrayBuffers };
}

await run(CALLS / 2);
// Turns of the event loop, so that finalised objects are freed.
await new Promise((resolve) => setTimeout(resolve, 50));
const middle = used();
const started = performance.now();
await run(CALLS / 2);
const perCall = ((performance.now() - started) * 1000) / (CALLS / 2);
await new Promise((resolve) => setTimeout(resolve, 50));
const end = used();
let grown = 0;
for (const [name, bytesAtEnd] of Object.entries(end)) {
  const slope = (bytesAtEnd - middle[name]) / (CALLS / 2);
  console.log(
    `${name.padEnd(13)} ${(middle[name] / 1024).toFixed(0).padStart(8)} KiB → ${(bytesAtEnd / 1024).toFixed(0).padStart(8)} KiB, ${slope.toFixed(3)} bytes a call`,
  );
  if (slope >= 1) grown += 1;
}
const open = await internals.openCalls();
console.log(`${CALLS} calls, ${perCall.toFixed(1)} µs each in the second half, ${open} still open`);
if (grown > 0 || open > 0) {
  console.error("memory grows with the number of calls");
  process.exit(1);
}
