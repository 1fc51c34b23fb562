// Registers a WhatsApp sender, or finds it if it is already registered.
//
// Credentials come from TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.
//
//   node examples/quickstart.mjs +15017122661 "Example"

import { createInterface } from "node:readline/promises";
import { Senders, VerificationRequiredError } from "senders";

const [number, name] = process.argv.slice(2);
const onStatus = ({ status }) => console.log(status);

const client = new Senders();
const { resolution, sender } = await client.ensure({ senderId: `whatsapp:${number}`, profile: { name } });
console.log(`${resolution}: ${sender.sid}`);
try {
  await client.waitUntilOnline(sender.sid, { onStatus });
} catch (error) {
  if (!(error instanceof VerificationRequiredError)) throw error;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const code = await terminal.question("The code that was sent to the number: ");
  terminal.close();
  await client.verify(sender.sid, code.trim());
  await client.waitUntilOnline(undefined, { token: error.resumeToken, onStatus });
}
