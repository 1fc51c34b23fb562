// Cloudflare's runtime does not compile at run time: the import is the compiled module of the file.
import module from "../senders.wasm";
import { setModule } from "./engine.js";
import { fromEnvironment } from "./from-environment.js";

setModule(module);
fromEnvironment();

export * from "./public.js";
