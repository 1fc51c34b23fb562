// The data on the wire, in both directions: names at every depth, three states, bytes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCOUNT, SID, json, rejection, scripted, senders } from "./support.mjs";

const { Senders } = senders;

/** Every documented field of a request, as JavaScript and as the API write it. */
const REQUEST = {
  senderId: "whatsapp:+15017122661",
  friendlyName: "Front desk",
  configuration: {
    wabaId: "1",
    verificationMethod: "voice",
    verificationCode: "123456",
    voiceApplicationSid: `AP${"a".repeat(32)}`,
    accountType: "",
  },
  webhook: {
    callbackUrl: "https://a.example",
    callbackMethod: "POST",
    fallbackUrl: null,
    fallbackMethod: "PUT",
    statusCallbackUrl: "https://b.example",
    statusCallbackMethod: "POST",
  },
  profile: {
    name: "Näme 😀",
    about: null,
    logoUrl: "https://l.example",
    bannerUrl: "",
    privacyUrl: "p",
    termsOfServiceUrl: "t",
    accentColor: "#1f6feb",
    websites: [{ website: "https://w.example", label: "waba_id" }],
    emails: [{ email: "a@b.c", label: null }],
    phoneNumbers: [{ phoneNumber: "+1", label: "x" }],
    useCase: "OTP",
  },
};
const WIRE =
  '{"sender_id":"whatsapp:+15017122661","friendly_name":"Front desk","configuration":{"waba_id":"1",' +
  '"verification_method":"voice","verification_code":"123456","voice_application_sid":"APaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",' +
  '"account_type":""},"webhook":{"callback_url":"https://a.example","callback_method":"POST","fallback_url":null,' +
  '"fallback_method":"PUT","status_callback_url":"https://b.example","status_callback_method":"POST"},"profile":{"name":"Näme 😀",' +
  '"about":null,"logo_url":"https://l.example","banner_url":"","privacy_url":"p","terms_of_service_url":"t",' +
  '"accent_color":"#1f6feb","websites":[{"website":"https://w.example","label":"waba_id"}],"emails":[{"email":"a@b.c","label":null}],' +
  '"phone_numbers":[{"phone_number":"+1","label":"x"}],"use_case":"OTP"}}';

test("a request has the wire's names at every depth, null as null and nothing for undefined", async () => {
  const { fetch, asked } = scripted({ sid: SID, status: "CREATING" });
  const client = new Senders({ ...ACCOUNT, fetch });
  await client.create({ ...REQUEST, profile: { ...REQUEST.profile, description: undefined, vertical: undefined } });
  assert.equal(asked[0].url, "https://messaging.twilio.com/v2/Channels/Senders");
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].redirect, "manual");
  assert.equal(asked[0].body, WIRE);
  const headers = Object.fromEntries(asked[0].headers);
  assert.equal(headers.Authorization, `Basic ${Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString("base64")}`);
  assert.match(headers["User-Agent"], /^senders-js\/\d+\.\d+\.\d+$/);
  await client.update(SID, { webhook: null, profile: { about: null, name: undefined } });
  assert.equal(asked[1].body, '{"webhook":null,"profile":{"about":null}}');
  await client.verify(SID, "123456");
  assert.equal(asked[2].body, '{"configuration":{"verification_code":"123456"}}');
});

