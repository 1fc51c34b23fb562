import { gunzipSync } from "node:zlib";
import { setLoader } from "./engine.js";
import { needWebAssembly } from "./server.js";
import gzip from "./senders-gzip.js";

// The module is inside this file, not next to it: with a bundler, a moved file or an archive there is no file next to it.
setLoader(() => {
  needWebAssembly();
  return new WebAssembly.Module(gunzipSync(Buffer.from(gzip, "base64")));
});

export * from "./public.js";
