import { gunzipSync } from "node:zlib";
import { setLoader } from "./engine.js";
import { needWebAssembly } from "./server.js";
import gzip from "./senders-gzip.js";

// Inside, not beside: a bundler, a moved file or an archive leaves no file where this one looks for it.
setLoader(() => {
  needWebAssembly();
  return new WebAssembly.Module(gunzipSync(Buffer.from(gzip, "base64")));
});

export * from "./public.js";
