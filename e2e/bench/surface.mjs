// `cargo xtask bench surface`: how soon an offer is painted after its verdict, and the chat after a click, on a processor
// that is four times slower.
//
//   --rounds 20       of each case
//   --slow 4          how many times slower the page's main thread is made
//   --format json     numbers instead of the table
//
// A case is `first` where the module that draws has not been fetched, `ready` where the agent has fetched it ahead, as it
// does once there is something in the cart or a product was looked at for a while, and `again` for the second time on a
// page. Everything comes from a server on this machine, from no cache. Painted is the first frame in which what is
// drawn can be seen at all; the clock stops when that frame has gone out. `busy` is what the main thread did until then:
// it tells what the page pays where other programs take the processor meanwhile.

import { parseArgs } from "node:util";

import { openShop, startBrowser } from "../lib/browser.mjs";
import { publishPack } from "../lib/collector.mjs";
import { FORMS } from "../lib/offers.mjs";
import { startShop } from "../lib/servers.mjs";
import { PRODUCT, open } from "../lib/visit.mjs";
import { until } from "../lib/wait.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" }, slow: { type: "string", default: "4" }, format: { type: "string", default: "table" },
  },
});
/** Milliseconds that each may take, by what is drawn. */
const BARS = { offer: 50, chat: 100 };

const endings = [];
const t = { after: (ending) => endings.unshift(ending) };
try {
  const { collector, shop } = await startShop(t);
  await publishPack(collector, (pack) => ({ ...pack, campaigns: [FORMS.card] }));
  const browser = await startBrowser(t);
  const cases = new Map();
  // In turn, so that all meet the same machine.
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const what of Object.keys(BARS)) {
      for (const isReady of [false, true]) await load(browser, shop, { what, isReady, cases });
    }
  }
  const rows = [...cases].map(([name, all]) => summary(name, all));
  if (options.format === "json") console.log(JSON.stringify({ slow: Number(options.slow), rows }, null, 2));
  else print(rows);
} finally {
  for (const ending of endings) await ending();
}

/** One page load: draws once, takes it away, and draws again. */
async function load(browser, shop, { what, isReady, cases }) {
  const context = await openShop(browser, { shop });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await open(page, PRODUCT);
  await page.evaluate(arrange);
  if (isReady) await fillCart(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: Number(options.slow) });
  const note = async (when) => {
    const name = `${what}, ${when}`;
    if (!cases.has(name)) cases.set(name, []);
    cases.get(name).push(await draw(page, cdp, what));
  };
  await note(isReady ? "ready" : "first");
  if (isReady) {
    await page.evaluate(() => window.stage().querySelector(".round").click());
    await until("what was drawn to be gone", () => page.evaluate(() => !window.stage()));
    await note("again");
  }
  await context.close();
}

/** Puts something into the cart and waits until what draws has come and has begun. */
async function fillCart(page) {
  await page.evaluate(() => nunchi("track", "view_cart", { currency: "KRW", value: 9_000, items: [{ item_id: "a", price: 9_000, quantity: 1 }] }));
  await until("the module that draws", () => page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => /surface-.*wasm/.test(name))));
  await page.evaluate(() => new Promise((done) => requestIdleCallback(() => setTimeout(() => requestIdleCallback(done), 200))));
}

/** Milliseconds until it is painted, and of them those that the main thread was at work. */
async function draw(page, cdp, what) {
  const before = await busyMs(cdp);
  const took = page.evaluate(() => window.painted);
  if (what === "chat") await page.mouse.click(20, 20);
  else await page.evaluate((id) => nunchi("show", id), FORMS.card.id);
  const ms = await took;
  return { ms, busyMs: (await busyMs(cdp)) - before };
}

async function busyMs(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
}

/** In the page: a button for the chat, and a promise of how long the next thing takes. */
function arrange() {
  window.stage = () => document.querySelector("nunchi-surface")?.shadowRoot;
  const isSeen = () => {
    const drawn = window.stage()?.querySelector(".card, .chat");
    return drawn && !drawn.hasAttribute("leaving") && drawn.getBoundingClientRect().height > 1 && +getComputedStyle(drawn).opacity > 0;
  };
  let done;
  const expect = () => (window.painted = new Promise((settle) => (done = settle)));
  const time = (began) => {
    const channel = new MessageChannel();
    // Frames go out before the next task.
    channel.port1.onmessage = () => {
      done(performance.now() - began);
      expect();
    };
    const look = () => (isSeen() ? channel.port2.postMessage(0) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  };
  expect();
  nunchi("on", "action", () => time(performance.now()));
  const button = document.createElement("button");
  button.style = "position:fixed;inset:0 auto auto 0;width:40px;height:40px;z-index:9";
  button.onclick = (event) => {
    time(event.timeStamp);
    nunchi("open");
  };
  document.body.append(button);
}

/** The middle one, the one that 95 of 100 are below, and the least. */
function summary(name, all) {
  const sorted = (field) => all.map((it) => it[field]).sort((a, b) => a - b);
  const [ms, busy] = [sorted("ms"), sorted("busyMs")];
  const at = (values, share) => values[Math.min(values.length - 1, Math.floor(values.length * share))];
  const barMs = BARS[name.split(",")[0]];
  const row = { name, count: all.length, leastMs: ms[0], middleMs: at(ms, 0.5), p95Ms: at(ms, 0.95), busyMs: at(busy, 0.5), barMs };
  return { ...row, met: row.p95Ms <= barMs };
}

function print(rows) {
  console.log(`| ${options.slow} × slower, ${rows[0].count} of each | least, ms | middle | p95 | busy, middle | bar | |\n|---|--:|--:|--:|--:|--:|---|`);
  for (const { name, leastMs, middleMs, p95Ms, busyMs, barMs, met } of rows) {
    const figures = [leastMs, middleMs, p95Ms, busyMs].map((it) => it.toFixed(0)).join(" | ");
    console.log(`| ${name} | ${figures} | ${barMs} | ${met ? "met" : middleMs <= barMs ? "met in the middle" : "missed"} |`);
  }
}
