/** A number of arguments that every call can take. */
const AT_ONCE = 1000;

/** Adds one list to another. Spreading copies; a loop over the items costs ten times that until it is compiled. */
export function append<T>(all: T[], more: readonly T[]): void {
  if (more.length <= AT_ONCE) all.push(...more);
  else for (let at = 0; at < more.length; at += AT_ONCE) all.push(...more.slice(at, at + AT_ONCE));
}
