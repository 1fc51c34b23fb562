/**
 * Objects from responses, so that they can be sent back: data that the server wrote need not follow the rules for data that
 * a person writes.
 */
import { camelCase, snakeCase } from "./names.js";

const NONE: readonly string[] = [];
/** The lists within a section. */
// generated: the lists within a section
export const LISTS: readonly string[] = ["websites", "emails", "phoneNumbers"];
// end of the lists within a section

/** The data from responses that all copies of this package in a process share. */
interface Memory {
  mark(given: object, kind: string, nulls: readonly string[]): void;
  nulls(given: object, kind: string): readonly string[] | undefined;
  /** The last values that responses had in each field of each kind: for copies, which have no mark. */
  values: Map<string, Map<string, Set<unknown>>>;
}

/** How many values of a field are kept, and how long they may be. */
const KEPT = 64;
const LONGEST = 4096;

let memory: Memory | undefined;

/** Returns the shared memory, which is made when the first response is read: an import of the package changes nothing. */
function shared(): Memory {
  if (memory !== undefined) return memory;
  const name = Symbol.for("senders.received.1");
  const there = (globalThis as Record<symbol, unknown>)[name] as Memory | undefined;
  if (there !== undefined) return (memory = there);
  memory = make();
  try {
    Object.defineProperty(globalThis, name, { value: memory });
  } catch {
    // It is frozen: this copy has a separate memory.
  }
  return memory;
}

function make(): Memory {
  /** A base class that makes a constructor put its private fields into an existing object. */
  class There {
    constructor(given: object) {
      return given;
    }
  }
  /** A mark on an object, as a private field: nothing else sees it, no copy has it, and it is freed with the object. */
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

/** The fields that this version knows, by the key of the objects that have them. */
let known = new Map<string, readonly string[]>();
let wasSeen: (name: string) => boolean;

/** Sets the fields that the module knows, as lines `kind field field …`, and the function that knows the names in responses. */
export function setFields(lines: string, met: typeof wasSeen): void {
  known = new Map(
    lines.split("\n").map((line) => {
      const [kind = "", ...names] = line.split(" ").map(camelCase);
      return [kind, names];
    }),
  );
  wasSeen = met;
}

/**
 * Marks the parts of a step's output that can be sent back. A page is not marked: that would cost a tenth of its time.
 * With `echo` the response only repeats the request: a null field in it was not sent, and is left out.
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
      // The items of a list are remembered, not the list.
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
  // For a field that this version does not know, the name is enough.
  if (name !== "" && known.get(kind)?.includes(name) !== true) return;
  const print = printOf(value);
  if (all.has(print) || (typeof print === "string" && print.length > LONGEST)) return;
  if (all.size === KEPT) all.delete(all.values().next().value);
  all.add(print);
}

/** Returns a value that is the same for two equal values. */
function printOf(value: unknown): unknown {
  return isObject(value) ? `\0${JSON.stringify(value)}` : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Returns the fields that were null in an object or a list from a response, if its kind is this; undefined for all others. */
export function nullsOf(value: object, kind: string): readonly string[] | undefined {
  return shared().nulls(value, kind);
}

/** Returns whether a response had this value in this field; with an empty name, as an item of this list. */
export function wasSent(kind: string, name: string, value: unknown): boolean {
  return shared().values.get(kind)?.get(name)?.has(printOf(value)) === true;
}

/** Returns whether it is a field that responses had and that this version does not know in any object. */
export function isLearned(kind: string, name: string): boolean {
  if (known.get(kind)?.includes(name) !== false || camelCase(name) !== name) return false;
  if ([...known.values()].some((names) => names.includes(name))) return false;
  return wasSeen(snakeCase(name)) || shared().values.get(kind)?.has(name) === true;
}

/** Returns the API name of a field from a response: a server that writes `fooBar` gets `fooBar` back. */
export function nameReceived(name: string): string {
  const usual = snakeCase(name);
  return usual !== name && wasSeen(name) && !wasSeen(usual) ? name : usual;
}
