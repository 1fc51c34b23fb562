export { Call } from "./call.js";
export { Senders, VERSION } from "./client.js";
export type { ShownClient } from "./client.js";
export * from "./errors-public.js";
export { SenderList } from "./list.js";
export type * from "./types.js";
