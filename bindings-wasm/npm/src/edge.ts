// Vercel's edge runtime compiles nothing itself: `?module` asks the bundler for the module of the file.
import module from "../senders.wasm?module";
import { setModule } from "./engine.js";
import { fromEnvironment } from "./from-environment.js";

setModule(module);
fromEnvironment();

export * from "./public.js";
