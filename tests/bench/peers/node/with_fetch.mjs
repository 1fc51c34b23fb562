// `fetch` and `response.json()`; nothing is checked, keys stay in snake_case.

import { fetches, lists, main, pageBody, pages } from "./measure.mjs";
import { Client } from "./fetch_client.mjs";

const connect = (base) =>
  new Client(
    base,
    (page) => page,
    (sender) => sender,
  );

await main({
  async page(base) {
    const body = await pageBody(base);
    const decoder = new TextDecoder();
    return pages(() => JSON.parse(decoder.decode(body)).senders);
  },
  list(base) {
    const client = connect(base);
    return lists(() => client.everything());
  },
  fetch64(base, sids, count) {
    const client = connect(base);
    return fetches((sid) => client.fetch(sid), sids, count, 64);
  },
});
