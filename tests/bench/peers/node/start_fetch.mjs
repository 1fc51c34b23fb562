// From process start to the first response: `fetch` and `response.json()`.

import { NEW_SENDER, check } from "./measure.mjs";
import { Client } from "./fetch_client.mjs";

const client = new Client(
  process.argv[2],
  (page) => page,
  (sender) => sender,
);
check((await client.create(NEW_SENDER)).status === "CREATING", "no sender");
