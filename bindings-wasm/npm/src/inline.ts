import gzip from "#senders-gzip";
import { setLoader } from "./engine.js";

setLoader(async () => {
  const bytes = Uint8Array.from(atob(gzip), (byte) => byte.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
});

export * from "./public.js";
