// From process start to the first response: `fetch`, and the response checked by zod.

import { NEW_SENDER, check } from "./measure.mjs";
import { Client } from "./fetch_client.mjs";
import { Page, Sender } from "./typed_senders.mjs";

const client = new Client(
  process.argv[2],
  (page) => Page.parse(page),
  (sender) => Sender.parse(sender),
);
check((await client.create(NEW_SENDER)).status === "CREATING", "no sender");
