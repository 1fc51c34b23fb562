/**
 * Objects that a response held, so that they can be sent back: what the server wrote need not follow the rules for what a
 * person writes.
 */
import { camelCase, snakeCase } from "./names.js";

const NONE: readonly string[] = [];
/** The lists within a profile. */
export const LISTS: readonly string[] = ["websites", "emails", "phoneNumbers"];

/** What all copies of this package in a process know of what responses held. */
interface Memory {
  mark(given: object, kind: string, nulls: readonly string[]): void;
  nulls(given: object, kind: string): readonly string[] | undefined;
  /** The values of each field of each kind that responses held, the last ones: for copies, which have no mark. */
  values: Map<string, Map<string, Set<unknown>>>;
}

/** How many values of a field are kept, and how long they may be. */
const KEPT = 64;
const LONGEST = 4096;

let memory: Memory | undefined;

/** Made when the first response is read: importing the package touches nothing. */
function shared(): Memory {
  if (memory !== undefined) return memory;
  const name = Symbol.for("senders.received.1");
  const there = (globalThis as Record<symbol, unknown>)[name] as Memory | undefined;
  if (there !== undefined) return (memory = there);
  memory = make();
  try {
    Object.defineProperty(globalThis, name, { value: memory });
  } catch {
    // It is frozen: this copy has a memory of its own.
  }
  return memory;
}

function make(): Memory {
  /** Makes a constructor put its private fields into an object that is there. */
  class There {
    constructor(given: object) {
      return given;
    }
  }
  /** Marks an object with a private field: nothing else sees it, no copy has it, and it goes when the object goes. */
  class Received extends There {
    readonly #kind: string;
    readonly #nulls: readonly string[];

    constructor(given: object, kind: string, nulls: readonly string[]) {
      super(given);
      this.#kind = kind;
      this.#nulls = nulls;
    }

    static nulls(given: object, kind: string): readonly string[] | undefined {
      return #kind in given && given.#kind === kind ? given.#nulls : undefined;
    }
  }
  return {
    mark: (given, kind, nulls) => {
      // Another copy of the package may have marked it.
      if (Received.nulls(given, kind) === undefined) new Received(given, kind, nulls);
    },
    nulls: Received.nulls,
    values: new Map(),
  };
}

/** The fields this version knows, by the key of the objects that have them. */
let known = new Map<string, readonly string[]>();
let wasSeen: (name: string) => boolean;

/** Takes in what the module knows: `kind field field …` in lines, and which names answers had. */
export function setFields(lines: string, met: typeof wasSeen): void {
  known = new Map(lines.split("\n").map((line) => {
    const [kind = "", ...names] = line.split(" ").map(camelCase);
    return [kind, names];
  }));
  wasSeen = met;
}

/**
 * Marks what can be sent back in what a step brought. A page is left as it is: marks on all of it would cost a tenth of its time.
 * What is null in an answer that only echoes was not sent, and is left out.
 */
export function markAll(brought: unknown, echo = false): void {
  if (!isObject(brought) || Array.isArray(brought)) return;
  const { sid, sender, ensured, profile } = brought;
  if (sid === undefined) {
    markAll(sender);
    markAll(ensured);
    return;
  }
  for (const kind of ["configuration", "webhook", "profile"]) mark(brought[kind], kind, echo);
  if (!isObject(profile)) return;
  for (const kind of LISTS) {
    const list = profile[kind];
    if (!Array.isArray(list)) continue;
    shared().mark(list, kind, NONE);
    for (const item of list) {
      if (isObject(item)) mark(item, kind, false);
      else remember(kind, "", item);
    }
  }
}

function mark(value: unknown, kind: string, echo: boolean): void {
  if (!isObject(value)) return;
  let nulls: string[] | undefined;
  for (const name in value) {
    const field = value[name];
    if (field !== null) {
      // The items of a list are remembered, not the whole.
      if (!Array.isArray(field) || !LISTS.includes(name)) remember(kind, name, field);
    } else if (echo) delete value[name];
    else (nulls ??= []).push(name);
  }
  shared().mark(value, kind, nulls ?? NONE);
}

function remember(kind: string, name: string, value: unknown): void {
  const { values } = shared();
  let fields = values.get(kind);
  if (fields === undefined) values.set(kind, (fields = new Map<string, Set<unknown>>()));
  let all = fields.get(name);
  if (all === undefined) {
    if (fields.size > KEPT) return;
    fields.set(name, (all = new Set()));
  }
  // Of a field this version does not know the name is enough.
  if (name !== "" && known.get(kind)?.includes(name) !== true) return;
  const print = printOf(value);
  if (all.has(print) || (typeof print === "string" && print.length > LONGEST)) return;
  if (all.size === KEPT) all.delete(all.values().next().value);
  all.add(print);
}

/** What two equal values have in common. */
function printOf(value: unknown): unknown {
  return isObject(value) ? `\0${JSON.stringify(value)}` : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The fields that were null in an object, or in a list, that a response held as this; undefined for any other. */
export function nullsOf(value: object, kind: string): readonly string[] | undefined {
  return shared().nulls(value, kind);
}

/** Whether a response held this value in this field; with an empty name, as an item of this list. */
export function wasSent(kind: string, name: string, value: unknown): boolean {
  return shared().values.get(kind)?.get(name)?.has(printOf(value)) === true;
}

/** Whether it is a field that answers had and this version does not know, in any object. */
export function isLearned(kind: string, name: string): boolean {
  if (known.get(kind)?.includes(name) !== false || camelCase(name) !== name) return false;
  if ([...known.values()].some((names) => names.includes(name))) return false;
  return wasSeen(snakeCase(name)) || shared().values.get(kind)?.has(name) === true;
}

/** The name on the wire of a field that a response held: a server that writes `fooBar` gets `fooBar` back. */
export function nameReceived(name: string): string {
  const usual = snakeCase(name);
  return usual !== name && wasSeen(name) && !wasSeen(usual) ? name : usual;
}
