// Odd runtimes: a `fetch` that is memoised or cached, a `Request` that knows no cache, Deno.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { ACCOUNT, SID, json, quick, senders } from "./support.mjs";

const { Senders } = senders;
const SENDER = { sid: SID, status: "ONLINE" };
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
const options = (more) => ({ ...ACCOUNT, maxRetries: 0, ...more });

/** Memoises `fetch`, as React does during a render and Next.js during a request. */
function memoised(original) {
  const known = new Map();
  return (resource, init) => {
    // A caller with a signal manages the request's life.
    if (init?.signal) return original(resource, init);
    const request = resource instanceof Request ? resource : new Request(resource, init);
    if (request.method !== "GET" && request.method !== "HEAD") return original(resource, init);
    const key = JSON.stringify([request.url, request.method, [...request.headers]]);
    if (!known.has(key)) known.set(key, original(resource, init));
    return known.get(key).then((response) => response.clone());
  };
}

test("a wait ends where fetch is memoised or responses are cached", async () => {
  let asked = 0;
  const inits = [];
  const server = createServer((_, response) => {
    asked += 1;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ sid: SID, status: asked < 3 ? "CREATING" : "ONLINE" }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const original = globalThis.fetch;
  const clock = quick();
  const patched = memoised((resource, init) => (inits.push(init), original(resource, init)));
  try {
    globalThis.fetch = patched;
    for (const more of [{}, { fetch: patched }]) {
      asked = 0;
      assert.equal((await new Senders(options({ ...more, baseUrl, clock })).waitUntilOnline(SID)).status, "ONLINE");
      assert.equal(asked, 3);
    }
  } finally {
    globalThis.fetch = original;
    server.closeAllConnections();
    server.close();
  }
  assert.ok(
    inits.length === 6 &&
      inits.every(({ cache, signal, redirect }) => cache === "no-store" && redirect === "manual" && signal instanceof AbortSignal),
  );
});

test("a runtime whose Request knows no cache is not asked for one", async () => {
  // A copy of the package, because it asks only once.
  const { mkdtempSync, cpSync, rmSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const folder = mkdtempSync(`${tmpdir()}/senders-odd-`);
  cpSync(new URL("../npm/dist/", import.meta.url), folder, { recursive: true });
  const { Request: original } = globalThis;
  try {
    globalThis.Request = class extends original {
      constructor(url, init) {
        if (init && "cache" in init) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
        super(url, init);
      }
    };
    const copy = await import(`${folder}/esm/node.js`);
    const asked = [];
    await new copy.Senders(options({ fetch: async (_, init) => (asked.push(init), json(SENDER)) })).fetch(SID);
    assert.ok(!("cache" in asked[0]) && asked[0].signal instanceof AbortSignal);
  } finally {
    globalThis.Request = original;
    rmSync(folder, { recursive: true });
  }
});

test("a request that Deno must not send twice has its own connection there", async () => {
  const made = [];
  globalThis.Deno = { createHttpClient: (given) => (made.push(given), made) };
  try {
    const asked = [];
    const one = new Senders(
      options({
        fetch: async (_, init) => (
          asked.push(init.client),
          json(init.method === "DELETE" ? {} : SENDER, init.method === "DELETE" ? 204 : 200)
        ),
      }),
    );
    await one.fetch(SID);
    await one.create(NUMBER);
    await one.update(SID, { profile: { about: "x" } });
    await one.delete(SID);
    assert.deepEqual([asked[0], asked.slice(1).every((client) => client === made), made], [undefined, true, [{ poolMaxIdlePerHost: 0 }]]);
  } finally {
    delete globalThis.Deno;
  }
});
