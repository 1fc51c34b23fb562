// Odd things from callers, transports and runtimes: each fails its own call, with the right error, and no other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ACCOUNT, SID, json, quick, rejection, senders } from "./support.mjs";

const { Senders, TransportFailure, isSendersError } = senders;
const SENDER = { sid: SID, status: "ONLINE" };
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
const options = (more) => ({ ...ACCOUNT, maxRetries: 0, ...more });

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const throwing = () =>
  new Proxy(
    {},
    {
      get() {
        throw new Error("odd");
      },
      has() {
        throw new Error("odd");
      },
      getPrototypeOf() {
        throw new Error("odd");
      },
    },
  );
const self = {};
self.cause = self;

/** Values to reject a promise with. */
const REJECTIONS = [
  undefined,
  null,
  0,
  42,
  NaN,
  1n,
  "",
  "odd",
  true,
  Symbol("odd"),
  () => 1,
  [],
  {},
  { message: 42 },
  { message: null },
  { message: {} },
  { message: Symbol("x") },
  { code: 42 },
  { code: Symbol("x") },
  { code: "ECONNRESET", message: 42 },
  { code: "ECONNREFUSED" },
  { kind: 42, sent: "no" },
  { kind: "connect", sent: 42 },
  { kind: "odd", sent: "yes", message: "x" },
  { cause: null },
  { cause: 42 },
  { cause: { code: {} } },
  self,
  { errors: [null, 42] },
  { errors: 42 },
  { errors: [] },
  {
    get message() {
      throw new Error("odd");
    },
  },
  {
    get code() {
      throw new Error("odd");
    },
  },
  {
    get cause() {
      throw new Error("odd");
    },
  },
  { toString: null },
  Object.create(null),
  revoked(),
  throwing(),
  new Proxy(() => 1, {}),
  { cause: revoked() },
  new Error("\ud83d"),
  new Error("x".repeat(1e6)),
  Object.assign(new Error("x"), { message: 7n }),
  new Date(NaN),
  new Map(),
  WebAssembly,
  new WebAssembly.RuntimeError("unreachable"),
  { kind: "connect", sent: "unknown", message: "\0\n" },
  { kind: "connect", sent: "unknown", message: 42 },
  { syscall: "connect", port: "x" },
  { syscall: "connect", port: Symbol("x") },
];
/** Values for a transport to resolve with. */
const ANSWERS = [
  undefined,
  null,
  42,
  "x",
  Symbol("x"),
  {},
  [],
  { status: "200" },
  { status: 200 },
  { status: NaN, headers: [] },
  { status: 1n, headers: [] },
  { status: 7e9, headers: [] },
  { status: 200, headers: 42 },
  { status: 200, headers: {} },
  { status: 200, headers: [42] },
  { status: 200, headers: [null] },
  { status: 200, headers: [["a"]] },
  { status: 200, headers: [[1, 2]] },
  { status: 200, headers: [["Retry-After", 7]] },
  { status: 200, headers: [["Retry-After", Symbol("x")]] },
  { status: 200, headers: [["Retry-After", { toString: null }]] },
  { status: 200, headers: [["Retry-After\nX", "7\r\n8"]] },
  { status: 200, headers: [["Retry-After", revoked()]] },
  {
    status: 200,
    headers: {
      [Symbol.iterator]() {
        throw null;
      },
    },
  },
  {
    get status() {
      throw undefined;
    },
  },
  revoked(),
  throwing(),
  { then: 42 },
  {
    then() {
      throw { message: 42 };
    },
  },
];
/** Values for a transport to write. */
const CHUNKS = [
  undefined,
  null,
  42,
  "text",
  {},
  [],
  [1, 2],
  new ArrayBuffer(2),
  new DataView(new ArrayBuffer(2)),
  new Float64Array(2),
  revoked(),
  Symbol("x"),
  new Proxy(new Uint8Array(2), {}),
];
const CLOCKS = [undefined, null, NaN, Infinity, "1", 1n, {}, Symbol("x")];

/** Runs an odd call while others are running: it is rejected with an error of this package, and the others succeed. */
async function alone(what, odd, allowed = isSendersError) {
  const open = [];
  const gate = new Promise((resolve) => open.push(resolve));
  const innocent = [1, 2].map(() => new Senders(options({ fetch: async () => (await gate, json(SENDER)) })).fetch(SID));
  const error = await rejection(odd());
  // Not shown: its cause may be a proxy that throws when it is read.
  assert.ok(allowed(error) && error?.kind !== "internal", `${what}: ${allowed(error) && error.message}`);
  open[0]();
  for (const { sid } of await Promise.all(innocent)) assert.equal(sid, SID, what);
  return error;
}

