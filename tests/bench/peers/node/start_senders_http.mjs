// From process start to the first response: the package of this repository, through `node:http`.

import { SID, TOKEN, check } from "./measure.mjs";
import { Senders } from "senders";
import { nodeHttp } from "senders/node-http";

const options = { accountSid: SID, authToken: TOKEN, baseUrl: process.argv[2], transport: nodeHttp() };
const client = new Senders(options);
const sender = await client.create({
  senderId: "whatsapp:+15550000000",
  configuration: { wabaId: "123456789012345" },
  profile: { name: "Harbour Street Bakery" },
});
check(sender.status === "CREATING", "no sender");
