// A sender's whole life, in process and over every transport to the emulator's server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ACCOUNT, Emulator, nodeHttp, rejection, senders, server } from "./support.mjs";

const { Senders } = senders;

/** Runs one life: created, verified, online, changed, listed page by page, deleted. */
async function life(client, number) {
  const senderId = `whatsapp:+1555${number}`;
  const created = await client.create({ senderId, profile: { name: "Example" }, configuration: { wabaId: "1" } });
  assert.equal(created.status, "CREATING");
  const needed = await rejection(client.waitUntilOnline(created.sid));
  assert.ok(needed instanceof senders.VerificationRequiredError && needed instanceof senders.WaitError);
  assert.equal(needed.sender.status, "PENDING_VERIFICATION");
  const refused = await rejection(client.verify(created.sid, "000000"));
  assert.deepEqual([refused.name, refused.code, refused.status], ["InvalidRequestError", 63113, 400]);
  await client.verify(created.sid, "123456");
  const seen = [];
  const online = await client.waitUntilOnline(created.sid, {
    onStatus: ({ status, token }) => seen.push([status, token.includes(created.sid)]),
  });
  assert.equal(online.status, "ONLINE");
  assert.ok(seen.length > 0 && seen.every(([, resumable]) => resumable) && seen.at(-1)[0] === "ONLINE");
  await client.update(created.sid, { webhook: { callbackUrl: "https://a.example" }, profile: { about: "Hi", vertical: null } });
  const { data, status, headers, requestId } = await client.fetch(created.sid).withResponse();
  assert.deepEqual([data.webhook.callbackUrl, data.profile.about, status], ["https://a.example", "Hi", 200]);
  assert.equal(headers.get("T-Request-Id"), requestId);
  const found = await client.ensure({ senderId, profile: { name: "Other" } });
  assert.deepEqual([found.resolution, found.sender.sid, found.differences], ["found", created.sid, ["profile.name"]]);
  for (let at = 0; at < 5; at += 1) await client.create({ senderId: `${senderId}${at}`, profile: { name: "N" } });
  const sids = [];
  for await (const sender of client.list({ pageSize: 2 })) sids.push(sender.sid);
  assert.ok(new Set(sids).size === sids.length && sids.length >= 6 && sids.includes(created.sid));
  const pages = [];
  for await (const page of client.list({ pageSize: 2, limit: 5 }).pages()) pages.push(page);
  assert.deepEqual(
    pages.map((page) => page.senders.length),
    [2, 2, 1],
  );
  assert.deepEqual(
    pages.map((page) => typeof page.nextToken),
    ["string", "string", "undefined"],
  );
  assert.deepEqual(
    (await client.list({ token: pages[0].nextToken })).senders.map(({ sid }) => sid),
    sids.slice(2, 4),
  );
  assert.deepEqual(
    (await client.list({ pageSize: 3 })).senders.map(({ sid }) => sid),
    sids.slice(0, 3),
  );
  assert.deepEqual(
    (await client.list({ pageSize: 4 }).toArray()).map(({ sid }) => sid),
    sids,
  );
  assert.equal(await client.delete(created.sid), undefined);
  await client.delete(created.sid, { missingOk: true });
  const gone = await rejection(client.fetch(created.sid));
  assert.ok(gone instanceof senders.NotFoundError && gone instanceof senders.ApiError && gone.code === 20404);
}

test("in process, with no time passing", async () => {
  const emulator = await Emulator.create({ "step-ms": 60_000 });
  const started = performance.now();
  await life(new Senders(emulator.options()), "7000001");
  assert.ok(emulator.nowMs > 60_000, "the virtual clock went on");
  assert.ok(performance.now() - started < 5_000, "and the real one hardly");
  assert.ok(emulator.journal().length > 10 && emulator.journal().every(({ headers }) => !JSON.stringify(headers).includes("MDAwMDAw")));
});

test("by a clock of one's own", async () => {
  let now = 5_000;
  const slept = [];
  const clock = {
    monotonicMs: () => now,
    unixMs: () => 1_000_000 + now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    limit: () => () => undefined,
  };
  const emulator = await Emulator.create({ "step-ms": 60_000 }, { clock });
  assert.deepEqual([emulator.nowMs, emulator.unixMs], [0, 1_005_000]);
  const client = new Senders(emulator.options());
  const created = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "Example" } });
  // Time passes only by that clock: while it stops, nothing happens to the sender.
  assert.deepEqual([(await client.fetch(created.sid)).status, emulator.nowMs], ["CREATING", 0]);
  // A delayed response is delayed on that clock.
  emulator.inject({ fault: "stall-before-head", params: { ms: 3_000 } });
  await client.fetch(created.sid);
  assert.deepEqual([slept, emulator.nowMs], [[3_000], 3_000]);
  now += 600_000;
  assert.equal((await client.fetch(created.sid)).status, "ONLINE");
  emulator.advance(1_000);
  assert.deepEqual([emulator.nowMs, emulator.unixMs], [604_000, 1_609_000]);
});

let running;
before(async () => {
  running = await server("--instant");
});
after(() => running?.stop());

const TRANSPORTS = {
  "gloo-net": () => ({}),
  "injected fetch": () => ({ fetch: (url, init) => fetch(url, init) }),
  "node:http": () => ({ transport: nodeHttp() }),
};
for (const [at, [name, options]] of Object.entries(TRANSPORTS).entries()) {
  test(`over ${name} to the server`, async () => {
    const more = options();
    const events = [];
    const client = new Senders({
      ...ACCOUNT,
      ...more,
      baseUrl: running.baseUrl,
      onRequest: (event) => events.push(["request", event]),
      onResponse: (event) => events.push(["response", event]),
      onWait: (event) => events.push(["wait", event]),
    });
    await life(client, `71${at}0001`);
    const [first, second] = events;
    assert.equal(first[0], "request");
    assert.deepEqual([first[1].operation, first[1].attempt, first[1].method], ["create", 1, "POST"]);
    assert.equal(second[0], "response");
    assert.equal(second[1].status, 202);
    assert.match(second[1].requestId, /^RQ/);
    assert.ok(second[1].durationMs >= 0 && second[1].call === first[1].call);
    assert.ok(!JSON.stringify(events).match(/0{32}/), "no secret in an event");
    more.transport?.close();
  });
}

test("pages of 1000 come whole over every transport", async () => {
  const seeded = await fetch(`${running.baseUrl}/_emulator/seed`, { method: "POST", body: '{"count":1500}' });
  assert.ok(seeded.ok);
  const lists = [];
  for (const options of Object.values(TRANSPORTS)) {
    const more = options();
    lists.push(await new Senders({ ...ACCOUNT, ...more, baseUrl: running.baseUrl }).list().toArray());
    more.transport?.close();
  }
  assert.ok(lists[0].length >= 1500);
  assert.deepStrictEqual(lists[1], lists[0]);
  assert.deepStrictEqual(lists[2], lists[0]);
});

test("calls at the same time do not get in each other's way", async () => {
  const client = new Senders({ ...ACCOUNT, baseUrl: running.baseUrl });
  const { senders: some } = await client.list({ pageSize: 50 });
  const got = await Promise.all(some.map(({ sid }) => client.fetch(sid)));
  assert.deepEqual(
    got.map(({ sid }) => sid),
    some.map(({ sid }) => sid),
  );
});
