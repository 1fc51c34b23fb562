// Errors: they have types that can be distinguished, and no secrets, for every kind of response.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import { inspect } from "node:util";
import { ACCOUNT, Emulator, SID, internals, json, nodeHttp, quick, rejection, scripted, senders } from "./support.mjs";

const { Senders, SendersError, TransportFailure, isSendersError } = senders;
const SENDER = { sid: SID, status: "ONLINE" };

function client(fetch, options = {}) {
  return new Senders({ ...ACCOUNT, maxRetries: 0, fetch, ...options });
}

test("a status has its class, its code and what to do", async () => {
  const body = { code: 63100, message: "wrong +15551234567", more_info: "https://x", status: 400 };
  for (const [status, name, kind, retryable, executed] of [
    [400, "InvalidRequestError", "invalid_request", false, false],
    [401, "AuthenticationError", "authentication", false, false],
    [403, "PermissionDeniedError", "permission_denied", false, false],
    [404, "NotFoundError", "not_found", false, false],
    [409, "ConflictError", "conflict", false, false],
    [429, "RateLimitedError", "rate_limited", true, false],
    [500, "ServerError", "server_error", true, true],
  ]) {
    const answer = () => json(body, status, { "T-Request-Id": "RQ1", "Retry-After": "7" });
    const error = await rejection(client(answer).fetch(SID));
    assert.equal(error.name, name);
    assert.equal(error.constructor, senders[name]);
    assert.ok(error instanceof SendersError && error instanceof Error && isSendersError(error));
    assert.deepEqual(
      [error.kind, error.status, error.code, error.moreInfo, error.requestId, error.retryable, error.mayHaveExecuted, error.attempts],
      [kind, status, 63100, "https://x", "RQ1", retryable, executed, 1],
    );
    assert.equal(error.body, JSON.stringify(body));
    assert.ok(error.nextStep.length > 5 && error.message.includes("RQ1") && !error.message.includes("5551234567"));
    assert.ok(!inspect(error).includes("5551234567"), "the body is not shown");
  }
  assert.equal((await rejection(client(() => json(body, 429, { "Retry-After": "7" })).fetch(SID))).retryAfterMs, 7000);
});

test("our own names are spelled as in JavaScript, the words of a server and of a caller stay as they are", async () => {
  const said = { code: 63116, message: "foo_bar_baz is `not_a_name` of `max_response_bytes` `verification_method`" };
  const refused = await rejection(client(() => json(said, 400)).fetch(SID));
  const next =
    "make sure that the number can receive text messages, or ask for a call instead: `update` with `verificationMethod` `voice` in `configuration`; then give the code to `verify`";
  assert.equal(refused.nextStep, next);
  assert.equal(
    refused.message,
    `fetch failed with status 400/63116: \`${said.message}\`; it only reads and changed nothing; repeating it will not help by itself; ${next}`,
  );
  assert.equal(JSON.parse(refused.body).message, said.message);
  // Nor the name of an RCS agent, which is no name of this package.
  const taken = await rejection(client(() => json({ code: 1, message: "some_words" }, 409)).create({ senderId: "rcs:my_own_agent" }));
  assert.equal(taken.nextStep, "list the senders and look for rcs:my_own_agent before you try again, or use `ensure`, which does so");
  assert.ok(taken.message.includes("`some_words`") && taken.message.endsWith(taken.nextStep), taken.message);
  const large = await rejection(client(() => new Response(" ".repeat(5000)), { maxResponseBytes: 1024 }).fetch(SID));
  assert.match(large.message, /^fetch got a body larger than `maxResponseBytes` allows; /);
  const mistaken = await rejection(client(() => json(SENDER)).create({ senderId: "foo_bar:baz" }));
  assert.equal(mistaken.message, "senderId must look like whatsapp:+15551234567 or rcs:agent, got `foo_bar:baz`");
});

