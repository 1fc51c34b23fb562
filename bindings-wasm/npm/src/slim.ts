import { setModule } from "./engine.js";
import type { FetchResponse, Module } from "./globals.js";
import { notLoaded } from "./load-web.js";
import { needWebAssembly } from "./server.js";

export * from "./public.js";

/** The argument of {@link init}: the module, its bytes, or a response with them; or a promise of one of these. */
export type ModuleSource = Module | ArrayBuffer | ArrayBufferView | FetchResponse;

/**
 * Loads the module from your copy of `senders.wasm`. Await it once, before the first call.
 *
 * ```ts
 * import { Senders, init } from "senders/slim";
 * await init(fetch("/assets/senders.wasm"));
 * ```
 */
export async function init(source: ModuleSource | Promise<ModuleSource>): Promise<void> {
  const given = await source;
  needWebAssembly();
  if (given instanceof WebAssembly.Module) return setModule(given);
  try {
    setModule(await WebAssembly.compile("arrayBuffer" in given ? await given.arrayBuffer() : (given as BufferSource)));
  } catch (thrown) {
    throw notLoaded("what `init()` was given", thrown);
  }
}
