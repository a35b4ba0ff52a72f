// `cargo xtask bench floor`: the floor with the shoppers of the live crowd in one Chromium (a dozen or two: as many as
// walk at a time), and how soon it shows a beacon.
//
//   --seconds 10      for the frames
//
// Frames are those that the page is given (`requestAnimationFrame`) while shoppers walk thirty times as fast as in life;
// a machine without a graphics card draws by its processor, and shares it with collector and crowd here.

import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

import { openShop, startBrowser } from "../lib/browser.mjs";
import { SCREENS, openConsole } from "../lib/console.mjs";
import { SITE, startShop } from "../lib/servers.mjs";
import { PRODUCT } from "../lib/visit.mjs";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "10" } },
});
const endings = [];
const t = { after: (ending) => endings.unshift(ending) };
try {
  await measure();
} finally {
  for (const end of endings) await end();
}

async function measure() {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const where = ["crowd", "--collector", collector.origin, "--site", SITE, "--origin", shop];
  const walking = spawn(process.env.DEMO_SHOP, [...where, "--seed", "11", "--pace", "30"], { stdio: "ignore" });
  t.after(() => walking.kill());

  const { page } = await openConsole(browser, collector, { viewport: SCREENS.desktop.viewport });
  await page.goto("/console/");
  await page.waitForFunction(() => document.querySelectorAll(".avatar").length >= 10);
  const drawn = await page.evaluate(() => document.querySelectorAll(".avatar").length);
  const frames = await page.evaluate(count, Number(options.seconds) * 1_000);
  walking.kill();
  const ages = [];
  for (let round = 0; round < 5; round++) ages.push(await age(browser, shop, page));
  ages.sort((a, b) => a - b);
  console.log("| visitors drawn | frames a second | longest frame, ms | from beacon to floor, ms: middle of 5, worst |");
  console.log("|---:|---:|---:|---:|");
  console.log(`| ${drawn} | ${frames.perSecond.toFixed(1)} | ${frames.longest.toFixed(0)} | ${ages[2].toFixed(0)}, ${ages[4].toFixed(0)} |`);
}

function count(ms) {
  return new Promise((done) => {
    let [frames, longest, last] = [0, 0, performance.now()];
    const began = last;
    requestAnimationFrame(function frame(now) {
      frames++;
      longest = Math.max(longest, now - last);
      last = now;
      if (now - began < ms) requestAnimationFrame(frame);
      else done({ perSecond: (frames * 1_000) / (now - began), longest });
    });
  });
}

/** From the moment at which a beacon is acknowledged until the floor has one more visitor, milliseconds. */
async function age(browser, shop, floor) {
  const before = await floor.evaluate(() => document.querySelectorAll(".avatar").length);
  const page = await (await openShop(browser, { shop })).newPage();
  const taken = page.waitForResponse((answer) => answer.url().endsWith("/v1/b") && answer.ok());
  const seen = floor.waitForFunction((before) => document.querySelectorAll(".avatar").length > before, before, { polling: 10 });
  await page.goto(PRODUCT);
  await taken;
  const began = performance.now();
  await seen;
  const ms = performance.now() - began;
  await page.context().close();
  return ms;
}
