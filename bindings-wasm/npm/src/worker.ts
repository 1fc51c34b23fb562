// Cloudflare's runtime compiles nothing itself: it hands over the module of the file.
import module from "../senders.wasm";
import { setModule } from "./engine.js";

setModule(module);

export * from "./public.js";
