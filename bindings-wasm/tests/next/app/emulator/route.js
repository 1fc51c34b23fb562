import { Senders } from "senders";
import { Emulator } from "senders/testing";

export async function POST() {
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  const { status } = await client.waitUntilOnline(sid);
  return new Response(status);
}
