import module from "../testing.wasm?module";
import { setTestingLoader } from "./emulator.js";

setTestingLoader(() => module);

export * from "./testing.js";
