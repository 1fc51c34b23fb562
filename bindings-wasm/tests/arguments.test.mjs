// A wrong argument rejects, the error names it, and nothing is sent; a failing hook harms no call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCOUNT, SID, json, quick, rejection, senders } from "./support.mjs";

const { ArgumentError, Senders } = senders;
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
const SENDER = { sid: SID, status: "ONLINE" };
const one = () => new Senders({ ...ACCOUNT, fetch: async () => assert.fail("it was sent") });

const getter = (...names) =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          enumerable: true,
          get: () => {
            throw new Error("odd");
          },
        },
      ]),
    ),
  );
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const EMPTY = [];
const OPTIONS = [
  null,
  5,
  1n,
  "text",
  true,
  Symbol("odd"),
  () => 1,
  EMPTY,
  revoked(),
  getter("signal"),
  getter("timeoutMs", "onToken", "limit", "missingOk"),
  new Proxy(
    {},
    {
      ownKeys: () => {
        throw null;
      },
    },
  ),
];

test("options of the wrong kind reject and are named, whatever the call", async () => {
  const client = one();
  const wrong = [];
  for (const options of OPTIONS) {
    const calls = {
      create: () => client.create(NUMBER, options),
      fetch: () => client.fetch(SID, options),
      update: () => client.update(SID, { friendlyName: "F" }, options),
      verify: () => client.verify(SID, "123456", options),
      delete: () => client.delete(SID, options),
      waitUntilOnline: () => client.waitUntilOnline(SID, options),
      ensure: () => client.ensure(NUMBER, options),
      ensureAll: () => client.ensureAll([NUMBER], options),
      list: () => client.list(options)[Symbol.asyncIterator]().next(),
      pages: () => client.list(options).pages().next(),
      page: () => client.list(options).then(),
      array: () => client.list(options).toArray(),
    };
    for (const [name, call] of Object.entries(calls)) {
      // Outside of `rejects`: the test also checks that the call does not throw at once.
      const promise = call();
      const error = await rejection(promise);
      if (!(error instanceof ArgumentError) || !["options", "signal", "the request"].includes(error.field)) wrong.push(`${name}: ${error}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("requests of the wrong kind reject and are named", async () => {
  const client = one();
  for (const request of OPTIONS) {
    for (const call of [
      () => client.create(request),
      () => client.ensure(request),
      () => client.update(SID, request),
      () => client.ensureAll(request),
      () => client.ensureAll([request]),
    ]) {
      // Without senders there are no results.
      if (request === EMPTY && String(call).includes("ensureAll(request)")) continue;
      const error = await rejection(call());
      assert.ok(error instanceof ArgumentError && error.field, `${call}: ${error}`);
    }
  }
  for (const [field, call] of [
    ["profile", () => client.create({ ...NUMBER, profile: getter("name") })],
    ["senders[0].profile", () => client.ensureAll([{ ...NUMBER, profile: getter("name") }])],
    ["the request", () => client.update(SID, getter("profile"))],
  ]) {
    assert.equal((await rejection(call())).field, field);
  }
});

test("a client is made of an object, and of nothing else", () => {
  for (const options of [...OPTIONS.slice(0, -4), revoked(), getter("authToken")]) {
    assert.throws(
      () => new Senders(options),
      (error) => error instanceof ArgumentError && error.field === "options",
    );
  }
  for (const odd of [5, null, "x", revoked(), getter("send")]) {
    assert.throws(
      () => new Senders({ ...ACCOUNT, transport: odd }),
      (error) => error instanceof ArgumentError && error.field === "transport",
    );
  }
});

test("an unknown option is shown in part, and the one that was meant is named", async () => {
  for (const [key, meant] of [
    ["auth_token", "authToken"],
    ["BaseURL", "baseUrl"],
    ["max_retries", "maxRetries"],
  ]) {
    const { authToken: _, ...account } = ACCOUNT;
    assert.throws(
      () => new Senders({ ...account, authToken: "0".repeat(32), [key]: 1 }),
      (error) => error.message.endsWith(`did you mean \`${meant}\`?`),
    );
  }
  const long = `+15551234567\n${"x".repeat(1e5)}`;
  assert.throws(
    () => new Senders({ ...ACCOUNT, [long]: 1 }),
    ({ message, field }) => message.length < 800 && field.length < 300 && !/\n|5551234567/.test(message + field),
  );
  for (const call of [
    () => one().fetch(SID, { [long]: 1 }),
    () => one().create({ ...NUMBER, [long]: Symbol("x") }),
    () => one().create({ ...NUMBER, [long]: 1 }),
  ]) {
    const { message } = await rejection(call());
    assert.ok(message.length < 900, message);
  }
  assert.match((await rejection(one().fetch(SID, { timeout_ms: 1 }))).message, /did you mean `timeoutMs`\?$/);
  // The key is shown as it was written.
  const wrong = await rejection(one().fetch(SID, { timeout_ms: 1 }));
  assert.deepEqual([wrong.field, wrong.message], ["timeout_ms", "timeout_ms is not an option of fetch: did you mean `timeoutMs`?"]);
  assert.equal((await rejection(one().fetch(SID, { headers: { x_trace_id: 1 } }))).field, "headers.x_trace_id");
});