test("every kind of the core has a class", async () => {
  const names = Object.keys(senders).filter((name) => name.endsWith("Error"));
  const kinds = new Set();
  // Read from the declarations, where the union is the contract.
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(new URL("../npm/src/errors.ts", import.meta.url), "utf8");
  for (const [, kind, name] of text.matchAll(/^  (\w+): (\w+Error),$/gm)) {
    kinds.add(kind);
    assert.ok(names.includes(name), name);
  }
  const core = readFileSync(new URL("../../core/src/error.rs", import.meta.url), "utf8");
  const words = [...core.matchAll(/^    \w+ = "(\w+)", \w+/gm)].map(([, word]) => word);
  assert.deepEqual([...kinds].sort(), words.sort());
});

test("a repeated failure says how often it was tried, and its cause", async () => {
  const cause = new TransportFailure("connect", "no", "connect ECONNREFUSED 127.0.0.1:443");
  const fetch = async () => {
    throw cause;
  };
  const waits = [];
  const error = await rejection(
    client(fetch, { clock: quick(), maxRetries: 2, onWait: (event) => waits.push(event) }).create({ senderId: "whatsapp:+15017122661" }),
  );
  assert.deepEqual([error.name, error.kind, error.attempts, error.mayHaveExecuted], ["ConnectionFailedError", "connection", 3, false]);
  assert.equal(error.cause, cause);
  assert.deepEqual(
    waits.map(({ reason }) => reason),
    ["backoff", "backoff"],
  );
});

test("what is no Response is a typed error, over gloo-net and over an injected fetch", async () => {
  const odd = [
    undefined,
    null,
    5,
    "x",
    {},
    { ok: true, json: async () => SENDER },
    { status: "200", headers: {} },
    { status: 200, headers: new Map(), body: 5 },
  ];
  const original = globalThis.fetch;
  try {
    for (const answer of odd) {
      globalThis.fetch = async () => answer;
      for (const one of [client(undefined), client(async () => answer)]) {
        const error = await rejection(one.fetch(SID));
        assert.equal(error.kind, "invalid_response", `${inspect(answer)}: ${error}`);
        const unknown = await rejection(one.create({ senderId: "whatsapp:+15017122661" }));
        assert.equal(unknown.kind, "outcome_unknown", String(unknown));
      }
    }
    // Functions that throw something other than an Error, at once or later.
    for (const fetch of [
      () => {
        throw "odd";
      },
      () => Promise.reject("odd"),
      () => Promise.reject(undefined),
    ]) {
      globalThis.fetch = fetch;
      for (const one of [client(undefined), client(fetch)]) {
        assert.equal((await rejection(one.fetch(SID))).kind, "connection");
      }
    }
    globalThis.fetch = async () => json(SENDER);
    assert.equal((await client(undefined).fetch(SID)).status, "ONLINE");
  } finally {
    globalThis.fetch = original;
  }
});

test("a Response of another make is read", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(SENDER));
  async function* body() {
    yield bytes.subarray(0, 5);
    yield bytes.subarray(5);
  }
  for (const response of [
    { status: 200, headers: new Map([["T-Request-Id", "RQ2"]]), body: body() },
    { status: 200, headers: [["T-Request-Id", "RQ2"]], arrayBuffer: async () => bytes.buffer },
  ]) {
    const { data, requestId } = await client(async () => response)
      .fetch(SID)
      .withResponse();
    assert.deepEqual([data, requestId], [SENDER, "RQ2"]);
  }
});

test("responses that cannot be read have different errors", async () => {
  for (const [answer, kind] of [
    [() => new Response("<html>", { status: 200 }), "invalid_response"],
    [() => new Response("", { status: 200 }), "invalid_response"],
    [() => new Response(new Uint8Array([123, 255, 125]), { status: 200 }), "invalid_response"],
    [() => new Response(null, { status: 302, headers: { Location: "https://evil.example" } }), "invalid_response"],
    [() => new Response("[".repeat(200_000), { status: 200 }), "invalid_response"],
    [() => new Response("<html>bad gateway", { status: 502 }), "server_error"],
  ]) {
    const error = await rejection(client(answer).fetch(SID));
    assert.equal(error.kind, kind, String(error));
    assert.ok(error.message.length < 900);
  }
});

