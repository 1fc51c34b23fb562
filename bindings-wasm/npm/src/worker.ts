// Cloudflare's runtime does not compile at run time: the import is the compiled module of the file.
import module from "../senders.wasm";
import { setModule } from "./engine.js";

setModule(module);

export * from "./public.js";
