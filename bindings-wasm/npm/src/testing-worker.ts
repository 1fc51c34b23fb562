import module from "../testing.wasm";
import { setTestingLoader } from "./emulator.js";

setTestingLoader(() => module);

export * from "./testing.js";
