// The text of failures: no credentials, one line, bounded; and the effect of copying an error.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { inspect, promisify } from "node:util";
import { ACCOUNT, SID, internals, json, rejection, senders } from "./support.mjs";

const { Senders, TransportFailure, isSendersError } = senders;
const TOKEN = "c".repeat(32);
const BASIC = btoa(`${ACCOUNT.accountSid}:${TOKEN}`);
const options = { ...ACCOUNT, authToken: TOKEN, maxRetries: 0 };

test("what a transport says is shown without credentials, in one line, to hooks too", async () => {
  for (const [said, shown] of [
    [`bad header Authorization: Basic ${BASIC}`, /Authorization: \*\*\*/],
    [`{"authorization":"Bearer abc"}`, /authorization":"\*\*\*/],
    [`sent ${BASIC}`, /sent \*\*\*/],
    [`proxy https://user:CANARY@proxy.example failed`, /https:\/\/\*\*\*@proxy/],
    [`odd ${TOKEN}`, /odd \*\*\*/],
    [`call +１５５５１２３４５６７`, /\*{11}/],
    [`X\nCRITICAL \x1b[31m +15551234567 ${"x".repeat(1e5)}`, /X CRITICAL/],
  ]) {
    for (const thrown of [
      new Error(said),
      new TransportFailure("closed", "unknown", said),
      Object.assign(new Error("x"), { cause: new Error(said), message: said }),
    ]) {
      const seen = [];
      const logger = { debug: () => undefined, warn: (line) => seen.push(line) };
      const client = new Senders({
        ...options,
        fetch: async () => {
          throw thrown;
        },
        logger,
        onResponse: ({ failure }) => seen.push(failure.message),
      });
      const error = await rejection(client.fetch(SID));
      assert.match(error.message, shown);
      for (const text of [error.message, ...seen, inspect(error), JSON.stringify(error)]) {
        assert.ok(!/CANARY|c{32}|5551234567|[０-９]|Bearer abc/.test(text) && !text.includes(BASIC), text);
      }
      assert.ok(seen[1].length <= 256 && !/[\n\x1b]/.test(seen[1]), seen[1]);
    }
  }
});

test("of a cause that holds a request no credentials are shown, and nothing deep overflows", async () => {
  let deep = {};
  for (let at = 0; at < 100_000; at += 1) deep = { deep };
  const data = { headers: { Authorization: `Basic ${BASIC}` }, url: "https://a:CANARY@b", deep };
  const thrown = Object.assign(new Error("odd"), { data, config: data, code: "E_ODD", cause: Object.assign(new Error("inner"), { data }) });
  const error = await rejection(
    new Senders({
      ...options,
      fetch: async () => {
        throw thrown;
      },
    }).fetch(SID),
  );
  assert.equal(error.cause, thrown);
  error.added = deep;
  for (const how of [{}, { depth: Infinity }, { showHidden: true, depth: 9 }, { customInspect: false, depth: 9 }, { compact: false }]) {
    const text = inspect(error, how);
    assert.ok(text.includes("odd") && !/CANARY|Basic/.test(text), text.slice(0, 500));
  }
  assert.match(inspect(error), /ConnectionFailedError.*E_ODD < Error/s);
  assert.match(inspect({ a: { b: { c: { error } } } }, { depth: 3 }), /\[ConnectionFailedError\]/);
});

test("an error's JSON has its name, message and kind; a structured clone is a plain Error", async () => {
  const error = await rejection(new Senders({ ...options, fetch: async () => json({ code: 20404 }, 404) }).fetch(SID));
  const { name, message, kind, status, sid } = JSON.parse(JSON.stringify(error));
  assert.deepEqual([name, message, kind, status, sid], ["NotFoundError", error.message, "not_found", 404, SID]);
  const clone = structuredClone(error);
  assert.deepEqual([clone instanceof Error, clone.message, isSendersError(clone)], [true, error.message, false]);
});

test("without fetch, Request or Headers nothing is sent, and the error says only that", async () => {
  for (const name of ["fetch", "Request", "Headers"]) {
    const original = globalThis[name];
    delete globalThis[name];
    try {
      const error = await rejection(new Senders(options).create({ senderId: "whatsapp:+15017122661", profile: { name: "N" } }));
      assert.deepEqual([error.kind, error.mayHaveExecuted], ["misuse", false]);
      assert.ok(
        error.message.includes(`\`${name}\``) && error.message.includes("nothing was sent") && !/may have/.test(error.message),
        error.message,
      );
    } finally {
      globalThis[name] = original;
    }
  }
});

test("without WebAssembly the error says so", async () => {
  const code = `const { Senders } = await import("${new URL("../npm/dist/esm/node.js", import.meta.url)}");
    try { new Senders({ noCredentials: true }); } catch (error) { console.log(error.name, error.message); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--jitless", "--input-type=module", "--eval", code]);
  assert.match(stdout, /^MisuseError there is no WebAssembly here/);
});

test("timers that were faked before the import hold no create, over either transport", async () => {
  const code = `
    const fake = () => 0;
    Object.assign(globalThis, { setImmediate: fake, setTimeout: fake, setInterval: fake });
    const timers = (await import("node:module")).createRequire("/")("node:timers");
    Object.assign(timers, { setImmediate: fake, setTimeout: fake });
    const { Senders } = await import("${new URL("../npm/dist/esm/node.js", import.meta.url)}");
    const { nodeHttp } = await import("${new URL("../npm/dist/esm/node-http.js", import.meta.url)}");
    const { createServer } = await import("node:http");
    const server = createServer((_, response) => response.end('{"sid":"${SID}","status":"CREATING"}')).listen(0, "127.0.0.1", async () => {
      const baseUrl = "http://127.0.0.1:" + server.address().port;
      for (const more of [{}, { transport: nodeHttp() }]) {
        const client = new Senders({ noCredentials: true, baseUrl, ...more });
        for (let times = 0; times < 2; times += 1) console.log((await client.create({ senderId: "whatsapp:+15017122661", profile: { name: "N" } })).status);
      }
      process.exit();
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], { timeout: 20_000 });
  assert.equal(stdout, "CREATING\n".repeat(4));
});

test("a listing that is left behind is freed with what it holds", async () => {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--expose-gc");
  const gc = (await import("node:vm")).runInNewContext("gc");
  const before = await internals.openCalls();
  await (async () => {
    for (let at = 0; at < 20; at += 1) {
      const client = new Senders({ ...options, fetch: async () => json({ senders: [{ sid: SID, status: "ONLINE" }], meta: {} }) });
      await client.list()[Symbol.asyncIterator]().next();
    }
  })();
  for (let tries = 0; tries < 100 && (await internals.openCalls()) > before + 1; tries += 1) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok((await internals.openCalls()) <= before + 1);
});
