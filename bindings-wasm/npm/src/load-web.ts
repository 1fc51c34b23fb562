import { misuseError } from "./errors.js";

/** Loads and compiles a module from the place where a bundler or a server put it. */
export async function compile(place: () => URL, name: string): Promise<WebAssembly.Module> {
  try {
    const response = await fetch(place());
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await (response.headers.get("content-type")?.startsWith("application/wasm")
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer()));
  } catch (thrown) {
    throw notLoaded(name, thrown);
  }
}

/** Returns the error for a module that could not be loaded or compiled. */
export function notLoaded(name: string, thrown: unknown): Error {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return misuseError(
    `${name} could not be loaded: ${why}`,
    /policy|CSP|embedder/i.test(why)
      ? "allow WebAssembly in the Content-Security-Policy: script-src 'wasm-unsafe-eval'"
      : "let the bundler copy the file (`new URL` assets), or import from senders/inline, or hand it to `init()` of senders/slim",
    thrown,
  );
}
