/**
 * Objects that a response held, so that they can be sent back: what the server wrote need not follow the rules for what a
 * person writes.
 */
import { camelCase, snakeCase } from "./names.js";

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

const NONE: readonly string[] = [];
/** The lists within a profile. */
export const LISTS: readonly string[] = ["websites", "emails", "phoneNumbers"];

/** The fields this version knows, by the key of the objects that have them. */
let known = new Map<string, readonly string[]>();
let wasMet: (name: string) => boolean;

/** Takes in what the module knows: `kind field field …` in lines, and which names answers had. */
export function setFields(lines: string, met: typeof wasMet): void {
  known = new Map(lines.split("\n").map((line) => {
    const [kind = "", ...names] = line.split(" ").map(camelCase);
    return [kind, names];
  }));
  wasMet = met;
}

/** Marks what can be sent back in what a step brought. A page is left as it is: marks on all of it would cost a tenth of its time. */
export function markAll(brought: unknown): void {
  if (!isObject(brought) || Array.isArray(brought)) return;
  const { sid, sender, ensured, profile } = brought;
  if (sid === undefined) {
    markAll(sender);
    markAll(ensured);
    return;
  }
  for (const kind of ["configuration", "webhook", "profile"]) mark(brought[kind], kind);
  if (!isObject(profile)) return;
  for (const kind of LISTS) {
    const list = profile[kind];
    if (!Array.isArray(list)) continue;
    new Received(list, kind, NONE);
    for (const item of list) mark(item, kind);
  }
}

function mark(value: unknown, kind: string): void {
  if (!isObject(value)) return;
  let nulls: string[] | undefined;
  for (const name in value) if (value[name] === null) (nulls ??= []).push(name);
  new Received(value, kind, nulls ?? NONE);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The fields that were null in an object, or in a list, that a response held as this; undefined for any other. */
export function nullsOf(value: object, kind: string): readonly string[] | undefined {
  return Received.nulls(value, kind);
}

/** Whether it is a field that answers had and this version does not know, in any object. */
export function isLearned(kind: string, name: string): boolean {
  if (known.get(kind)?.includes(name) !== false || camelCase(name) !== name) return false;
  return ![...known.values()].some((names) => names.includes(name)) && wasMet(snakeCase(name));
}
