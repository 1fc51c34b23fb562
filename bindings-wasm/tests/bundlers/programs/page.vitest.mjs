// @vitest-environment jsdom
import { Senders } from "senders";
import { Emulator } from "senders/testing";
import { expect, test } from "vitest";

test("a life in process, where there is a document", async () => {
  expect(document.body).toBeTruthy();
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  expect((await client.waitUntilOnline(sid)).status).toBe("ONLINE");
});
