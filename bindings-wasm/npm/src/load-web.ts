import { misuseError } from "./errors.js";

/** Compiles a module from where a bundler or a server put it. */
export async function compile(url: URL, name: string): Promise<WebAssembly.Module> {
  const wrong = (why: string, cause?: unknown): Error =>
    misuseError(
      `${name} could not be loaded: ${why}`,
      "let the bundler copy the file (`new URL` assets), or import from senders/inline, or hand it to `init()` of senders/slim",
      cause,
    );
  let response: Response;
  try {
    response = await fetch(url);
  } catch (thrown) {
    throw wrong(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  if (!response.ok) throw wrong(`the server answered ${response.status}`);
  try {
    if (response.headers.get("content-type")?.startsWith("application/wasm")) {
      return await WebAssembly.compileStreaming(response);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (thrown) {
    throw wrong("it is no WebAssembly", thrown);
  }
}