test("an option that only this package has, and one of a single method, is meant too", async () => {
  const nothing = () => undefined;
  const meant = async (made, name) => {
    const { message, field } = await rejection(made());
    assert.ok(message.endsWith(`did you mean \`${name}\`?`), message);
    assert.notEqual(field, name);
  };
  const client = (options) => async () => new Senders({ ...ACCOUNT, ...options });
  await meant(client({ onrequest: nothing }), "onRequest");
  await meant(client({ Fetch: nothing }), "fetch");
  await meant(client({ dangerously_allow_browser: true }), "dangerouslyAllowBrowser");
  await meant(() => one().waitUntilOnline(SID, { waitforverification: true }), "waitForVerification");
  await meant(() => one().waitUntilOnline(SID, { onstatus: nothing }), "onStatus");
  await meant(() => one().waitUntilOnline(SID, { attempt_timeout_ms: 5 }), "attemptTimeoutMs");
  await meant(() => one().list({ page_size: 5 }).pages().next(), "pageSize");
  await meant(() => one().delete(SID, { missing_ok: true }), "missingOk");
  await meant(() => one().ensure(NUMBER, { on_token: nothing }), "onToken");
  await meant(() => one().ensureAll([NUMBER], { onresult: nothing }), "onResult");
  await meant(() => one().fetch(SID, { Signal: nothing }), "signal");
  // No caller gives what the package itself gives the core.
  for (const name of ["environment", "product"]) {
    const { message } = await rejection(client({ [name]: "x" })());
    assert.match(message, new RegExp(`^${name} is not an option of the client: it has \`accountSid\``));
    assert.ok(!message.includes(`\`${name}\``) && message.includes("`dangerouslyAllowBrowser`"), message);
  }
});

test("an instance of a class is refused: its fields would be lost, and the environment would count", async () => {
  class Given {
    get accountSid() {
      return ACCOUNT.accountSid;
    }
  }
  for (const options of [new Given(), new Map(Object.entries(ACCOUNT)), new Date(), Object.create(ACCOUNT)]) {
    const made = async () => new Senders(options);
    assert.match((await rejection(made())).message, /^options must be a plain object, got a /);
  }
  const inherited = Object.create({ missingOk: true });
  assert.match((await rejection(one().delete(SID, inherited))).message, /^options must be a plain object/);
  const headers = await rejection(one().fetch(SID, { headers: () => ({ "x-trace": "1" }) }));
  assert.deepEqual([headers.field, headers.message], ["headers", "headers must be an object"]);
  // Without the second method, the end of the call would fail, after the server acted.
  const signal = { aborted: false, addEventListener() {} };
  const { message } = await rejection(one().create(NUMBER, { signal }));
  assert.equal(message, "signal must have a method removeEventListener()");
});

test("a number out of its bounds is named as the caller named it", async () => {
  for (const [made, message] of [
    [() => one().waitUntilOnline(SID, { attemptTimeoutMs: 0 }), "attemptTimeoutMs must be from 1 to 600000, got 0"],
    [
      () => one().waitUntilOnline(SID, { timeoutMs: 1.5 }),
      "timeoutMs must be a whole number that is not negative, got a number that is not whole",
    ],
    [() => one().fetch(SID, { maxRetries: -1 }), "maxRetries must be a whole number that is not negative, got -1"],
    // It may be a phone number.
    [() => one().fetch(SID, { timeoutMs: 15017122661 }), "timeoutMs must be from 1 to 600000"],
    [() => one().fetch(SID, { timeoutMs: () => 5 }), "timeoutMs must be a whole number, got an object"],
  ]) {
    assert.equal((await rejection(made())).message, message);
  }
  const wrong = await rejection(one().create({ ...NUMBER, profile: { name: "N", logoURL: "https://example.com/a.png" } }));
  assert.equal(wrong.message, "profile has no field `logoURL`: did you mean `logoUrl`?");
});

test("a hook is not awaited: the logger gets the reason of its rejected promise, and no call is harmed", async () => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    const odd = async () => {
      throw new Error(`odd\n+15551234567 ${ACCOUNT.authToken}`);
    };
    const lines = [];
    let answers = [503, 202];
    const options = {
      ...ACCOUNT,
      fetch: async () => json(SENDER, answers.shift()),
      clock: quick(),
      onRequest: odd,
      onResponse: odd,
      onWait: odd,
    };
    const logger = { debug: odd, warn: (line) => (lines.push(line), odd()) };
    assert.equal((await new Senders({ ...options, logger }).update(SID, { friendlyName: "F" })).sid, SID);
    answers = [503, 202];
    assert.equal((await new Senders(options).update(SID, { friendlyName: "F" })).sid, SID);
    answers = [202];
    const failing = {
      debug: () => undefined,
      warn: () => {
        throw new Error("odd");
      },
    };
    await new Senders({ ...options, logger: failing }).update(SID, { friendlyName: "F" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const logged = lines.filter((line) => line.includes("failed: "));
    assert.deepEqual(logged.map((line) => line.split(" ")[4]).sort(), ["onRequest", "onRequest", "onResponse", "onResponse", "onWait"]);
    assert.ok(
      logged.every((line) => !/\n|5551234567|0{32}/.test(line) && line.includes("odd")),
      logged[0],
    );
  } finally {
    process.off("unhandledRejection", note);
  }
  assert.deepEqual(unhandled, []);
});
