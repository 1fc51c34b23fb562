import { setTestingLoader } from "./emulator.js";
import { compile } from "./load-web.js";

setTestingLoader(() => compile(() => new URL("../testing.wasm", import.meta.url), "testing.wasm"));

export * from "./testing.js";
