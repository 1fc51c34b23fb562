// The WebAssembly instance dies while calls are running: no create is forgotten, and every error says how to continue.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCOUNT, SID, internals, json, rejection, senders } from "./support.mjs";

const { InternalError, Senders } = senders;
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
const SENDER = { sid: SID, status: "CREATING", sender_id: NUMBER.senderId };
/** Lets other work run until a POST was sent. */
const posted = async ({ sent }) => {
  while (sent.at(-1) !== "POST") await new Promise((resolve) => setImmediate(resolve));
};

/** Makes a client on a clock that jumps, and a server that does not respond to a POST until the test says so. */
function world({ lists = [] } = {}) {
  const it = { now: 1_000, slept: 0, sent: [], answers: false, there: [] };
  const clock = {
    monotonicMs: () => it.now,
    unixMs: () => it.now,
    sleep: async (ms) => {
      it.slept += ms;
      it.now += ms;
    },
    limit: () => () => undefined,
  };
  const fetch = async (url, { method }) => {
    it.sent.push(method);
    if (method === "POST") return it.answers ? json(SENDER, 202) : new Promise(() => undefined);
    return json({ senders: lists.shift() ?? it.there, meta: {} });
  };
  it.client = new Senders({ ...ACCOUNT, clock, fetch, timeoutMs: 1_000 });
  return it;
}

test("a create that was out is looked for by a later ensure, over the whole time a listing may be late", async () => {
  const it = world();
  const out = rejection(it.client.create(NUMBER));
  await posted(it);
  await rejection(internals.panic());
  const error = await out;
  assert.ok(error instanceof InternalError && error.mayHaveExecuted, String(error));
  assert.deepEqual([error.senderId, error.resumeToken], [NUMBER.senderId, undefined]);
  assert.match(error.nextStep, /`ensure`/);
  it.sent.length = 0;
  it.answers = true;
  assert.equal((await it.client.ensure(NUMBER)).resolution, "created");
  assert.ok(it.slept >= 11_900, `${it.slept} ms`);
  assert.match(it.sent.join(), /^(GET,){5,}POST$/);
});

test("and found, as what it is: one whose outcome was not known", async () => {
  const it = world({ lists: [[], [], [SENDER]] });
  const out = rejection(it.client.create(NUMBER));
  await posted(it);
  await rejection(internals.panic());
  await out;
  it.answers = true;
  const [found] = await it.client.ensureAll([NUMBER]);
  assert.equal(found.ensured.resolution, "reconciled");
  assert.equal(it.sent.filter((method) => method === "POST").length, 1);
});

test("an ensure and a batch that were out: their errors have the token, without a callback too", async () => {
  for (const [name, run] of Object.entries({
    ensure: (client, options) => client.ensure(NUMBER, options),
    ensureAll: (client, options) => client.ensureAll([NUMBER, { ...NUMBER, senderId: "whatsapp:+15017122662" }], options),
  })) {
    for (const heard of [true, false]) {
      const it = world();
      const tokens = [];
      const out = rejection(run(it.client, heard ? { onToken: (token) => tokens.push(token) } : undefined));
      await posted(it);
      await rejection(internals.panic());
      const error = await out;
      assert.ok(error instanceof InternalError, String(error));
      assert.equal(typeof error.resumeToken, "string", name);
      if (heard) assert.deepEqual(tokens, [error.resumeToken]);
      assert.match(error.nextStep, /resumeToken/);
      assert.equal(error.senderId, name === "ensure" ? NUMBER.senderId : undefined);
      assert.ok(!String(error).includes("5017122661"));
      // The same client continues, with the token and without it.
      it.there = [SENDER];
      it.sent.length = 0;
      const token = name === "ensure" ? error.resumeToken : undefined;
      assert.equal((await it.client.ensure(NUMBER, { token })).resolution, "reconciled", name);
      assert.deepEqual(it.sent, ["GET"]);
    }
  }
});

test("a create that was aborted or ended a moment before is remembered too, one that was refused is not", async () => {
  for (const [what, end, waits] of [
    ["aborted", (it, call, controller) => (controller.abort(new Error("left")), rejection(call)), true],
    ["answered", (it, call) => call, true],
    ["refused", (it, call) => rejection(call), false],
  ]) {
    const it = world();
    const controller = new AbortController();
    it.answers = what === "answered";
    const options = { signal: controller.signal };
    const call = what === "refused" ? it.client.create({ ...NUMBER, senderId: "nothing" }, options) : it.client.create(NUMBER, options);
    call.catch(() => undefined);
    if (what !== "refused") await posted(it);
    await end(it, call, controller);
    await rejection(internals.panic());
    it.answers = true;
    it.slept = 0;
    await it.client.ensure(NUMBER);
    assert.equal(it.slept >= 11_900, waits, `${what}: ${it.slept} ms`);
  }
});

test("what is known to one instance after another is forgotten in its time", async () => {
  const it = world();
  const out = rejection(it.client.create(NUMBER));
  await posted(it);
  for (let times = 0; times < 3; times += 1) {
    await rejection(internals.panic());
    // Another call opens the client in the new instance.
    await it.client.list();
  }
  await out;
  it.answers = true;
  it.now += 14_000;
  it.slept = 0;
  assert.equal((await it.client.ensure(NUMBER)).resolution, "created");
  assert.equal(it.slept, 0);
});
