// From process start to the first response: Twilio's own package.

import { NEW_SENDER, SID, TOKEN, check } from "./measure.mjs";
import twilio from "twilio";

const client = twilio(SID, TOKEN);
client.messaging.baseUrl = process.argv[2];
check((await client.messaging.v2.channelsSenders.create(NEW_SENDER)).status === "CREATING", "no sender");
