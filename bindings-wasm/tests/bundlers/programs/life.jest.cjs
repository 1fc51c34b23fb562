const { Senders } = require("senders");
const { Emulator } = require("senders/testing");

const { accountSid, authToken } = Emulator;
const create = { senderId: "whatsapp:+15550100001", profile: { name: "N" } };

test("a life in process", async () => {
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create(create);
  expect((await client.waitUntilOnline(sid)).status).toBe("ONLINE");
});

test("a life in process, under fake timers that are never advanced", async () => {
  jest.useFakeTimers();
  try {
    const emulator = await Emulator.create();
    const client = new Senders(emulator.options());
    const { sid } = await client.create(create);
    expect((await client.waitUntilOnline(sid)).status).toBe("ONLINE");
  } finally {
    jest.useRealTimers();
  }
});

// jsdom has no fetch: there the client works with the emulator in process, or with a given fetch.
const [online, offline] = typeof fetch === "function" ? [test, test.skip] : [test.skip, test];
const real = () => new Senders({ accountSid, authToken, baseUrl: process.env.SENDERS_TEST_BASE_URL, dangerouslyAllowBrowser: true });
online("a life with a server", async () => {
  const client = real();
  const { sid } = await client.create(create);
  expect((await client.waitUntilOnline(sid)).status).toBe("ONLINE");
});
offline("without a fetch nothing is sent, and it says so", async () => {
  const what = await real().create(create).catch(({ kind, mayHaveExecuted, nextStep }) => [kind, mayHaveExecuted, nextStep]);
  expect(what).toEqual(["misuse", false, "give the client a `fetch` or a `transport`"]);
});
