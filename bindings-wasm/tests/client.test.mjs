// The client itself: options, environment, pages, redaction, aborts, iteration.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ACCOUNT, Emulator, SID, internals, json, rejection, scripted, senders } from "./support.mjs";

const { Senders } = senders;
const SECRET = "canary0123456789canary";
const NUMBER = { senderId: "whatsapp:+15550100009", profile: { name: "N" } };

/** Runs with these variables of the environment. */
function within(environment, work) {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (/^(TWILIO|SENDERS)_/.test(name)) delete process.env[name];
  Object.assign(process.env, environment);
  try {
    return work();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

async function authorization(options) {
  const { fetch, asked } = scripted({ sid: SID, status: "ONLINE" });
  const client = new Senders({ ...options, fetch });
  return async () => {
    await client.fetch(SID);
    const value = Object.fromEntries(asked[0].headers).Authorization;
    return [value && Buffer.from(value.slice(6), "base64").toString(), asked[0].url];
  };
}

test("the environment says what is not given", async () => {
  const account = { TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: SECRET };
  const key = { TWILIO_API_KEY: `SK${"1".repeat(32)}`, TWILIO_API_SECRET: "keysecret" };
  const path = `/v2/Channels/Senders/${SID}`;
  const ask = async (environment, options = {}) => (await within(environment, () => authorization(options)))();
  assert.deepEqual(await ask(account), [`${ACCOUNT.accountSid}:${SECRET}`, `https://messaging.twilio.com${path}`]);
  assert.equal((await ask({ ...account, ...key }))[0], `SK${"1".repeat(32)}:keysecret`);
  assert.equal((await ask({ ...account, ...key }, ACCOUNT))[0], `${ACCOUNT.accountSid}:${ACCOUNT.authToken}`);
  assert.equal((await ask(account, { noCredentials: true }))[0], undefined);
  assert.equal((await ask({ ...account, SENDERS_BASE_URL: "http://127.0.0.1:1/x" }))[1], `http://127.0.0.1:1/x${path}`);
  assert.equal(
    (await ask({ ...account, TWILIO_REGION: "ie1", TWILIO_EDGE: "dublin" }))[1],
    `https://messaging.dublin.ie1.twilio.com${path}`,
  );
  const error = await rejection((async () => within({}, () => new Senders()))());
  assert.deepEqual([error.name, error.field], ["ArgumentError", "accountSid"]);
});

test("wrong options are refused at once, by name and without the value of a secret", () => {
  for (const [options, field] of [
    [{ accountSid: "AC1", authToken: SECRET }, "accountSid"],
    [{ accountSid: ACCOUNT.accountSid }, "authToken"],
    [{ ...ACCOUNT, authToken: `${SECRET}\n` }, "authToken"],
    [{ ...ACCOUNT, apiKey: `SK${"1".repeat(32)}`, apiSecret: "x" }, "apiKey"],
    [{ ...ACCOUNT, baseUrl: "http://example.com" }, "baseUrl"],
    [{ ...ACCOUNT, timeoutMs: "5" }, "timeoutMs"],
    [{ ...ACCOUNT, timeoutMs: 0 }, "timeoutMs"],
    [{ ...ACCOUNT, maxRetries: 1.5 }, "maxRetries"],
    [{ ...ACCOUNT, maxRetries: 11 }, "maxRetries"],
    [{ ...ACCOUNT, fetch: 5 }, "fetch"],
    [{ ...ACCOUNT, transport: {} }, "transport"],
    [{ ...ACCOUNT, timeout: 5 }, "timeout"],
    [{ ...ACCOUNT, noCredentials: true }, "noCredentials"],
  ]) {
    assert.throws(
      () => new Senders(options),
      (error) => error instanceof senders.ArgumentError && error.field === field && !error.message.includes(SECRET),
      JSON.stringify(options),
    );
  }
});

test("a page gets no credentials from the environment, and none at all unless it insists", async () => {
  const page = { window: {}, document: {} };
  Object.assign(globalThis, page);
  try {
    const environment = { TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: SECRET };
    const field = (options) => {
      try {
        within(environment, () => new Senders(options));
      } catch (error) {
        return error.field;
      }
      return "none";
    };
    assert.equal(field({}), "baseUrl");
    assert.equal(field(ACCOUNT), "dangerouslyAllowBrowser");
    assert.equal(field({ ...ACCOUNT, dangerouslyAllowBrowser: true }), "none");
    assert.equal(field({ apiKey: `SK${"1".repeat(32)}`, apiSecret: "x", baseUrl: "https://a.example" }), "dangerouslyAllowBrowser");
    const { fetch, asked } = scripted({ sid: SID, status: "ONLINE" });
    await within(environment, () => new Senders({ baseUrl: "https://proxy.example/twilio", fetch })).fetch(SID);
    const names = asked[0].headers.map(([name]) => name.toLowerCase());
    assert.ok(!names.includes("authorization") && !names.includes("user-agent"), names.join());
    assert.equal(asked[0].url, `https://proxy.example/twilio/v2/Channels/Senders/${SID}`);
  } finally {
    for (const name of Object.keys(page)) delete globalThis[name];
  }
});

test("the variables of the environment are no option", () => {
  const given = { ...ACCOUNT, environment: { TWILIO_REGION: "ie1" } };
  assert.throws(() => new Senders(given), { name: "ArgumentError", field: "environment" });
});

test("a client shows no secret, however it is looked at", async () => {
  const logged = [];
  const logger = { debug: (text) => logged.push(text), warn: (text) => logged.push(text) };
  const { fetch } = scripted(
    () => json({}, 500),
    () => json({ sid: SID, status: "ONLINE" }),
  );
  const client = new Senders({ ...ACCOUNT, authToken: SECRET, fetch, logger, seed: 1 });
  await client.fetch(SID);
  const encoded = Buffer.from(`${ACCOUNT.accountSid}:${SECRET}`).toString("base64");
  const shown = [
    inspect(client),
    inspect(client, { depth: 20, showHidden: true }),
    JSON.stringify(client),
    String(client),
    Object.keys(client).join(),
    JSON.stringify({ ...client }),
    logged.join("\n"),
    inspect([client.fetch(SID), client.list()], { depth: 9, showHidden: true }),
  ];
  for (const text of shown) assert.ok(!text.includes(SECRET) && !text.includes(encoded), text);
  assert.match(inspect(client), /^Senders \{ baseUrl: 'https:\/\/messaging.twilio.com', credentials: <auth token> \}$/);
  assert.deepEqual(JSON.parse(JSON.stringify(client)), { baseUrl: "https://messaging.twilio.com", credentials: "auth token" });
  assert.ok(logged.length >= 3 && logged.some((text) => text.includes("waiting")), logged.join("\n"));
  assert.throws(() => structuredClone({ client, f: () => 1 }));
});

test("a call can be cancelled: before, in flight, while waiting, while paging", async () => {
  const never = new Senders({ ...ACCOUNT, fetch: () => new Promise(() => undefined) });
  const reason = new Error("enough");
  assert.equal(await rejection(never.fetch(SID, { signal: AbortSignal.abort(reason) })), reason);
  let seen;
  const abort = new AbortController();
  const watching = new Senders({
    ...ACCOUNT,
    fetch: (_, init) =>
      new Promise((_, reject) => {
        seen = init.signal;
        init.signal.addEventListener("abort", () => reject(init.signal.reason));
        queueMicrotask(() => abort.abort());
      }),
  });
  const error = await rejection(watching.create({ senderId: "whatsapp:+15017122661" }, { signal: abort.signal }));
  assert.equal(error.name, "AbortError");
  assert.ok(seen.aborted);
  const waiting = new Senders({ ...ACCOUNT, fetch: scripted(() => json({ sid: SID, status: "CREATING" })).fetch });
  assert.equal((await rejection(waiting.waitUntilOnline(SID, { signal: AbortSignal.timeout(30) }))).name, "TimeoutError");
  const emulator = await Emulator.create();
  emulator.seedSenders(30);
  const paging = new AbortController();
  const list = new Senders(emulator.options()).list({ pageSize: 10, signal: paging.signal });
  let count = 0;
  const stopped = await rejection(
    (async () => {
      for await (const _ of list) if ((count += 1) === 15) paging.abort(reason);
    })(),
  );
  assert.equal(stopped, reason);
  assert.ok(count >= 15 && count <= 20);
  assert.equal(await internals.openCalls(), 0);
});

test("an aborted signal keeps no listeners", async () => {
  const { getEventListeners } = await import("node:events");
  const { signal } = new AbortController();
  const client = new Senders({ ...ACCOUNT, fetch: scripted({ sid: SID, status: "ONLINE" }).fetch });
  for (let turn = 0; turn < 5; turn += 1) await client.fetch(SID, { signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("leaving a loop ends the listing", async () => {
  const emulator = await Emulator.create();
  emulator.seedSenders(50);
  const client = new Senders(emulator.options());
  for await (const _ of client.list({ pageSize: 10 })) break;
  for await (const _ of client.list({ pageSize: 10 }).pages()) break;
  assert.equal(emulator.journal().length, 2);
  assert.equal(await internals.openCalls(), 0);
  const iterator = client.list({ pageSize: 10 })[Symbol.asyncIterator]();
  const together = await Promise.all(Array.from({ length: 60 }, () => iterator.next()));
  const sids = together.filter(({ done }) => !done).map(({ value }) => value.sid);
  assert.deepEqual([sids.length, new Set(sids).size], [50, 50]);
  assert.equal((await iterator.next()).done, true);
});

test("an error stops a listing and is reported once", async () => {
  const emulator = await Emulator.create();
  emulator.seedSenders(30);
  emulator.inject({ fault: "server-error", operation: "list", nth: 2, times: 9 });
  const client = new Senders(emulator.options({ maxRetries: 0 }));
  let count = 0;
  const error = await rejection(
    (async () => {
      for await (const _ of client.list({ pageSize: 10 })) count += 1;
    })(),
  );
  assert.deepEqual([count, error.kind], [10, "server_error"]);
});

test("per-call options reach the wire, and headers of the library stay its own", async () => {
  const { fetch, asked } = scripted({ sid: SID, status: "ONLINE" });
  const client = new Senders({ ...ACCOUNT, userAgent: "shop/2", fetch });
  await client.fetch(SID, { headers: { traceparent: "00-1-2-03" } });
  const headers = Object.fromEntries(asked[0].headers);
  assert.equal(headers.traceparent, "00-1-2-03");
  assert.match(headers["User-Agent"], /^senders-js\/\S+ shop\/2$/);
  for (const [options, field] of [
    [{ headers: { Authorization: "x" } }, "headers"],
    [{ headers: { "x-a": "b\r\nc" } }, "headers.x-a"],
    [{ headers: { "x-a": 5 } }, "headers.x-a"],
    [{ maxRetries: -1 }, "maxRetries"],
    [{ retries: 1 }, "retries"],
  ]) {
    assert.equal((await rejection(client.fetch(SID, options))).field, field);
  }
  assert.equal(asked.length, 1);
});

test("what a fetch or a transport does with a request's headers has no part in the next one", async () => {
  const seen = [];
  const fetch = async (_, init) => {
    seen.push(structuredClone(init.headers));
    init.headers.push(["X-Own", "1"]);
    init.headers[0][1] = "changed";
    return json({ sid: SID, status: "ONLINE" });
  };
  const given = new Senders({ ...ACCOUNT, fetch });
  await given.fetch(SID);
  await given.fetch(SID);
  assert.deepEqual(seen[0], seen[1]);

  const transport = {
    async send({ headers, write }) {
      assert.throws(() => headers.push(["X-Own", "1"]), TypeError);
      assert.throws(() => (headers[0][1] = "changed"), TypeError);
      write(new TextEncoder().encode(JSON.stringify({ sid: SID, status: "ONLINE" })));
      return { status: 200, headers: [] };
    },
  };
  assert.equal((await new Senders({ ...ACCOUNT, transport }).fetch(SID)).sid, SID);
});

test("what a hook or a logger throws is reported and harms no call", async (t) => {
  const debug = () => {
    throw new Error("my own");
  };
  const { mock } = t.mock.method(console, "warn", () => undefined);
  const lines = [];
  const logger = { debug, warn: (line) => lines.push(line) };
  for (const options of [{ onRequest: debug }, { onResponse: debug }, { logger: { debug, warn: debug } }, { onRequest: debug, logger }]) {
    const { fetch, asked } = scripted({ sid: SID, status: "ONLINE" });
    assert.equal((await new Senders({ ...ACCOUNT, fetch, ...options }).fetch(SID)).sid, SID);
    assert.equal(asked.length, 1);
    const down = async () => Promise.reject(new Error("down"));
    const failed = await rejection(new Senders({ ...ACCOUNT, fetch: down, maxRetries: 0, ...options }).create(NUMBER));
    assert.equal(failed.kind, "outcome_unknown");
  }
  const said = mock.calls.map(({ arguments: [line] }) => line);
  assert.deepEqual(said, [
    "senders call 1 fetch: onRequest failed: Error: my own",
    "senders call 1 create: onRequest failed: Error: my own",
    "senders call 1 fetch: onResponse failed: Error: my own",
    "senders call 1 create: onResponse failed: Error: my own",
  ]);
  assert.ok(lines.includes("senders call 1 fetch: onRequest failed: Error: my own"), lines.join());
  mock.mockImplementation(debug);
  const created = scripted({ sid: SID, status: "CREATING" });
  assert.equal((await new Senders({ ...ACCOUNT, fetch: created.fetch, onResponse: debug }).create(NUMBER)).sid, SID);
  assert.equal(await internals.openCalls(), 0);
});

test("a failure asked for with its response is reported once", async () => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const client = new Senders({ ...ACCOUNT, fetch: async () => json({}, 404), maxRetries: 0 });
  await rejection(client.fetch(SID).withResponse());
  await rejection(client.fetch(SID));
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

test("the statuses of a wait are an iterator, which can be left at any time", async () => {
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  const seen = [];
  for await (const { status, sender, token } of client.statuses(sid)) {
    seen.push(status);
    assert.deepEqual([sender.sid, token.includes(sid)], [sid, true]);
  }
  assert.equal(seen.at(-1), "ONLINE");
  for await (const { status } of client.statuses(sid)) {
    assert.equal(status, "ONLINE");
    break;
  }
  assert.equal(await internals.openCalls(), 0);
  const wrong = async (...given) => {
    for await (const _ of client.statuses(...given)) assert.fail("a status");
  };
  assert.equal((await rejection(wrong("XE1"))).field, "sid");
  assert.equal((await rejection(wrong(sid, { timeoutMs: "1" }))).field, "timeoutMs");
});

test("waits can be taken up again in another client", async () => {
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  let token;
  const left = new AbortController();
  await rejection(
    client.waitUntilOnline(sid, {
      signal: left.signal,
      onStatus: (change) => {
        token = change.token;
        left.abort();
      },
    }),
  );
  assert.equal((await new Senders(emulator.options()).waitUntilOnline(undefined, { token })).status, "ONLINE");
  assert.equal((await rejection(client.waitUntilOnline(undefined))).field, "sid");
});