test("a body is read no further than allowed, over every transport", async () => {
  let written = 0;
  const endless = createServer((_, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) written += 65_536;
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  endless.listen(0, "127.0.0.1");
  await once(endless, "listening");
  const baseUrl = `http://127.0.0.1:${endless.address().port}`;
  const transport = nodeHttp();
  for (const options of [{}, { transport }]) {
    const error = await rejection(new Senders({ ...ACCOUNT, baseUrl, maxRetries: 0, maxResponseBytes: 1 << 20, ...options }).fetch(SID));
    assert.equal(error.kind, "invalid_response", String(error));
  }
  transport.close();
  endless.closeAllConnections();
  endless.close();
  assert.ok(written < 40 << 20, `${written} bytes were taken`);
});

test("a call of a silent server ends in time, over every transport", async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const baseUrl = `http://127.0.0.1:${silent.address().port}`;
  const transport = nodeHttp();
  for (const options of [{}, { fetch: (url, init) => fetch(url, init) }, { fetch: () => new Promise(() => undefined) }, { transport }]) {
    const started = performance.now();
    const error = await rejection(
      new Senders({ ...ACCOUNT, baseUrl, ...options }).fetch(SID, { timeoutMs: 80, totalTimeoutMs: 80, maxRetries: 0 }),
    );
    assert.deepEqual([error.name, error.kind, error.mayHaveExecuted], ["CallTimeoutError", "timeout", true]);
    assert.ok(performance.now() - started < 2000);
  }
  transport.close();
  silent.closeAllConnections();
  silent.close();
});

test("a refused connection is known not to have sent, over every transport", async () => {
  const gone = createServer();
  gone.listen(0, "127.0.0.1");
  await once(gone, "listening");
  const baseUrl = `http://127.0.0.1:${gone.address().port}`;
  gone.close();
  await once(gone, "close");
  const transport = nodeHttp();
  for (const options of [{}, { transport }]) {
    const error = await rejection(
      new Senders({ ...ACCOUNT, baseUrl, maxRetries: 0, ...options }).create({ senderId: "whatsapp:+15017122661" }),
    );
    assert.deepEqual([error.kind, error.retryable, error.mayHaveExecuted], ["connection", true, false], String(error));
  }
  // A caller's function may have done something else before it failed.
  const injected = new Senders({ ...ACCOUNT, baseUrl, maxRetries: 0, fetch: (url, init) => fetch(url, init) });
  assert.equal((await rejection(injected.create({ senderId: "whatsapp:+15017122661" }))).kind, "outcome_unknown");
  transport.close();
});

test("faults of the in-process emulator come out as they would from a network", async () => {
  const emulator = await Emulator.create();
  emulator.seedSenders(1);
  const [{ sid }] = emulator.senders();
  assert.ok(emulator.faults().length > 10 && emulator.magicNumbers().some(({ code }) => code === 63104));
  const expected = {
    refuse: "connection",
    "close-before-head": "connection",
    "stall-before-head": "timeout",
  };
  const names = new Set(emulator.faults().map(({ name }) => name));
  for (const [fault, kind] of Object.entries(expected)) {
    if (!names.has(fault)) continue;
    emulator.inject({ fault, times: 1 });
    const error = await rejection(new Senders(emulator.options({ maxRetries: 0 })).fetch(sid));
    assert.equal(error.kind, kind, `${fault}: ${error}`);
    emulator.clearFaults();
  }
  // Every fault ends in a result or in an error of this package, never in anything else.
  for (const { name } of emulator.faults()) {
    try {
      emulator.inject({ fault: name, times: 1 });
    } catch {
      continue; // needs a parameter
    }
    const one = new Senders(emulator.options({ maxResponseBytes: 1 << 20 }));
    await Promise.all(
      [one.fetch(sid), one.list().toArray()].map((call) =>
        call.catch((thrown) => assert.ok(isSendersError(thrown), `${name}: ${inspect(thrown)}`)),
      ),
    );
    emulator.clearFaults();
  }
});

