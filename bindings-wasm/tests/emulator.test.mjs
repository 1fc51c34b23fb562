// The emulator as an object: its changes and views for tests, and its waits in a runtime that lacks something.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Emulator, rejection, senders } from "./support.mjs";

const { Senders } = senders;
const NUMBER = { senderId: "whatsapp:+15557000001", profile: { name: "Example" } };

test("a sender is changed without a request", async () => {
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create(NUMBER);
  emulator.changeSender(sid, { status: "DRAFT", messagingLimit: 1000, qualityRating: null });
  const { status, properties } = await client.fetch(sid);
  assert.deepEqual([status, properties.messagingLimit, properties.qualityRating], ["DRAFT", 1000, null]);
  emulator.changeSender(sid, { offlineReasons: [63104, { code: "410", message: "gone", moreInfo: "https://a.example" }, null] });
  const { sender } = await rejection(client.waitUntilOnline(sid));
  assert.deepEqual(
    [sender.status, sender.offlineReasons.map((reason) => reason?.code), sender.offlineReasons[1].moreInfo],
    ["OFFLINE", ["63104", "410", undefined], "https://a.example"],
  );
  emulator.changeSender(sid, { status: "ONLINE", forMs: 1000, hideFromListMs: 1000, pendingDisplayName: "Other" });
  assert.deepEqual([(await client.list()).senders, (await client.fetch(sid)).pendingDisplayName], [[], "Other"]);
  emulator.advance(1000);
  assert.equal((await client.list()).senders.length, 1);
  for (const [given, change] of [
    [sid, { forMs: 1 }],
    [sid, { colour: 1 }],
    ["XE1", { status: "ONLINE" }],
  ]) {
    assert.throws(() => emulator.changeSender(given, change), Error);
  }
});

test("ids are counted, and codes that are waited for", async () => {
  const emulator = await Emulator.create({ "step-ms": 0 });
  const client = new Senders(emulator.options());
  const { sid } = await client.create(NUMBER);
  await rejection(client.waitUntilOnline(sid));
  await rejection(client.verify(sid, "000000"));
  assert.deepEqual(emulator.senderIds(), [{ senderId: NUMBER.senderId, senders: 1, created: 1, sids: [sid] }]);
  assert.deepEqual(emulator.waitingCodes(), [{ sid, senderId: NUMBER.senderId, verificationMethod: "sms", codesSent: 1, wrongCodes: 1 }]);
  await client.verify(sid, "123-456");
  assert.deepEqual(emulator.waitingCodes(), []);
  await client.delete(sid);
  assert.deepEqual(emulator.senderIds(), [{ senderId: NUMBER.senderId, senders: 0, created: 1, sids: [] }]);
});

test("it waits where there are no messages, or no timers either", async () => {
  const { MessageChannel: channel, setTimeout: timer } = globalThis;
  const { getBuiltinModule: own } = process;
  class Broken {
    constructor() {
      throw new Error("not here");
    }
  }
  for (const [name, put] of [
    ["as in Next.js's edge runtime", { MessageChannel: undefined }],
    ["broken messages", { MessageChannel: Broken }],
    ["no timers", { MessageChannel: undefined, setTimeout: undefined }],
  ]) {
    const emulator = await Emulator.create();
    try {
      process.getBuiltinModule = () => {
        throw new Error("A Node.js API is used (process.getBuiltinModule) which is not supported in the Edge Runtime.");
      };
      Object.assign(globalThis, put);
      const client = new Senders(emulator.options());
      const { sid } = await client.create({ ...NUMBER, senderId: "whatsapp:+15550100001" });
      assert.equal((await client.waitUntilOnline(sid)).status, "ONLINE", name);
    } finally {
      Object.assign(globalThis, { MessageChannel: channel, setTimeout: timer });
      process.getBuiltinModule = own;
    }
  }
});
