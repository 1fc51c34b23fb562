import { argumentError } from "./errors.js";
import { camelCase, snakeCase } from "./names.js";

const DEPTH = 64;

/** Half a character of UTF-16, as is left when text is cut inside an emoji. */
const LONE = /\p{Cs}/u;

/**
 * A caller's value as JSON: what is `undefined` is left out, and what JSON cannot hold is refused with the name of its
 * place. `wire` writes every key as on the wire.
 */
export function json(value: object, wire = false): string {
  if (Object(value) !== value) throw argumentError("the request", "must be an object");
  return JSON.stringify(plain(value, "", wire));
}

/** The same as plain data, a copy. */
export function plain(value: unknown, path: string, wire = false, depth = 0): unknown {
  const here = path === "" ? "the request" : path;
  switch (typeof value) {
    case "string":
      if (LONE.test(value)) throw argumentError(here, "must be whole text, but a character is cut in half in it");
      return value;
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw argumentError(here, `must be a number that JSON can hold, got ${value}`);
    case "object":
      break;
    default:
      throw argumentError(here, `must be plain data, got a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth > DEPTH) throw argumentError(here, "must not be nested more than 64 deep, or contain itself");
  if (Array.isArray(value)) {
    return value.map((item: unknown, at) => plain(item, `${path}[${at}]`, wire, depth + 1));
  }
  // An object of another realm has another prototype of its own; what matters is that it is not an instance of a class.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw argumentError(here, `must be a plain object, got a ${value.constructor?.name ?? "class instance"}`);
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    if (LONE.test(key)) throw argumentError(here, "must not have a field whose name is cut within a character");
    // It would be the copy's prototype, and lost.
    if (key === "__proto__") throw argumentError(here, "must not have a field `__proto__`");
    copy[wire ? wireName(key, here) : key] = plain(item, path === "" ? key : `${path}.${key}`, wire, depth + 1);
  }
  return copy;
}

/** A key as on the wire. One spelling is taken, so that no field can be given twice. */
function wireName(key: string, place: string): string {
  const right = camelCase(key);
  if (right !== key) throw argumentError(place, `has no field \`${key}\`: did you mean \`${right}\`?`);
  return snakeCase(key);
}
