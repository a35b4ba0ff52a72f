// `cargo xtask bench tracker`: what the agent costs a page, beside an empty page and an empty listener, in one Chromium.
//
//   --rounds 5        loads of each page, in turn
//   --visit 60        seconds in which the three-minute shopping visit is played
//   --format json     numbers instead of the table
//
// CPU is the main thread's own time, so a busy machine makes it slower but not longer. Moves and clicks are dispatched in
// bulk by the page: through the browser's protocol they would measure the protocol. The agent passes over presses that are
// not the visitor's own, so it is served here with a glue that takes every event for trusted. A click is so cheap that
// one collection of garbage among twenty would double it: it is the least of many slices.

import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { startBrowser } from "../lib/browser.mjs";
import { SITE, startCollector } from "../lib/servers.mjs";
import { glide } from "../lib/visit.mjs";
import { until } from "../lib/wait.mjs";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, visit: { type: "string", default: "60" }, format: { type: "string", default: "table" } },
});
const MOVES = 20_000;
/** Slices of clicks, and clicks in each. */
const SLICES = 150;
const CLICKS = 20;

/** What stands in the head of each page. */
const PAGES = {
  "empty page": () => "",
  "empty listener": () => `<script>for (const name of ["pointermove", "mousedown", "click"]) addEventListener(name, () => {}, { passive: true, capture: true });</script>`,
  agent: (origin) => `<script async src="${origin}/n.js" data-site="${SITE}"></script>`,
};

const endings = [];
const t = { after: (ending) => endings.unshift(ending) };
try {
  const { shop, wire } = await arrange();
  const browser = await startBrowser(t);
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const name of Object.keys(PAGES)) rounds.push({ name, ...(await load(browser, shop, name)) });
  }
  const clickUs = await clicks(browser, shop);
  Object.assign(wire, { requests: 0, bodyBytes: 0, seconds: Number(options.visit) });
  await visit(browser, shop, wire);
  const rows = Object.keys(PAGES).map((name) => summary(name, rounds.filter((row) => row.name === name), clickUs[name]));
  if (options.format === "json") console.log(JSON.stringify({ rows, wire }, null, 2));
  else print(rows, wire);
} finally {
  for (const ending of endings) await ending();
}

