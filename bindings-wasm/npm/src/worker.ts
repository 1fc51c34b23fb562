// Cloudflare's runtime compiles nothing itself: it hands over the module of the file.
import module from "../senders.wasm";
import { setModule } from "./engine.js";
import { fromEnvironment } from "./from-environment.js";

setModule(module);
fromEnvironment();

export * from "./public.js";
