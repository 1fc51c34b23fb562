import { readFileSync } from "node:fs";
import { setLoader } from "./engine.js";

// Beside this file in the package; read when the first client is made.
setLoader(() => new WebAssembly.Module(readFileSync(new URL("../senders.wasm", import.meta.url))));

export * from "./public.js";
