// The package of this repository, through its public surface only.

import { SID, TOKEN, fetches, lists, main, pageBody, pages } from "./measure.mjs";
import { Senders } from "senders";

const connect = (base, options) => new Senders({ accountSid: SID, authToken: TOKEN, baseUrl: base, ...options });

/** Loaded only where it is used, as in a user's program. */
async function connectHttp(base) {
  const { nodeHttp } = await import("senders/node-http");
  return connect(base, { transport: nodeHttp() });
}

const everything = (client) => client.list({ channel: "whatsapp", pageSize: 1000 }).toArray();

async function firstPages(client) {
  return pages(async () => (await client.list({ channel: "whatsapp", pageSize: 1000 })).senders);
}

await main({
  // Uses the package's `transport` option with a transport that has the page in memory: all is measured except
  // sending.
  async page(base) {
    const body = await pageBody(base);
    const transport = {
      async send({ write }) {
        write(body);
        return { status: 200, headers: [["content-type", "application/json"]] };
      },
    };
    return firstPages(connect(base, { transport }));
  },
  // Through an injected `fetch`, with the cost of a `Response` and its stream.
  async "page-fetch"(base) {
    const body = await pageBody(base);
    const headers = { "content-type": "application/json" };
    return firstPages(connect(base, { fetch: async () => new Response(body, { headers }) }));
  },
  list(base) {
    const client = connect(base);
    return lists(() => everything(client));
  },
  async "list-http"(base) {
    const client = await connectHttp(base);
    return lists(() => everything(client));
  },
  fetch64(base, sids, count) {
    const client = connect(base);
    return fetches((sid) => client.fetch(sid), sids, count, 64);
  },
  async "fetch64-http"(base, sids, count) {
    const client = await connectHttp(base);
    return fetches((sid) => client.fetch(sid), sids, count, 64);
  },
});