async function arrange() {
  const heads = {};
  const wire = { requests: 0, bodyBytes: 0 };
  let collector;
  const server = createServer(async (request, response) => {
    if (/^\/(n\.js|a\/|v1\/)/.test(request.url)) return pass(request, response, collector, wire);
    const name = decodeURIComponent(request.url.split("?")[1] ?? "agent");
    response.setHeader("content-type", "text/html; charset=utf-8");
    // Alone in its process a page's clock ticks in 5 microseconds, else in 100.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.end(`<!doctype html><html lang="en"><title>bench</title>${heads[name] ?? ""}<body style="height:3000px">${goods()}</body></html>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const shop = `http://127.0.0.1:${server.address().port}`;
  const data = await mkdtemp(join(tmpdir(), "nunchi-bench-"));
  t.after(() => rm(data, { recursive: true }));
  collector = await startCollector(t, { data, shopOrigin: shop });
  for (const [name, head] of Object.entries(PAGES)) heads[name] = head(shop);
  return { shop, wire };
}

/** Hands a request on to the collector, and counts: what is sent while a page goes away, no devtools see. */
async function pass(request, response, collector, wire) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (request.method === "POST") {
    wire.requests += 1;
    wire.bodyBytes += body.length;
  }
  const { host, connection, ...headers } = request.headers;
  const answer = await fetch(collector.origin + request.url, {
    method: request.method, headers: { ...headers, "accept-encoding": "identity" }, body: body.length ? body : undefined,
  });
  const content = Buffer.from(await answer.arrayBuffer());
  const { "content-length": _, ...said } = Object.fromEntries(answer.headers);
  response.writeHead(answer.status, said);
  response.end(/^\/a\/agent-.*\.js/.test(request.url) ? trusting(content.toString()) : content);
}

/** The agent's glue, for which every event is the visitor's own. */
function trusting(glue) {
  const [asked, answer] = [/\bisTrusted\s*<<\s*5/, "1 << 5"];
  if (!asked.test(glue)) throw new Error("the glue asks for isTrusted in another way: clicks would be measured that nobody hears");
  return glue.replace(asked, answer);
}

function goods() {
  return Array.from({ length: 24 }, (_, at) => `<article class="card"><h2>Thing ${at}</h2><p class="price">₩${at + 1},000</p><button>Add</button></article>`).join("");
}

/** One page load: start, bulk of moves, bulk of clicks, memory. */
async function load(browser, shop, name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.addInitScript(() => {
    window.longTasks = 0;
    new PerformanceObserver((list) => (window.longTasks += list.getEntries().length)).observe({ type: "longtask", buffered: true });
  });
  await page.goto("about:blank");
  const before = await times(cdp);
  const first = name === "agent" && page.waitForResponse(`${shop}/v1/b`);
  await page.goto(`${shop}/?${encodeURIComponent(name)}`);
  await first;
  const started = await times(cdp);
  const startMs = started.script - before.script;
  const longTasks = await page.evaluate(() => window.longTasks);
  await page.evaluate(move, 1_000);
  const moveUs = await perEvent(cdp, MOVES, () => page.evaluate(move, MOVES));
  const memory = await used(cdp);
  await context.close();
  return { startMs, longTasks, moveUs, memory };
}

async function perEvent(cdp, count, act) {
  const before = await times(cdp);
  await act();
  return (((await times(cdp)).thread - before.thread) * 1_000) / count;
}

/** Milliseconds of the main thread, and of script in it. */
async function times(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const read = (name) => metrics.find((metric) => metric.name === name).value * 1_000;
  return { thread: read("ThreadTime"), script: read("ScriptDuration") + read("V8CompileDuration") };
}

/** Bytes of JavaScript heap, of buffers, and of WebAssembly memories, after a collection. */
async function used(cdp) {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await cdp.send("Runtime.getHeapUsage");
  const { result } = await cdp.send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
  const { objects } = await cdp.send("Runtime.queryObjects", { prototypeObjectId: result.objectId });
  const { result: wasm } = await cdp.send("Runtime.callFunctionOn", {
    objectId: objects.objectId, returnByValue: true,
    functionDeclaration: "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }",
  });
  return usedSize + backingStorageSize + wasm.value;
}

/** In the page: moves as a hand makes them, a few at a time so that timers and frames have their turn. */
async function move(count) {
  const channel = new MessageChannel();
  const turn = () => new Promise((done) => { channel.port1.onmessage = done; channel.port2.postMessage(0); });
  const cards = [...document.querySelectorAll(".card, .card *")];
  for (let at = 0; at < count; at++) {
    const card = cards[((at / 10) | 0) % cards.length];
    const place = { bubbles: true, composed: true, pointerId: 1, pointerType: "mouse", isPrimary: true, clientX: 200 + ((at * 7) % 700), clientY: 90 + ((at * 13) % 600) };
    card.dispatchEvent(new PointerEvent("pointermove", place));
    card.dispatchEvent(new MouseEvent("mousemove", place));
    if (at % 40 === 39) await turn();
  }
}

/**
 * Microseconds a click in each page. Slices in turn, so that all pages meet the same machine; and what else it does
 * slows an event that nobody hears as much: a page's median of clicks to such events counts, times the best of these.
 */
async function clicks(browser, shop) {
  const pages = [];
  for (const name of Object.keys(PAGES)) pages.push({ name, page: await opened(await browser.newContext({ viewport: { width: 1280, height: 800 } }), shop, name), shares: [] });
  let unheardUs = Infinity;
  for (let slice = 0; slice < SLICES; slice++) {
    for (const { page, shares } of pages) {
      const { click, unheard } = await page.evaluate(dispatch, { from: slice * CLICKS, count: CLICKS });
      shares.push(click / unheard);
      unheardUs = Math.min(unheardUs, unheard);
    }
  }
  for (const { page } of pages) await page.context().close();
  return Object.fromEntries(pages.map(({ name, shares }) => [name, shares.sort((a, b) => a - b)[SLICES / 2] * unheardUs]));
}

/** Opens a page; the agent's until its first beacon was taken. */
async function opened(context, shop, name) {
  const page = await context.newPage();
  const first = name === "agent" && page.waitForResponse(`${shop}/v1/b`);
  await page.goto(`${shop}/?${encodeURIComponent(name)}`);
  await first;
  return page;
}

/** In the page: clicks of five events each, on all sorts of things, and events that nobody hears; microseconds of one. */
function dispatch({ from, count }) {
  const targets = document.querySelectorAll(".card, .card *");
  const timed = (kinds) => {
    const began = performance.now();
    for (let at = from; at < from + count; at++) {
      const place = { bubbles: true, cancelable: true, composed: true, view: window, detail: 1, clientX: 200 + ((at * 7) % 700), clientY: 90 + ((at * 13) % 600) };
      for (const [name, Kind] of kinds) targets[(at * 7) % targets.length].dispatchEvent(new Kind(name, place));
    }
    return ((performance.now() - began) * 1_000) / count;
  };
  const click = [["pointerdown", PointerEvent], ["mousedown", MouseEvent], ["pointerup", PointerEvent], ["mouseup", MouseEvent], ["click", MouseEvent]];
  return { click: timed(click), unheard: timed(click.map(([name, Kind]) => ["unheard" + name, Kind])) };
}

/** Six routes, 41 clicks, real input; what the collector was sent for it, nobody watching. */
async function visit(browser, shop, wire) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(`${shop}/?agent`);
  await page.waitForResponse(`${shop}/v1/b`);
  for (let route = 1; route <= 6; route++) {
    await page.evaluate((route) => {
      history.pushState({}, "", `/route/${route}`);
      if (route === 2 || route === 4) {
        const items = [{ item_id: `p${route}`, item_name: "Thing", price: 12000, quantity: 1 }];
        nunchi("track", "add_to_cart", { currency: "KRW", value: 12000, items });
      }
      if (route === 5) nunchi("track", "begin_checkout", { currency: "KRW", value: 24000 });
    }, route);
    for (let click = 0; click < 7 && (route < 6 || click < 6); click++) {
      const [from, to] = [0, 1].map((end) => ({ x: 150 + ((click + end) * 211) % 900, y: 150 + ((click + end) * 97) % 500 }));
      await glide(page, from, to, (wire.seconds * 1_000) / 41);
      await page.mouse.click(to.x, to.y);
    }
    await page.mouse.wheel(0, 240);
  }
  const before = wire.requests;
  await page.goto("about:blank");
  await until("the last beacon", async () => wire.requests > before);
  await page.context().close();
}

/** The least of all rounds: what else the machine does can only add. */
function summary(name, rounds, clickUs) {
  const least = (field) => Math.min(...rounds.map((round) => round[field]));
  return { name, startMs: least("startMs"), moveUs: least("moveUs"), clickUs, memoryBytes: least("memory"), longTasks: least("longTasks") };
}

function print(rows, wire) {
  const [empty] = rows;
  console.log("| least of all rounds | start, script ms | move, µs | click, µs | heap and buffers, kB | long tasks |\n|---|--:|--:|--:|--:|--:|");
  for (const row of rows) {
    const memory = row === empty ? row.memoryBytes : row.memoryBytes - empty.memoryBytes;
    const sign = row === empty ? "" : "+";
    console.log(`| ${row.name} | ${row.startMs.toFixed(1)} | ${row.moveUs.toFixed(2)} | ${row.clickUs.toFixed(1)} | ${sign}${(memory / 1_000).toFixed(0)} | ${row.longTasks} |`);
  }
  console.log(`\nA shopping visit in ${wire.seconds} s: ${wire.requests} requests, ${wire.bodyBytes} bytes of bodies.`);
}
