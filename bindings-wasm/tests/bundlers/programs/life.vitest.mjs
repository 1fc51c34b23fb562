import { Senders } from "senders";
import { Emulator } from "senders/testing";
import { afterEach, expect, test, vi } from "vitest";
import { life } from "./life.mjs";

afterEach(() => vi.useRealTimers());

test("a life with a server and one in process", async () => {
  const whole = "ONLINE whatsapp:+15550100001 NotFoundError";
  expect(await life(process.env.SENDERS_TEST_BASE_URL)).toEqual([whole, whole]);
});

test("fake timers that are never advanced do not hang the emulator", async () => {
  vi.useFakeTimers();
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  emulator.inject({ fault: "rate-limited", operation: "fetch", times: 1 });
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  expect((await client.waitUntilOnline(sid)).status).toBe("ONLINE");
});