test("what comes back has JavaScript's names at every depth and is plain", async () => {
  const wire = `{"sid":"${SID}","status":"NEW:ONE","friendly_name":"a_b","new_field":{"inner_field":[{"deep_est":1.5,"x1_y2":null}]},
    "__proto__":{"polluted_by":true},"constructor":"c","odd__key":1,"_lead":2,"trail_":3,"line_2":4,"X-Y_z":5,"mixedCase":6,
    "profile":{"name":"Näme \\ud83d\\ude00 \\u00e9 \\"q\\"\\\\","websites":[{"website":"w","a_new":"b_c"}],"emails":null},
    "offline_reasons":[{"code":"63104","more_info":"https://x"}], "compliance":{"countries":[{"registration_sid":"r","carriers":[{"name":"n"}]}]}}`;
  const client = new Senders({ ...ACCOUNT, fetch: scripted(() => json(wire)).fetch });
  const sender = await client.fetch(SID);
  const expected =
    JSON.parse(`{"sid":"${SID}","status":"NEW:ONE","friendlyName":"a_b","newField":{"innerField":[{"deepEst":1.5,"x1Y2":null}]},
    "__proto__":{"pollutedBy":true},"constructor":"c","odd__key":1,"_lead":2,"trail_":3,"line_2":4,"X-Y_z":5,"mixedCase":6,
    "profile":{"name":"Näme 😀 é \\"q\\"\\\\","websites":[{"website":"w","aNew":"b_c"}],"emails":null},
    "offlineReasons":[{"code":"63104","moreInfo":"https://x"}],"compliance":{"countries":[{"registrationSid":"r","carriers":[{"name":"n"}]}]}}`);
  assert.deepStrictEqual(sender, expected);
  assert.ok(Object.hasOwn(sender, "__proto__") && Object.getPrototypeOf(sender) === Object.prototype);
  assert.equal({}.pollutedBy, undefined);
  assert.deepStrictEqual(JSON.parse(JSON.stringify(sender)), expected);
  const { __proto__: _, ...without } = expected;
  assert.deepStrictEqual(structuredClone(without), without);
});

test("a sender that was read goes back as it was", async () => {
  const { fetch, asked } = scripted(() => json(WIRE.replace("{", `{"sid":"${SID}","status":"ONLINE",`)));
  const client = new Senders({ ...ACCOUNT, fetch });
  const { sid, status, ...sections } = await client.fetch(SID);
  assert.equal(`${sid} ${status}`, `${SID} ONLINE`);
  await client.create(sections);
  const sent = WIRE.replaceAll(/"(fallback_url|about)":null,|,"label":null/g, "");
  assert.ok(asked[1].body === sent && !sent.includes("null"), asked[1].body);
});

test("a large page is one list in the server's order, cut at the limit", async () => {
  const about = 'é_ü 😀 \\"'.repeat(40);
  const wire = Array.from({ length: 300 }, (_, at) => ({
    sid: SID,
    status: "ONLINE",
    sender_id: `n${at}`,
    profile: { about, emails: [at, null] },
  }));
  const expected = wire.map(({ sender_id, ...rest }) => ({ ...rest, senderId: sender_id }));
  const link = "https://x.example/?PageToken=é";
  const client = new Senders({
    ...ACCOUNT,
    fetch: scripted(() => json(JSON.stringify({ senders: wire, meta: { next_page_url: link } }, null, 1))).fetch,
  });
  for (const limit of [undefined, 299, 150, 60, 1]) {
    const { senders: got, nextToken, ...none } = await client.list({ limit });
    assert.deepStrictEqual(got, expected.slice(0, limit));
    assert.deepStrictEqual([typeof nextToken, none], [limit === undefined ? "string" : "undefined", {}]);
  }
});

test("every character is read right at every place of a string, and no control character or odd byte is let through", async () => {
  const bodies = [];
  const client = new Senders({ ...ACCOUNT, maxRetries: 0, fetch: async () => new Response(bodies.shift()) });
  const odd = [...Array.from({ length: 224 }, (_, at) => String.fromCharCode(at + 32)), "\n\u0000", "€", "😀", "\u2028", "\ud800"];
  const values = odd.flatMap((text) => Array.from({ length: 34 }, (_, at) => "x".repeat(at) + text + "y".repeat(33 - at)));
  bodies.push(JSON.stringify({ sid: SID, status: "ONLINE", values }));
  assert.deepStrictEqual((await client.fetch(SID)).values, values);
  for (const bytes of [
    ...Array.from({ length: 32 }, (_, at) => [at]),
    [0x80],
    [0xff],
    [0xc3],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ]) {
    for (const place of [0, 1, 15, 16, 17, 31]) {
      const string = [...Array(place).fill(120), ...bytes, 121, 121];
      bodies.push(Buffer.concat([Buffer.from(`{"sid":"${SID}","status":"ONLINE","a":"`), Buffer.from(string), Buffer.from('"}')]));
      await assert.rejects(client.fetch(SID), { kind: "invalid_response" }, `${bytes} at ${place}`);
    }
  }
});

