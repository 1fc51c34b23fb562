// Data from responses can be sent back: whole, with changes, in copies, and in parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ACCOUNT, SID, json, rejection, senders } from "./support.mjs";

const { Senders } = senders;
const READ = {
  sid: SID,
  status: "ONLINE",
  sender_id: "whatsapp:+15017122661",
  configuration: { waba_id: "1", verification_method: "sms", verification_code: null, future: 1 },
  webhook: { callback_url: "https://a.example", callback_method: "GET", status_callback_method: null },
  profile: {
    name: "N",
    about: null,
    emails: ["a@example.com"],
    websites: [{ website: "https://a.example", label: null, checked_on: "today" }],
    later_on: { some_words: [{ some_more: null, n: 1.5 }] },
  },
};

/** Makes a client that always gets the response READ (or a page of it), and returns it with the bodies that it sent. */
function client(read = READ) {
  const bodies = [];
  const fetch = async (url, { method, body }) => {
    if (body) bodies.push(JSON.parse(body));
    return json(method === "GET" && !url.includes("XE") ? { senders: [read], meta: {} } : read);
  };
  return { api: new Senders({ ...ACCOUNT, fetch, maxRetries: 0 }), bodies };
}

test("a section that was read goes back as it came, without its nulls", async () => {
  const { api, bodies } = client();
  const { configuration, webhook, profile } = await api.fetch(SID);
  await api.update(SID, { configuration });
  await api.update(SID, { webhook, profile });
  await api.create({ senderId: READ.sender_id, configuration, profile });
  assert.deepEqual(Object.keys(bodies[0].configuration), ["waba_id", "verification_method", "future"]);
  const sent = {
    configuration: { waba_id: "1", verification_method: "sms", future: 1 },
    webhook: { callback_url: "https://a.example", callback_method: "GET" },
    profile: {
      name: "N",
      emails: ["a@example.com"],
      websites: [{ website: "https://a.example", checked_on: "today" }],
      later_on: { some_words: [{ n: 1.5 }] },
    },
  };
  assert.deepEqual(bodies, [
    { configuration: sent.configuration },
    { webhook: sent.webhook, profile: sent.profile },
    { sender_id: READ.sender_id, configuration: sent.configuration, profile: sent.profile },
  ]);
});

test("any read section: of an update, a wait, an error, a batch", async () => {
  const { api, bodies } = client();
  const read = [await api.update(SID, { friendlyName: "F" })];
  read.push(await api.waitUntilOnline(SID, { onStatus: ({ sender }) => read.push(sender) }));
  read.push((await api.ensure({ senderId: READ.sender_id })).sender);
  await api.ensureAll([{ senderId: READ.sender_id }], { onResult: ({ ensured }) => read.push(ensured.sender) });
  const offline = client({ ...READ, status: "OFFLINE", offline_reasons: [{ code: "63100" }] });
  read.push((await rejection(offline.api.waitUntilOnline(SID))).sender);
  bodies.length = 0;
  for (const { configuration, webhook } of read) await api.update(SID, { configuration, webhook });
  assert.equal(read.length, 6);
  assert.deepEqual(new Set(bodies.map((body) => JSON.stringify(body))).size, 1);
  assert.deepEqual([bodies.length, bodies[0].configuration.future, bodies[0].webhook.callback_method], [6, 1, "GET"]);
});

test("senders of a listing are too many to be marked: their sections are as copies", async () => {
  const { api, bodies } = client();
  const read = [(await api.list()).senders[0], (await api.list().toArray())[0]];
  for await (const sender of api.list()) read.push(sender);
  for (const { configuration, profile } of read) await api.update(SID, { configuration, profile: { ...profile, emails: [] } });
  assert.deepEqual(
    bodies.map(({ configuration }) => configuration),
    Array(3).fill(READ.configuration),
  );
  assert.deepEqual(bodies[0].profile.later_on, { some_words: [{ n: 1.5 }] });
});

