// `cargo xtask bench engine`: what the engine alone costs, in Chromium, beside an empty call in the same run.
//
//   MODULE            the engine's cases in WebAssembly, built as pages have it
//   --format json     numbers instead of the table
//
// `quick` is code that the browser has compiled twice, as after a few seconds; `first` is what it begins with. A case
// in several parts (the inputs of a tick) tells the part that takes longest. The least of all turns counts: what else
// the machine does can only add.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { parseArgs } from "node:util";

import { startBrowser } from "../lib/browser.mjs";

const { values: options, positionals: [module] } = parseArgs({
  allowPositionals: true,
  options: { format: { type: "string", default: "table" } },
});

const endings = [];
const t = { after: (ending) => endings.unshift(ending) };
try {
  const origin = await serve(readFileSync(module));
  const quick = await run(origin, []);
  const first = await run(origin, ["--js-flags=--liftoff-only"]);
  const cases = quick.map(({ us, ...row }, at) => ({ ...row, us, firstUs: first[at].us, met: row.barUs ? us <= row.barUs : null }));
  if (options.format === "json") console.log(JSON.stringify({ cases }, null, 2));
  else print(cases);
} finally {
  for (const ending of endings) await ending();
}

/** Isolated from others, or the browser's clock would tell tenths of a millisecond only. */
async function serve(bytes) {
  const server = createServer((request, response) => {
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.setHeader("content-type", request.url === "/module" ? "application/wasm" : "text/html");
    response.end(request.url === "/module" ? bytes : "<!doctype html><title>bench</title>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

async function run(origin, flags) {
  const browser = await startBrowser(t, flags);
  const page = await browser.newPage();
  await page.goto(origin);
  return page.evaluate(measure);
}

/** In the page. */
async function measure() {
  const { instance: { exports: wasm } } = await WebAssembly.instantiateStreaming(fetch("/module"), {});
  const name = (at) => {
    const bytes = [];
    for (let byte; (byte = wasm.name(at, bytes.length)); ) bytes.push(byte);
    return new TextDecoder().decode(new Uint8Array(bytes));
  };
  const timed = (part, from, rounds) => {
    const began = performance.now();
    wasm.work(part, from, rounds);
    return performance.now() - began;
  };
  const rows = [];
  for (let at = 0; at < wasm.cases(); at++) {
    wasm.prepare(at);
    const parts = wasm.parts(at);
    let round = 0;
    const turn = (rounds) => {
      const times = Array.from({ length: parts }, () => 0);
      for (let part = 0; part < parts; part++) times[part] = timed(part, round, rounds);
      round += rounds;
      return times;
    };
    // Warm, and as many rounds at once as take ten milliseconds; rounds of several parts are taken one by one.
    let rounds = 1;
    for (const began = performance.now(); performance.now() - began < 500; ) {
      const [ms] = turn(rounds);
      if (parts === 1 && ms < 10) rounds = Math.min(2 * rounds, 1 << 20);
    }
    const turns = Array.from({ length: 21 }, () => turn(rounds));
    const worst = Math.max(...turns[0].map((_, part) => Math.min(...turns.map((times) => times[part]))));
    rows.push({ name: name(at), us: (worst * 1_000) / rounds, barUs: wasm.bar(at) || null });
  }
  return rows;
}

function print(cases) {
  console.log("| least of 21, Chromium | µs | first, µs | bar, µs | |\n|---|--:|--:|--:|---|");
  for (const { name, us, firstUs, barUs, met } of cases) {
    const told = (us) => us.toFixed(us < 10 ? 2 : 0);
    console.log(`| ${name} | ${told(us)} | ${told(firstUs)} | ${barUs ?? ""} | ${met === null ? "" : met ? "met" : "missed"} |`);
  }
}
