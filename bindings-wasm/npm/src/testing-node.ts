import { brotliDecompressSync } from "node:zlib";
import { setTestingLoader } from "./emulator.js";
import brotli from "../testing-brotli.cjs";

setTestingLoader(() => new WebAssembly.Module(brotliDecompressSync(Buffer.from(brotli, "base64"))));

export * from "./testing.js";
