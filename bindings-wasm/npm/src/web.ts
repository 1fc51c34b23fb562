import { setLoader } from "./engine.js";
import { compile } from "./load-web.js";

// The form bundlers know: they copy the file and put its new place here.
setLoader(() => compile(() => new URL("../senders.wasm", import.meta.url), "senders.wasm"));

export * from "./public.js";
