import { argumentError, isSendersError } from "./errors.js";
import { camelCase, snakeCase } from "./names.js";
import { LISTS, isLearned, nameReceived, nullsOf, wasSent } from "./received.js";

const DEPTH = 64;

/** Half a character of UTF-16, as is left when text is cut inside an emoji. */
const LONE = /\p{Cs}/u;

/** The key of a request under which the core takes what a response held. */
const RECEIVED = "$received";

/** How a key is written; `place` names its object. */
type Spelling = (key: string, place: string) => string;

/** A caller's value as JSON: what is `undefined` is left out, and what JSON cannot hold is refused with the name of its place. */
export function json(value: object): string {
  return readable("the request", () => JSON.stringify(plain(checked(value, "the request"), "")));
}

/** Reads what is a caller's: getters and proxies may throw. */
export function readable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw isSendersError(thrown) ? thrown : argumentError(name, "must be plain data: reading it failed", thrown);
  }
}

/**
 * A request as JSON: every key as on the wire, and what a response held marked as that, as text, which keeps its order. If
 * `lenient`, so is every value that a response held in its field: copies have no marks.
 */
export function requestJson(value: object, lenient = false): string {
  const parts = readable("the request", () => request(checked(value, "the request"), "", "", 0, lenient));
  return JSON.stringify(parts, (key, part: unknown) => (key === RECEIVED ? JSON.stringify(part) : part));
}

/** A value that has to be an object. */
export function checked<T>(value: T, name: string): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw argumentError(name, "must be an object");
  isPlain(value, name);
  return value;
}

/** Returns a copy as plain data. */
export function plain(value: unknown, path: string, spell: Spelling = (key) => key, depth = 0): unknown {
  if (!isContainer(value, path, depth)) return value;
  if (Array.isArray(value)) return value.map((item: unknown, at) => plain(item, `${path}[${at}]`, spell, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of fields(value, path)) copy[spell(key, named(path))] = plain(item, within(path, key), spell, depth + 1);
  return copy;
}

/** Returns the part of a request under `key`. */
function request(value: unknown, path: string, key: string, depth: number, lenient: boolean): unknown {
  if (!isContainer(value, path, depth)) return value;
  const nulls = nullsOf(value, key);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, at) => request(item, `${path}[${at}]`, key, depth + 1, lenient));
    const came = (item: unknown): boolean =>
      isReceived(item) && (nulls !== undefined || (lenient && (Object(item) === item || wasSent(key, "", item))));
    return items.every(came) && (nulls !== undefined || items.length > 0) ? { [RECEIVED]: items.map(received) } : items;
  }
  // Received fields are sent as they were. Fields that a person wrote are kept apart from them, and are checked.
  const came: Record<string, unknown> = {};
  const written: Record<string, unknown> = {};
  for (const [name, item] of fields(value, path)) {
    if (name === RECEIVED) throw argumentError(named(path), `must not have the key \`${RECEIVED}\``);
    const place = within(path, name);
    const learned = isLearned(key, name);
    const isList = key === "profile" && LISTS.includes(name);
    if (item === null && (nulls === undefined ? learned : nulls.includes(name))) continue;
    if (item !== null && (learned || (nulls !== undefined && !isList) || (lenient && wasSent(key, name, item)))) {
      came[nameReceived(name)] = plain(item, place, nameReceived, depth + 1);
      continue;
    }
    const part = request(item, place, name, depth + 1, lenient);
    if (item !== null && nulls !== undefined && isReceived(part)) came[nameReceived(name)] = received(part);
    else written[wireName(name, named(path))] = part;
  }
  return nulls === undefined && Object.keys(came).length === 0 ? written : { [RECEIVED]: came, ...written };
}

/** Returns whether a part of a request consists only of received data. */
function isReceived(part: unknown): boolean {
  return typeof part !== "object" || part === null || (RECEIVED in part && Object.keys(part).length === 1);
}

/** Returns that part, as it was received. */
function received(part: unknown): unknown {
  return typeof part === "object" && part !== null ? (part as Record<string, unknown>)[RECEIVED] : part;
}

/** Returns whether it is an object or a list; otherwise checks that JSON can hold it. */
function isContainer(value: unknown, path: string, depth: number): value is object {
  const here = named(path);
  switch (typeof value) {
    case "string":
      if (LONE.test(value)) throw argumentError(here, "must not be cut inside an emoji");
      return false;
    case "boolean":
      return false;
    case "number":
      if (Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))) return false;
      throw argumentError(here, `must be a number that JavaScript holds exactly, got ${value}`);
    case "object":
      break;
    default:
      throw argumentError(here, `must be plain data, got a ${typeof value}`);
  }
  if (value === null) return false;
  if (depth > DEPTH) throw argumentError(here, "must not be nested more than 64 deep, or contain itself");
  if (Array.isArray(value)) return true;
  isPlain(value, here);
  return true;
}

/** Refuses an instance of a class: a copy would not have what its class defines. An object of another realm has another prototype. */
function isPlain(value: object, name: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw argumentError(name, `must be a plain object, got a ${value.constructor?.name ?? "class instance"}`);
  }
}

/** Returns the fields of an object that are not undefined. */
function fields(value: object, path: string): [key: string, item: unknown][] {
  return readable(named(path), () => Object.entries(value)).filter(([key, item]) => {
    if (item === undefined) return false;
    if (LONE.test(key)) throw argumentError(named(path), "must not have a field whose name is cut inside an emoji");
    // It would be the copy's prototype, and lost.
    if (key === "__proto__") throw argumentError(named(path), "must not have a field `__proto__`");
    return true;
  });
}

function named(path: string): string {
  return path === "" ? "the request" : path;
}

function within(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** Returns a key as the API writes it. Only one spelling is accepted, so that no field can be given twice. */
function wireName(key: string, place: string): string {
  const right = camelCase(key);
  if (right !== key) throw argumentError(place, `has no field \`${key}\`: did you mean \`${right}\`?`);
  // No field has a word of one letter: the key of a mistake such as `logoURL` stays as it was written.
  return /[A-Z]{2}/.test(key) ? key : snakeCase(key);
}