test("a panic is an error, pending calls end, and the next call works", async () => {
  const emulator = await Emulator.create();
  emulator.seedSenders(1);
  const [{ sid }] = emulator.senders();
  const one = new Senders(emulator.options());
  assert.equal((await one.fetch(sid)).sid, sid);
  const hanging = [
    new Senders({ ...ACCOUNT, fetch: () => new Promise(() => undefined) }).fetch(sid),
    new Senders({ ...ACCOUNT, fetch: async () => json({}, 503), totalTimeoutMs: 3_600_000 }).fetch(sid),
  ].map(rejection);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const error = await rejection(internals.panic());
  assert.ok(error instanceof senders.InternalError && error.message.includes("a bug of this library"), String(error));
  for (const pending of await Promise.all(hanging)) assert.ok(pending instanceof senders.InternalError, inspect(pending));
  assert.equal((await one.fetch(sid)).sid, sid);
  const again = new Senders(emulator.options());
  for (let turn = 0; turn < 20; turn += 1) {
    await rejection(internals.panic());
    assert.equal((await again.fetch(sid)).sid, sid);
  }
  assert.equal(await internals.openCalls(), 0);
});

test("a panic while gloo-net waits leaves no promise behind", async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const baseUrl = `http://127.0.0.1:${silent.address().port}`;
  const pending = rejection(new Senders({ ...ACCOUNT, baseUrl }).fetch(SID));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await rejection(internals.panic());
  assert.ok((await pending) instanceof senders.InternalError);
  silent.closeAllConnections();
  silent.close();
  // The aborted fetch still finishes, in the old instance.
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test("a transport's own error says what it knows", async () => {
  const transport = {
    send: async () => {
      throw new TransportFailure("connect", "no", "no route to +15551234567");
    },
  };
  const error = await rejection(new Senders({ ...ACCOUNT, transport, maxRetries: 0 }).create({ senderId: "whatsapp:+15017122661" }));
  assert.deepEqual([error.kind, error.mayHaveExecuted, error.cause instanceof TransportFailure], ["connection", false, true]);
  assert.ok(!error.message.includes("5551234567"));
});

test("in Chromium an unknown outcome names what the browser does by itself", async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const said = [];
  try {
    for (const [userAgent, page] of [
      ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", true],
      ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", true],
      ["HeadlessChrome/142.0.0.0", false],
    ]) {
      Object.defineProperty(globalThis, "navigator", { value: { userAgent }, configurable: true });
      if (page) Object.assign(globalThis, { window: {}, document: {} });
      const client = new Senders({
        baseUrl: "https://proxy.example",
        noCredentials: !page || undefined,
        fetch: async () => json({}, 502),
        maxRetries: 0,
      });
      const error = await rejection(client.create({ senderId: "whatsapp:+15017122661", profile: { name: "N" } }));
      assert.ok(error.kind === "outcome_unknown" && error.message.endsWith(error.nextStep), error.message);
      said.push(/Chromium may have sent/.test(error.nextStep));
      assert.doesNotMatch((await rejection(client.fetch(SID))).message, /Chromium/);
      for (const name of ["window", "document"]) delete globalThis[name];
    }
  } finally {
    for (const name of ["window", "document", "navigator"]) delete globalThis[name];
    if (before !== undefined) Object.defineProperty(globalThis, "navigator", before);
  }
  assert.deepEqual(said, [true, false, false]);
});

test("a code is explained", async () => {
  const { explain } = await import("../npm/dist/esm/explain.js");
  const found = explain(63116);
  assert.deepEqual(found, explain("63116"));
  assert.equal(found.code, "63116");
  assert.match(found.action, /`verificationMethod`/);
  assert.equal(found.link, "https://www.twilio.com/docs/api/errors/63116");
  assert.ok(found.meaning.length > 0 && found.source.length > 0);
  for (const unknown of [63102, 0, -1, NaN, "", "63102", "toString", "__proto__", " 63116", 63116.5])
    assert.equal(explain(unknown), undefined);
});