test("an odd rejection of a fetch or a transport ends its own call alone, with an unknown outcome", async () => {
  const original = globalThis.fetch;
  try {
    for (const [at, thrown] of REJECTIONS.entries()) {
      const reject = () => Promise.reject(thrown);
      for (const [name, more] of Object.entries({
        fetch: { fetch: reject },
        transport: { transport: { send: reject } },
        thrown: {
          transport: {
            send: () => {
              throw thrown;
            },
          },
        },
        builtin: {},
      })) {
        globalThis.fetch = reject;
        const error = await alone(`${name} ${at}`, () => new Senders(options(more)).create(NUMBER));
        assert.deepEqual([error.mayHaveExecuted, error.retryable], [true, false], `${name} ${at}: ${error.message}`);
      }
    }
  } finally {
    globalThis.fetch = original;
  }
});

test("an odd answer of a transport ends its own call alone", async () => {
  for (const [at, answer] of ANSWERS.entries()) {
    for (const send of [async () => answer, () => answer])
      await alone(`answer ${at}`, () => new Senders(options({ transport: { send } })).create(NUMBER));
  }
  for (const [at, chunk] of CHUNKS.entries()) {
    const send = async ({ write }) => (write(chunk), { status: 200, headers: [] });
    await alone(`chunk ${at}`, () => new Senders(options({ transport: { send } })).create(NUMBER));
    const body = async function* () {
      yield chunk;
    };
    await alone(`body ${at}`, () =>
      new Senders(options({ fetch: async () => ({ status: 202, headers: [], body: body() }) })).create(NUMBER),
    );
  }
});

test("a clock that throws or gives no number ends its own call alone", async () => {
  const real = {
    monotonicMs: () => performance.now(),
    unixMs: () => Date.now(),
    sleep: async () => undefined,
    limit: () => () => undefined,
  };
  for (const which of ["monotonicMs", "unixMs"]) {
    for (let good = 0; good < 4; good += 1) {
      for (const value of CLOCKS) {
        let asked = 0;
        const clock = { ...real, [which]: () => ((asked += 1) > good ? value : real[which]()) };
        await alone(`${which} ${good} ${String(value)}`, () =>
          new Senders(options({ clock, fetch: async () => json({}, 503), maxRetries: 2 })).fetch(SID),
        );
      }
      let asked = 0;
      const odd = new RangeError("odd");
      const clock = {
        ...real,
        [which]: () => {
          if ((asked += 1) > good) throw odd;
          return real[which]();
        },
      };
      const error = await alone(
        which,
        () => new Senders(options({ clock, fetch: async () => json({}, 503), maxRetries: 2 })).fetch(SID),
        () => true,
      );
      assert.equal(error, odd);
    }
  }
});

