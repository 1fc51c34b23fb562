import { readFileSync } from "node:fs";
import { setTestingLoader } from "./emulator.js";

setTestingLoader(() => new WebAssembly.Module(readFileSync(new URL("../testing.wasm", import.meta.url))));

export * from "./testing.js";