test("a page is walked, whatever its bytes are split into", async () => {
  const page = {
    senders: Array.from({ length: 40 }, (_, at) => ({ sid: SID, status: "ONLINE", sender_id: `é${at}😀` })),
    meta: { next_page_url: null },
  };
  const bytes = Buffer.from(JSON.stringify(page));
  for (const size of [1, 7, 1000]) {
    const body = new ReadableStream({
      start: (controller) => {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
        controller.close();
      },
    });
    const client = new Senders({ ...ACCOUNT, fetch: async () => new Response(body) });
    const { senders: got, nextToken } = await client.list();
    assert.deepStrictEqual(
      got.map((sender) => sender.senderId),
      page.senders.map((sender) => sender.sender_id),
    );
    assert.equal(nextToken, undefined);
  }
});

test("depth of any kind is no trouble", async () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const client = new Senders({ ...ACCOUNT, fetch: scripted(() => json(`{"sid":"${SID}","status":"ONLINE","deep_one":${deep}}`)).fetch });
  const sender = await client.fetch(SID);
  assert.ok(Array.isArray(sender.deepOne));
});

const MISTAKES = [
  [{ senderId: "whatsapp:15551234567" }, "senderId", /^senderId must look like whatsapp:\+15551234567 or rcs:agent, got `whatsapp:\*+67`$/],
  [{ senderId: undefined }, "senderId", /^senderId must be given$/],
  [{ profile: { emails: [{ email: 42 }] } }, "profile.emails[0].email", /must be text, got 42$/],
  [{ profile: { emails: [{ email: "a" }, undefined] } }, "profile.emails[1]", /^profile.emails\[1\] must be plain data, got a undefined$/],
  [{ configuration: { waba_id: "1" } }, "configuration", /^configuration has no field `waba_id`: did you mean `wabaId`\?$/],
  [{ profile: { websites: [{ label_: "x" }] } }, "profile.websites[0]", /has no field `label_`: did you mean `label`\?$/],
  [{ sender_id: "x" }, "the request", /has no field `sender_id`: did you mean `senderId`\?$/],
  [
    { configuration: { verificationMethod: "some_fax" } },
    "configuration.verificationMethod",
    /must be one of `sms`, `voice`, got `some_fax`$/,
  ],
  [{ profile: { name: () => 1 } }, "profile.name", /must be plain data, got a function$/],
  [{ profile: { name: NaN } }, "profile.name", /must be a number that JavaScript holds exactly, got NaN$/],
  [{ profile: new Map() }, "profile", /must be a plain object, got a Map$/],
  [{ profile: { name: 10n } }, "profile.name", /must be plain data, got a bigint$/],
];

for (const [part, field, message] of MISTAKES) {
  test(`a mistake is found before anything is sent: ${field} ${message}`, async () => {
    const { fetch, asked } = scripted({ sid: SID, status: "CREATING" });
    const client = new Senders({ ...ACCOUNT, fetch });
    const error = await rejection(client.create({ senderId: "whatsapp:+15017122661", ...part }));
    assert.ok(error instanceof senders.ArgumentError && senders.isSendersError(error), String(error));
    assert.equal(error.kind, "invalid_argument");
    assert.equal(error.field, field);
    assert.match(error.message, message);
    assert.equal(asked.length, 0);
  });
}

test("a field that would be a copy's prototype is refused, not lost", async () => {
  const { fetch, asked } = scripted();
  const profile = JSON.parse('{ "name": "Example", "__proto__": { "about": "hidden" } }');
  const error = await rejection(new Senders({ ...ACCOUNT, fetch }).update(SID, { profile }));
  assert.deepEqual([error.name, error.field, asked.length], ["ArgumentError", "profile", 0]);
  assert.match(error.message, /__proto__/);
});

test("a page of more senders than a call has room for arguments", async () => {
  const many = Array.from({ length: 200_000 }, (_, at) => ({ sid: `XE${at}`, status: "ONLINE" }));
  const answers = { senders: many, meta: { next_page_url: null } };
  const client = new Senders({ ...ACCOUNT, fetch: async () => json(answers), maxResponseBytes: 1 << 24 });
  assert.deepEqual(await client.list().toArray(), many);
  assert.deepEqual((await client.list()).senders, many);
});

test("an object that holds itself is refused", async () => {
  const profile = {};
  profile.inner = profile;
  const client = new Senders({ ...ACCOUNT, fetch: scripted({}).fetch });
  assert.match((await rejection(client.create({ senderId: "whatsapp:+15017122661", profile }))).message, /64 deep/);
});
