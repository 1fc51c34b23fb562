import { Senders, isSendersError } from "senders";
import { Emulator } from "senders/testing";

/** Runs a sender's life with a server at this address, and one with the emulator in the program. */
export async function life(baseUrl) {
  const { accountSid, authToken } = Emulator;
  const dangerouslyAllowBrowser = true;
  const emulator = await Emulator.create();
  return [await one(new Senders({ accountSid, authToken, baseUrl, dangerouslyAllowBrowser })), await one(new Senders(emulator.options()))];
}

async function one(client) {
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  const { status } = await client.waitUntilOnline(sid);
  const { senderId } = await client.fetch(sid);
  await client.delete(sid);
  const gone = await client.fetch(sid).catch((error) => isSendersError(error) && error.name);
  return [status, senderId, gone].join(" ");
}
