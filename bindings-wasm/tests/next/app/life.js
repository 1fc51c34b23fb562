import { Senders } from "senders";

// The steps of the emulator take time: the wait ends only if each request is really sent, and none gets the response of another.
export async function life(number) {
  const client = new Senders({ baseUrl: process.env.SENDERS_TEST_BASE_URL });
  const { sid } = await client.create({ senderId: `whatsapp:+${number}`, profile: { name: "N" } });
  const { status } = await client.fetch(sid);
  const online = await client.waitUntilOnline(sid);
  await client.update(sid, { profile: { about: "changed" } });
  const { profile } = await client.fetch(sid);
  return `${status} ${online.status} ${profile.about}`;
}
