import { setModule } from "./engine.js";

export * from "./public.js";

/** What {@link init} takes: the module, its bytes, or a response that brings them; or a promise of one of these. */
export type ModuleSource = WebAssembly.Module | BufferSource | Response;

/**
 * Loads the module, from wherever you have `senders.wasm`. Await it once, before the first call.
 *
 * ```ts
 * import { Senders, init } from "senders/slim";
 * await init(fetch("/assets/senders.wasm"));
 * ```
 */
export async function init(source: ModuleSource | Promise<ModuleSource>): Promise<void> {
  const given = await source;
  if (given instanceof WebAssembly.Module) setModule(given);
  else if (given instanceof Response) setModule(await WebAssembly.compile(await given.arrayBuffer()));
  else setModule(await WebAssembly.compile(given));
}
