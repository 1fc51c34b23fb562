// A user's program, type-checked strictly against the packed package, then run against the in-process emulator.
import { SendersError, Senders, TransportFailure, isSendersError } from "senders";
import type { CreateSender, EnsureResult, Sender, SenderPage, SendersOptions, Status, Transport, UnknownFields } from "senders";
import { nodeHttp } from "senders/node-http";
import { init } from "senders/slim";
import { Emulator } from "senders/testing";

const emulator = await Emulator.create({ "step-ms": 100 });
const options: SendersOptions = emulator.options({ timeoutMs: 1000, onWait: ({ delayMs }) => void delayMs });
const client = new Senders(options);
const request: CreateSender = {
  senderId: "whatsapp:+15550100001",
  configuration: { wabaId: "1", verificationMethod: "sms", accountType: null },
  profile: { name: "Example", websites: [{ website: "https://a.example", label: undefined }] },
};
const created: Sender = await client.create(request);
// Unions are open: they accept words that this version does not know.
const status: Status = "SOMETHING_NEW";
const statuses: Status[] = [status];
const online = await client.waitUntilOnline(created.sid, { onStatus: (change) => statuses.push(change.status) });
const name: string | null | undefined = online.profile?.name;
const unknown: unknown = (online as Sender & UnknownFields)["somethingNew"];
// @ts-expect-error A misspelled field is a mistake.
void online.staus;
const { data, requestId } = await client.update(created.sid, { profile: { about: null } }).withResponse();
const page: SenderPage = await client.list({ channel: "whatsapp", pageSize: 10 });
for await (const sender of client.list({ limit: 5 })) sender.sid satisfies string;
for await (const { senders, nextToken } of client.list().pages()) void [senders.length, nextToken?.length];
const ensured = await client.ensure(request, { signal: AbortSignal.timeout(1000) });
const all: EnsureResult[] = await client.ensureAll([request], { token: undefined, onResult: ({ senderId }) => senderId.length });
for (const { ensured, error } of all) void [ensured?.resolution, error?.resumeToken];
try {
  await client.fetch("wrong");
} catch (thrown) {
  if (!isSendersError(thrown)) throw thrown;
  const { kind, field, code }: { kind: string; field?: string | undefined; code?: number | undefined } = thrown;
  if (!(thrown instanceof SendersError) || kind !== "invalid_argument" || field !== "sid" || code !== undefined) throw thrown;
}
const transport: Transport = { send: () => Promise.reject(new TransportFailure("connect", "no", "none")) };
const done: void = await client.delete(created.sid, { missingOk: true });

// @ts-expect-error a sender has a text sid
const wrong: number = created.sid;
// @ts-expect-error there is no such option
void (() => new Senders({ ...options, retries: 1 }));
// @ts-expect-error a key of the wire is none of JavaScript's
void (() => client.create({ sender_id: "x" }));

void [name, unknown, data, requestId, page, transport, done, wrong, nodeHttp, init];
console.log(`${ensured.resolution} ${statuses.at(-1)}`);
