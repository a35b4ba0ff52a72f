// 3. A purchase after an offer and a purchase in the holdout are both counted, and told apart.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { campaign, publish, stats } from "./lib/collector.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, addToCart, buy, dwell, leaveByTop, open, watched } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** Half of the visitors go without. Who does follows from the visitor's id, so this is the same in each run. */
const VISITORS_MAX = 10;

test("a purchase counts for the arm its visitor is in", async (t) => {
  const { collector, shop } = await startShop(t);
  await publish(collector, "exit-offer", { holdout_permille: 500 });
  const browser = await startBrowser(t);

  const arms = { fired: 0, held_out: 0 };
  for (let number = 1; number <= VISITORS_MAX && !(arms.fired && arms.held_out); number++) {
    const visitor = number.toString(16).padStart(2, "0").repeat(16);
    const context = await openShop(browser, { shop, visitor });
    const page = await context.newPage();
    arms[await judge(collector, page)] += 1;
    await addToCart(page, PRODUCT);
    await buy(page);
    await watched(page);
    await page.goto("about:blank");
    const bought = arms.fired + arms.held_out;
    await until("the purchase to be stored", async () => (await stats(collector, "overview")).purchases === bought);
    await context.close();
  }
  assert.ok(arms.fired && arms.held_out, `all visitors met the same fate: ${JSON.stringify(arms)}`);

  const row = await campaign(collector, 1);
  assert.deepEqual([row.treated.visitors, row.treated.converted], [arms.fired, arms.fired]);
  assert.deepEqual([row.holdout.visitors, row.holdout.converted], [arms.held_out, arms.held_out]);
  assert.equal(row.shown, arms.fired, "nobody in the holdout saw the offer");
  assert.equal(row.treated.revenue[0].currency, "KRW");
  assert.equal(row.uplift.points, 0, "all bought in both arms");
});

/** Tries to leave; gives the verdict that was stored. */
async function judge(collector, page) {
  const before = await campaign(collector, 1);
  await open(page, PRODUCT);
  await dwell(page, { x: 420, y: 420 }, 4_000);
  await leaveByTop(page, { x: 420, y: 420 });
  return until("a verdict", async () => {
    const now = await campaign(collector, 1);
    return ["fired", "held_out"].find((outcome) => now?.[outcome] > (before?.[outcome] ?? 0));
  });
}
