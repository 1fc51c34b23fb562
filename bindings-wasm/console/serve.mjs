// Serves the built console page on this machine only:
//   node serve.mjs --dir DIR --port 8422
// The first line on standard output is `listening on http://127.0.0.1:PORT`; port 0 picks one.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

const { values } = parseArgs({ options: { dir: { type: "string" }, port: { type: "string", default: "8422" } } });
if (values.dir === undefined) {
  console.error("usage: node serve.mjs --dir DIR [--port 8422]");
  process.exit(2);
}
const root = resolve(values.dir);

/** Returns the file of a request's path, or undefined if there is none below the directory. */
function fileOf(path) {
  let name;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const file = normalize(join(root, name.endsWith("/") ? `${name}index.html` : name));
  if (name.includes("\0") || !file.startsWith(root + sep)) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

const server = createServer((request, response) => {
  const headers = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    // The rest of the policy is in the page itself; this part works only in a header.
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cache-Control": "no-cache",
  };
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...headers, Allow: "GET, HEAD" }).end();
    return;
  }
  const file = fileOf(request.url.split(/[?#]/, 1)[0]);
  if (file === undefined) {
    response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("not found\n");
    return;
  }
  response.writeHead(200, { ...headers, "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
});

server.on("error", (error) => {
  console.error(error.code === "EADDRINUSE" ? `port ${values.port} is in use; give another with --port` : error.message);
  process.exit(1);
});
server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