test("a code that a caller's own code throws proves nothing", async () => {
  const url = "https://messaging.twilio.com/v2/Channels/Senders";
  for (const [sent, thrown] of [
    ["unknown", { code: "ECONNREFUSED" }],
    ["unknown", { code: "ECONNREFUSED", syscall: "connect", address: "10.0.0.1", port: 5432 }],
    ["unknown", { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "audit.example" }],
    ["unknown", { code: "ENOTFOUND" }],
    ["unknown", { code: "ECONNREFUSED", path: "http://audit.example/" }],
    ["unknown", { code: "UND_ERR_CONNECT_TIMEOUT" }],
    ["unknown", { code: "ETIMEDOUT", syscall: "read" }],
    ["unknown", { code: "EPROTO" }],
    ["unknown", { code: "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR" }],
    ["unknown", { code: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" }],
    ["unknown", { code: "ERR_TLS_INVALID_STATE" }],
    ["unknown", { code: "ECONNRESET", syscall: "write" }],
    ["unknown", { code: "ECONNREFUSED", errors: [{ syscall: "connect", port: 443 }, { syscall: "read" }] }],
    ["unknown", { message: "error sending request for url (https://audit.example/): client error (Connect): tcp connect error" }],
    [
      "unknown",
      { message: `error sending request from 127.0.0.1:1 for ${url} (127.0.0.1:2): client error (SendRequest): connection closed` },
    ],
    ["unknown", { message: "received fatal alert: InternalError" }],
    // Runtimes say this while they connect, but it may be about another connection.
    ["unknown", { code: "ECONNREFUSED", syscall: "connect", address: "10.0.0.1", port: 443 }],
    ["unknown", { code: "ETIMEDOUT", syscall: "connect", port: 443 }],
    ["unknown", { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "messaging.twilio.com" }],
    ["unknown", { code: "EAI_AGAIN", syscall: "getaddrinfo", hostname: "messaging.twilio.com" }],
    [
      "unknown",
      {
        code: "ECONNREFUSED",
        errors: [
          { syscall: "connect", port: 443 },
          { syscall: "connect", port: 443 },
        ],
      },
    ],
    ["unknown", { code: "UND_ERR_CONNECT_TIMEOUT", name: "ConnectTimeoutError" }],
    ["unknown", { code: "ECONNREFUSED", path: url }],
    [
      "unknown",
      { message: `error sending request for url (${url}): client error (Connect): tcp connect error: Connection refused (os error 111)` },
    ],
    ...[
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "CERT_HAS_EXPIRED",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ].map((code) => ["unknown", { code }]),
  ]) {
    const { message = "odd", ...fields } = thrown;
    for (const error of [
      Object.assign(new Error(message), fields),
      new TypeError("fetch failed", { cause: Object.assign(new Error(message), fields) }),
    ]) {
      let posts = 0;
      const one = new Senders({
        ...ACCOUNT,
        clock: quick(),
        fetch: async () => {
          posts += 1;
          throw error;
        },
      });
      const { mayHaveExecuted, retryable } = await rejection(one.create(NUMBER));
      const no = sent === "no";
      assert.deepEqual([mayHaveExecuted, retryable, posts], [!no, no, no ? 3 : 1], inspect(thrown));
    }
  }
});

test("what is no request is an argument's error with its field", async () => {
  const one = new Senders(options({ fetch: async () => assert.fail("it was sent") }));
  const cyclic = {};
  cyclic.self = cyclic;
  const odd = [
    "text",
    42,
    NaN,
    1n,
    Symbol("x"),
    true,
    null,
    [],
    [1],
    () => 1,
    new Date(0),
    new Map([["a", 1]]),
    new (class Odd {})(),
    cyclic,
  ];
  const wrong = [];
  for (const value of odd) {
    for (const call of [
      () => one.create(value),
      () => one.ensure(value),
      () => one.update(SID, value),
      () => one.verify(SID, value),
      () => one.fetch(value),
      () => one.delete(value),
      () => one.waitUntilOnline(value),
      () => one.create({ senderId: value }),
      () => one.create({ ...NUMBER, profile: { name: value } }),
      () => one.fetch(SID, { signal: value }),
      () => one.fetch(SID, { timeoutMs: value }),
      () => one.fetch(SID, { headers: { a: value } }),
      () => one.list({ limit: value }),
      () => one.list({ token: value }),
      // Options may be of any class.
      ...(typeof value === "object" && value !== null && !Array.isArray(value)
        ? []
        : [() => one.fetch(SID, value), () => one.list(value), () => one.delete(SID, value), () => one.waitUntilOnline(SID, value)]),
    ]) {
      // Null is a value of the API, text a header's or a token's, 42 a time and a number.
      const fine = /profile: \{ name/.test(call)
        ? [null, odd[0]]
        : /headers|verify/.test(call)
          ? [odd[0]]
          : /timeoutMs|limit:/.test(call)
            ? [42]
            : [];
      if (fine.includes(value)) continue;
      const error = await rejection(
        (async () => {
          await call();
        })(),
      );
      const instance = error?.kind === "invalid_argument" && typeof error.field === "string";
      if (!instance) wrong.push(`${call} with ${inspect(value)}: ${error}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("text that was cut inside an emoji is an argument's error with its field", async () => {
  const one = new Senders(options({ fetch: async () => assert.fail("it was sent") }));
  const name = "Café 😀".slice(0, -1);
  for (const [field, call] of [
    ["profile.name", () => one.create({ ...NUMBER, profile: { name } })],
    ["profile.name", () => one.ensure({ ...NUMBER, profile: { name: "\ude00x" } })],
    ["profile.emails[0].label", () => one.update(SID, { profile: { emails: [{ email: "a@b.c", label: name }] } })],
    ["code", () => one.verify(SID, name)],
    ["sid", () => one.fetch(name)],
    ["headers.a", () => one.fetch(SID, { headers: { a: name } })],
    ["profile", () => one.update(SID, { profile: { [name]: 1 } })],
  ]) {
    const error = await rejection(call());
    assert.deepEqual([error.kind, error.field], ["invalid_argument", field], String(error));
  }
  const bodies = [];
  await new Senders(options({ fetch: async (_, init) => (bodies.push(init.body), json(SENDER)) })).create({
    ...NUMBER,
    profile: { name: "Café 😀" },
  });
  assert.ok(bodies[0].includes("Café 😀"));
});

test("a wait is taken up by its token alone", async () => {
  let status = "CREATING";
  const one = new Senders(options({ fetch: async () => json({ sid: SID, status }) }));
  const { resumeToken: token } = await rejection(one.waitUntilOnline(SID, { timeoutMs: 1 }));
  status = "ONLINE";
  assert.equal((await one.waitUntilOnline(undefined, { token })).status, "ONLINE");
});

test("a transport's request shows no secret, and has what it needs", async () => {
  const shown = [];
  const transport = {
    send: async (request) => {
      shown.push(
        inspect(request, { depth: 9, showHidden: true }),
        JSON.stringify(request),
        JSON.stringify({ ...request }),
        Object.keys(request).join(),
      );
      assert.match(new Headers(request.headers).get("authorization"), /^Basic /);
      assert.ok(request.body.includes("987654") && request.signal instanceof AbortSignal);
      request.write(new TextEncoder().encode(JSON.stringify(SENDER)));
      return { status: 202, headers: [] };
    },
  };
  await new Senders(options({ transport })).verify(SID, "987654");
  for (const text of shown) assert.ok(!/Basic|authorization|MDAwMDAw|987654/i.test(text), text);
  assert.ok(shown[0].includes("POST") && shown[1].includes(SID));
});

test("one signal serves any number of calls without a warning, and holds none of them afterwards", async () => {
  const warnings = [];
  const warn = (warning) => warnings.push(warning.name);
  process.on("warning", warn);
  const { getEventListeners } = await import("node:events");
  const controller = new AbortController();
  const { signal } = controller;
  const one = new Senders(options({ fetch: () => new Promise(() => undefined) }));
  const hanging = Array.from({ length: 40 }, () => rejection(one.fetch(SID, { signal })));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(getEventListeners(signal, "abort").length, 1);
  const quick = new Senders(options({ fetch: async () => json(SENDER) }));
  await Promise.all(Array.from({ length: 40 }, () => quick.fetch(SID, { signal })));
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort(new Error("enough"));
  for (const error of await Promise.all(hanging)) assert.equal(error.message, "enough");
  assert.equal(getEventListeners(signal, "abort").length, 0);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warn);
  assert.deepEqual(warnings, []);
});

test("values of other types than documented are returned as they came", async () => {
  const odd = {
    ...SENDER,
    sender_id: 5,
    profile: { name: 1, emails: ["a@example.com"], websites: "none" },
    properties: { messaging_limit: 1000 },
    webhook: [],
    configuration: "x",
    offline_reasons: [null, "text", 5, { code: 63100 }],
  };
  const one = new Senders(options({ clock: quick(), fetch: async (url) => json(url.includes(SID) ? odd : { senders: [odd], meta: {} }) }));
  const sender = await one.fetch(SID);
  assert.deepEqual(sender, {
    sid: SID,
    status: SENDER.status,
    senderId: 5,
    profile: odd.profile,
    properties: { messagingLimit: 1000 },
    webhook: [],
    configuration: "x",
    offlineReasons: odd.offline_reasons,
  });
  assert.deepEqual((await one.list()).senders, [sender]);
  assert.ok(inspect(sender).includes("a@example.com"));
  odd.status = "OFFLINE";
  const failed = await rejection(one.waitUntilOnline(SID));
  assert.deepEqual([failed.kind, failed.code, failed.sender.offlineReasons], ["registration_failed", 63100, odd.offline_reasons]);
  assert.ok(inspect(failed).includes("RegistrationFailedError") && JSON.stringify(failed).includes(SID));
});
