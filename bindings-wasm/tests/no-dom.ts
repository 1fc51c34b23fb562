// A user's program for TypeScript without the types of a page (`dom`) and of Node (`@types/node`): it is only compiled.
import { Senders, SendersError, type CreateSender } from "senders";
import { Emulator } from "senders/testing";
import { nodeHttp } from "senders/node-http";
import { init } from "senders/slim";
import { Senders as Inline } from "senders/inline";
const emulator = await Emulator.create();
const request: CreateSender = { senderId: "whatsapp:+15550100001", profile: { name: "N" } };
const client = new Senders(emulator.options());
const { data, headers, requestId } = await client.create(request).withResponse();
const got: string | null = headers.get("x");
const signal = { aborted: false, reason: undefined, addEventListener: () => undefined, removeEventListener: () => undefined };
await client.fetch(data.sid, { signal });
new Inline({ transport: nodeHttp({ agent: undefined }), fetch: undefined });
new Senders({
  fetch: async (url, init) => ({ status: 200, headers, body: [url, init.method], arrayBuffer: async () => new ArrayBuffer(1) }),
});
await init(new Uint8Array(8));
const { status } = await emulator.fetch("http://localhost/", { method: "GET" });
for await (const sender of client.list()) sender.sid satisfies string;
for (const { error } of await client.ensureAll([request])) if (error instanceof SendersError) void error.cause;
void [got, requestId, status];
