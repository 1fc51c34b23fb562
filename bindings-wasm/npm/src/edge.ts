// Vercel's edge runtime does not compile at run time: `?module` asks the bundler for the compiled module of the file.
import module from "../senders.wasm?module";
import { setModule } from "./engine.js";

setModule(module);

export * from "./public.js";