test("parts of it: a list, the items of a list among others", async () => {
  const { api, bodies } = client();
  const { profile } = await api.fetch(SID);
  await api.update(SID, { profile: { emails: profile.emails } });
  await api.update(SID, { profile: { websites: [...profile.websites, { website: "https://b.example", label: null }] } });
  assert.deepEqual(
    bodies.map((body) => body.profile),
    [
      { emails: ["a@example.com"] },
      {
        websites: [
          { website: "https://a.example", checked_on: "today" },
          { website: "https://b.example", label: null },
        ],
      },
    ],
  );
  const wrong = api.update(SID, { profile: { websites: [...profile.websites, { website: "https://b.example", lable: "B" }] } });
  assert.equal((await rejection(wrong)).field, "profile.websites[1]");
});

test("what was changed in it: null clears, new lists are checked", async () => {
  const { api, bodies } = client();
  const { profile } = await api.fetch(SID);
  profile.name = "M";
  delete profile.laterOn;
  profile.address = null;
  profile.websites.push({ website: "https://b.example" });
  profile.emails = null;
  await api.update(SID, { profile });
  assert.deepEqual(bodies[0].profile, {
    name: "M",
    address: null,
    emails: null,
    websites: [{ website: "https://a.example", checked_on: "today" }, { website: "https://b.example" }],
  });
  profile.emails = [{ email: "a@example.com", lable: "L" }];
  assert.equal((await rejection(api.update(SID, { profile }))).field, "profile.emails[0]");
});

test("a copy is checked as what a person wrote, except the fields that the server has", async () => {
  const { api, bodies } = client();
  const { configuration, webhook, profile } = await api.fetch(SID);
  await api.update(SID, { configuration: { ...configuration, verificationMethod: "voice" } });
  await api.update(SID, { profile: { ...profile, name: "M" } });
  await api.update(SID, { configuration: JSON.parse(JSON.stringify(configuration)) });
  assert.deepEqual(bodies, [
    { configuration: { waba_id: "1", verification_method: "voice", verification_code: null, future: 1 } },
    {
      profile: {
        name: "M",
        about: null,
        emails: ["a@example.com"],
        websites: [{ website: "https://a.example", checked_on: "today" }],
        later_on: { some_words: [{ n: 1.5 }] },
      },
    },
    { configuration: READ.configuration },
  ]);
  for (const [changes, field] of [
    [{ webhook: { ...webhook, fallbackMethod: "GET" } }, "webhook.fallbackMethod"],
    [{ webhook: { futures: 1 } }, "webhook"],
    // Another section has a field with this name.
    [{ profile: { email: "a@example.com" } }, "profile"],
    [{ profile: { status: "ONLINE" } }, "profile"],
    [{ configuration: { ...configuration, wabaID: "2" } }, "configuration"],
    [{ configuration: { ...configuration, wabaId: 2 } }, "configuration.wabaId"],
    // Of another section.
    [{ webhook: configuration }, "webhook"],
  ]) {
    assert.equal((await rejection(api.update(SID, changes))).field, field);
  }
});

test("a copy may have every value that the server sent in the field, of whatever kind", async () => {
  const odd = {
    ...READ,
    configuration: { waba_id: 5, verification_method: true, voice_application_sid: { a: [1] }, account_type: "Odd" },
    profile: {
      name: "N",
      emails: ["a@example.com", { email: 1, label: false }, null],
      websites: [{ website: 5, label: [1], rank: 1 }],
      phone_numbers: "none",
      logo_url: "x".repeat(3000),
    },
  };
  const { api, bodies } = client(odd);
  const read = await api.fetch(SID);
  for (const copy of [({ ...it }) => it, structuredClone, (it) => JSON.parse(JSON.stringify(it))]) {
    bodies.length = 0;
    const { configuration, webhook, profile } = read;
    await api.update(SID, { configuration: copy(configuration), webhook: copy(webhook), profile: { ...copy(profile), name: "M" } });
    assert.deepEqual(bodies, [{ configuration: odd.configuration, webhook: READ.webhook, profile: { ...odd.profile, name: "M" } }]);
  }
  // Not in another field, and no other value.
  for (const [changes, field] of [
    [{ configuration: { verificationCode: 5 } }, "configuration.verificationCode"],
    [{ configuration: { wabaId: 6 } }, "configuration.wabaId"],
    [{ profile: { websites: [{ website: 5, label: [2] }] } }, "profile.websites[0].label"],
    [{ profile: { emails: ["b@example.com"] } }, "profile.emails[0]"],
  ]) {
    assert.equal((await rejection(api.update(SID, changes))).field, field);
  }
});

