export { Emulator } from "./emulator.js";
export type { EmulatorOptions, Fault, FaultRule, JournalEntry, MagicNumber, SenderChange, SenderIdCount, WaitingCode } from "./emulator.js";
