const { Senders } = require("senders");
const { Emulator } = require("senders/testing");

const run = async () => {
  const { accountSid, authToken } = Emulator;
  const client = new Senders({ accountSid, authToken, baseUrl: process.argv[2] });
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  console.log((await client.waitUntilOnline(sid)).status);
};
run();
