import { builtin } from "./builtin.js";
import { setLoader } from "./engine.js";
import { notLoaded } from "./load-web.js";
import { needWebAssembly } from "./server.js";
import gzip from "./senders-gzip.js";

setLoader(() => unpack(gzip));

export * from "./public.js";

/** Compiles `senders.wasm`, which is in the package as text: compressed, in base64. */
async function unpack(gzip: string): Promise<WebAssembly.Module> {
  needWebAssembly();
  try {
    const bytes = Uint8Array.from(atob(gzip), (byte) => byte.charCodeAt(0));
    const zlib = typeof DecompressionStream === "function" ? undefined : builtin<typeof import("node:zlib")>("zlib");
    if (zlib) return await WebAssembly.compile(zlib.gunzipSync(bytes));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await WebAssembly.compile(await new Response(stream).arrayBuffer());
  } catch (thrown) {
    throw notLoaded("senders.wasm", thrown);
  }
}
