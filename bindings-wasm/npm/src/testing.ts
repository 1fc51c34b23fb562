export { Emulator } from "./emulator.js";
export type { EmulatorOptions, Fault, FaultRule, JournalEntry, MagicNumber } from "./emulator.js";
