// `cargo xtask bench floor`: the floor with as many shoppers as it draws, walking, in one Chromium: frames, what a frame
// costs the page, tasks that block it, and how soon it shows a beacon.
//
//   --people 500      drawn before it is measured
//   --seconds 10      for the frames
//   --pace 6          how much faster than life they walk
//
// The shoppers are the live crowd: real beacons through the real collector and its stream. A machine without a graphics
// card draws by its processor, and shares it with collector and crowd here; so beside the frames that the page was given
// (`requestAnimationFrame`) stands what its own work cost: script, style and layout as the browser counts them.

import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

import { openShop, startBrowser } from "../lib/browser.mjs";
import { SCREENS, openConsole } from "../lib/console.mjs";
import { SITE, startShop } from "../lib/servers.mjs";
import { PRODUCT } from "../lib/visit.mjs";

const { values: options } = parseArgs({
  options: {
    people: { type: "string", default: "500" },
    seconds: { type: "string", default: "10" },
    pace: { type: "string", default: "6" },
  },
});
const endings = [];
const t = { after: (ending) => endings.unshift(ending) };
try {
  await measure();
} finally {
  for (const end of endings) await end();
}

async function measure() {
  const people = Number(options.people);
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const { page } = await openConsole(browser, collector, { viewport: SCREENS.desktop.viewport });
  await page.goto("/console/");
  await page.locator(".floor .heading").waitFor();
  const ages = [];
  // Nobody else walks about yet: one more is the one who came. Who left stays for minutes.
  for (let round = 0; round < 5; round++) ages.push(await age(browser, shop, page, round));
  ages.sort((a, b) => a - b);

  const where = ["crowd", "--collector", collector.origin, "--site", SITE, "--origin", shop];
  const how = ["--seed", "11", "--pace", options.pace, "--live", String(people)];
  const walking = spawn(process.env.DEMO_SHOP, [...where, ...how], { stdio: "ignore" });
  t.after(() => walking.kill());

  const canvas = page.locator(".people-canvas");
  const drawn = async () => Number(await canvas.getAttribute("data-drawn"));
  await page.waitForFunction((people) => Number(document.querySelector(".people-canvas")?.dataset.drawn) >= people, people, { timeout: 180_000 });
  const costs = await work(page);
  const frames = await page.evaluate(count, Number(options.seconds) * 1_000);
  const spent = await costs();
  const was = await drawn();
  walking.kill();
  const ms = (seconds) => ((seconds * 1_000) / frames.frames).toFixed(1);
  console.log("| drawn | walking, middle | frames a second | 95th of 100 frames, ms | longest, ms | script, style + layout a frame, ms | tasks over 100 ms | beacon to floor, ms: middle of 5, worst |");
  console.log("|---:|---:|---:|---:|---:|---:|---:|---:|");
  console.log(`| ${was} | ${frames.walking} | ${frames.perSecond.toFixed(1)} | ${frames.late.toFixed(0)} | ${frames.longest.toFixed(0)} `
    + `| ${ms(spent.script)}, ${ms(spent.layout)} | ${frames.blocked} (longest ${frames.block.toFixed(0)}) `
    + `| ${ages[2].toFixed(0)}, ${ages[4].toFixed(0)} |`);
}

/** What the page's own work takes from now until it is asked, seconds, as the browser counts it. */
async function work(page) {
  const session = await page.context().newCDPSession(page);
  // On the clock of the thread: what others do with the processor meanwhile is not counted.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { script: of("ScriptDuration"), layout: of("LayoutDuration") + of("RecalcStyleDuration") };
  };
  const before = await read();
  return async () => {
    const after = await read();
    return { script: after.script - before.script, layout: after.layout - before.layout };
  };
}

function count(ms) {
  return new Promise((done) => {
    const canvas = document.querySelector(".people-canvas");
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)));
    observer.observe({ type: "longtask" });
    const [gaps, walkers] = [[], []];
    const began = performance.now();
    let last = began;
    requestAnimationFrame(function frame(now) {
      gaps.push(now - last);
      walkers.push(Number(canvas.dataset.walking));
      last = now;
      if (now - began < ms) return requestAnimationFrame(frame);
      observer.disconnect();
      const sorted = gaps.toSorted((a, b) => a - b);
      done({
        frames: gaps.length,
        perSecond: (gaps.length * 1_000) / (now - began),
        late: sorted[Math.floor(sorted.length * 0.95)],
        longest: sorted.at(-1),
        walking: walkers.toSorted((a, b) => a - b)[walkers.length >> 1],
        blocked: tasks.filter((ms) => ms > 100).length,
        block: Math.max(0, ...tasks),
      });
    });
  });
}

/** From the moment at which a beacon is acknowledged until the floor draws one more visitor, milliseconds. */
async function age(browser, shop, floor, before) {
  const page = await (await openShop(browser, { shop })).newPage();
  const taken = page.waitForResponse((answer) => answer.url().endsWith("/v1/b") && answer.ok());
  const seen = floor.waitForFunction((before) =>
    Number(document.querySelector(".people-canvas")?.dataset.drawn ?? 0) > before, before, { polling: 10, timeout: 30_000 });
  await page.goto(PRODUCT);
  await taken;
  const began = performance.now();
  await seen;
  const ms = performance.now() - began;
  await page.context().close();
  return ms;
}
