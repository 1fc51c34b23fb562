// Twilio's own package, used as in its documentation; only the base URL differs.

import { SID, TOKEN, fetches, lists, main, pageBody, pages } from "./measure.mjs";
import twilio from "twilio";

function connect(base, options) {
  const client = twilio(SID, TOKEN, options);
  client.messaging.baseUrl = base;
  return client.messaging.v2;
}

const plain = (sender) => sender.toJSON();

await main({
  // Uses our own HTTP client, which returns the page from memory.
  async page(base) {
    const body = await pageBody(base);
    const decoder = new TextDecoder();
    const httpClient = { request: async () => ({ statusCode: 200, body: decoder.decode(body), headers: {} }) };
    const v2 = connect(base, { httpClient });
    return pages(async () => (await v2.channelsSenders.page({ channel: "whatsapp", pageSize: 1000 })).instances, plain);
  },
  list(base) {
    const v2 = connect(base);
    return lists(() => v2.channelsSenders.list({ channel: "whatsapp", pageSize: 1000 }), plain);
  },
  fetch64(base, sids, count) {
    const v2 = connect(base);
    return fetches((sid) => v2.channelsSenders(sid).fetch(), sids, count, 64);
  },
});