test("both formats of the package know what the other has read", async () => {
  const { createRequire } = await import("node:module");
  const other = createRequire(import.meta.url)("../npm/dist/cjs/node.js").Senders;
  assert.notEqual(other, Senders);
  for (const [One, Two] of [
    [Senders, other],
    [other, Senders],
  ]) {
    const bodies = [];
    const odd = { ...READ, profile: { ...READ.profile, only_here: One === Senders ? 1 : 2 } };
    const fetch = async (_, { body }) => (body && bodies.push(JSON.parse(body)), json(odd));
    const [one, two] = [One, Two].map((Class) => new Class({ ...ACCOUNT, fetch, maxRetries: 0 }));
    const { webhook, profile } = await one.fetch(SID);
    await two.update(SID, { webhook, profile });
    await two.update(SID, { webhook: { ...webhook }, profile: { ...profile } });
    assert.deepEqual(bodies[0].webhook, { callback_url: "https://a.example", callback_method: "GET" });
    assert.equal(bodies[0].profile.only_here, odd.profile.only_here);
    assert.deepEqual(bodies[1].webhook, READ.webhook);
  }
});

test("what an update did not echo is not there, and no copy of it clears anything", async () => {
  const { api, bodies } = client();
  const updated = await api.update(SID, { webhook: { callbackUrl: "https://a.example" } });
  assert.deepEqual(Object.keys(updated.webhook), ["callbackUrl", "callbackMethod"]);
  assert.ok(!("about" in updated.profile) && !("verificationCode" in updated.configuration));
  await api.update(SID, { webhook: { ...updated.webhook }, profile: { ...updated.profile, emails: null } });
  const websites = [{ website: "https://a.example", checked_on: "today" }];
  assert.deepEqual(bodies.at(-1).webhook, { callback_url: "https://a.example", callback_method: "GET" });
  assert.deepEqual(bodies.at(-1).profile, { name: "N", emails: null, websites, later_on: { some_words: [{ n: 1.5 }] } });
  // Written by a person, null is null.
  updated.profile.about = null;
  await api.update(SID, { profile: updated.profile });
  assert.equal(bodies.at(-1).profile.about, null);
});

test("nothing of the mark is seen, and the mark of the wire is refused", async () => {
  const { api } = client();
  const { profile } = await api.fetch(SID);
  const plain = structuredClone(profile);
  assert.deepStrictEqual(profile, plain);
  assert.deepEqual(Reflect.ownKeys(profile), Reflect.ownKeys(plain));
  assert.equal(inspect(profile, { showHidden: true, depth: 9 }), inspect(plain, { showHidden: true, depth: 9 }));
  for (const changes of [
    { $received: {} },
    { profile: { $received: "{}" } },
    { profile: { $received: { name: 1 } } },
    { profile: { emails: { $received: [] } } },
    { profile: { emails: [{ $received: {} }] } },
    { profile: Object.assign(profile, { $received: {} }) },
  ]) {
    const error = await rejection(api.update(SID, changes));
    assert.ok(error.kind === "invalid_argument" && /\$received/.test(error.message), error.message);
  }
});

test("nothing is changed in silence: a name in camelCase stays, a number that was rounded is refused", async () => {
  const read = { ...READ, profile: { name: "N", fooBar: 1, future_words: { someWord: 1, half: 1.5 } } };
  const { api, bodies } = client(read);
  const { profile } = await api.fetch(SID);
  await api.update(SID, { profile });
  await api.update(SID, { profile: { ...profile } });
  assert.deepEqual(bodies, [{ profile: read.profile }, { profile: read.profile }]);
  const large = new Senders({
    ...ACCOUNT,
    maxRetries: 0,
    fetch: async () => new Response(`{"sid":"${SID}","status":"ONLINE","profile":{"name":"N","bigId":12345678901234567890}}`),
  });
  const error = await rejection(large.update(SID, { profile: (await large.fetch(SID)).profile }));
  assert.equal(error.field, "profile.bigId");
  assert.match(error.message, /must be a number that JavaScript holds exactly/);
});
