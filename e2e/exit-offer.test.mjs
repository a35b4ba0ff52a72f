// 1. Pointer dwells on a product, then goes for the top of the window: an offer, its evidence, its dismissal.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { campaign, publish, signalCount, stats } from "./lib/collector.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, dwell, glide, leaveByTop, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

const MIDDLE = { x: 420, y: 420 };

test("who dwells on a product and goes for the top of the window is made an offer", async (t) => {
  const { collector, page, errors } = await visit(t);
  await open(page, PRODUCT);
  await page.evaluate(timeOffer);
  await dwell(page, MIDDLE, 4_000);
  await leaveByTop(page, MIDDLE);

  const offer = page.getByRole("region", { name: "Before you go" });
  await offer.waitFor();
  // How soon it is painted is told, and held in benchmarks: beside other tests a clock says more of them than of us.
  const took = await until("the offer to be painted", () => page.evaluate(() => window.offerTook));
  t.diagnostic(`offer painted ${took.toFixed(1)} ms after the signal`);
  await offer.getByRole("button", { name: "No, thanks" }).click();

  const row = await until("the dismissal to be stored", async () => {
    const row = await campaign(collector, 1);
    return row?.dismissed === 1 && row;
  }, 40_000);
  assert.deepEqual([row.fired, row.held_out, row.shown, row.accepted], [1, 0, 1, 0]);
  assert.equal(row.evidence[0].outcome, "fired");
  assert.match(row.evidence[0].reasons.join("\n"), /exit_intent = 1/);
  assert.match(row.evidence[0].reasons.join("\n"), /product_dwell_seconds = [3-9]/);
  assert.deepEqual(errors, []);
});

test("a pointer that is not leaving is left alone", async (t) => {
  const { collector, page } = await visit(t);
  await open(page, PRODUCT);
  await page.evaluate(countSignals);
  await dwell(page, MIDDLE, 4_000);

  await t.test("it passes over the header", async () => {
    const header = { x: 300, y: 34 };
    await glide(page, MIDDLE, header, 900);
    await glide(page, header, { x: 900, y: 30 }, 500);
    await glide(page, { x: 900, y: 30 }, MIDDLE, 400);
    assert.equal(await page.evaluate(() => window.exits), 0);
  });

  await t.test("it opens a native select and moves in it", async () => {
    const select = page.locator("form.buy select");
    const box = await select.boundingBox();
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await glide(page, MIDDLE, at, 400);
    await page.mouse.click(at.x, at.y);
    await leaveByTop(page, at);
    assert.equal(await page.evaluate(() => window.exits), 0);
    await glide(page, { x: at.x, y: 1 }, MIDDLE, 400);
    // Closed without a choice or a press: the page is told of nothing but the key that is let go.
    await page.keyboard.press("Escape");
  });

  await t.test("it comes in from the top and turns back", async () => {
    await page.mouse.move(500, -20);
    await glide(page, { x: 500, y: 2 }, { x: 500, y: 120 }, 150);
    await glide(page, { x: 500, y: 120 }, { x: 520, y: 1 }, 150);
    assert.equal(await page.evaluate(() => window.exits), 0);
  });

  // The same hand, leaving: had one of the above counted, this would not be the first.
  await glide(page, { x: 520, y: 1 }, MIDDLE, 600);
  await dwell(page, MIDDLE, 1_000);
  await leaveByTop(page, MIDDLE);
  await until("the exit to be noticed", () => page.evaluate(() => window.exits));
  await page.close({ runBeforeUnload: true });
  assert.equal(await until("the signal to be stored", () => signalCount(collector, "exit_intent")), 1);
  assert.equal((await stats(collector, "overview")).views, 1);
});

test("who copies a name from the page is leaving, who copies what was typed is not", async (t) => {
  const { page, errors } = await visit(t);
  await open(page, PRODUCT);
  await page.evaluate(countSignals);
  await dwell(page, MIDDLE, 2_000);

  await page.evaluate(() => {
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = "typed";
    field.select();
  });
  await page.keyboard.press("ControlOrMeta+C");
  assert.equal(await page.evaluate(() => window.exits), 0);

  await page.evaluate(() => {
    document.querySelector("textarea").remove();
    getSelection().selectAllChildren(document.querySelector("h1"));
  });
  await page.keyboard.press("ControlOrMeta+C");
  assert.equal(await page.evaluate(() => window.exits), 1);
  assert.deepEqual(errors, []);
});

async function visit(t) {
  const { collector, shop } = await startShop(t);
  await publish(collector, "exit-offer", { holdout_permille: 0 });
  const browser = await startBrowser(t);
  const context = await openShop(browser, { shop });
  const page = await context.newPage();
  return { collector, page, errors: watchErrors(page) };
}

/** In the page: the time from the signal to the frame after the one in which the offer has a size. */
function timeOffer() {
  const isPainted = () =>
    [...document.querySelectorAll("*")].some((host) => host.shadowRoot?.querySelector(".card")?.offsetHeight > 0);
  nunchi("on", "signal", ({ name }) => {
    if (name !== "exit_intent" || window.offerTook) return;
    const began = performance.now();
    const look = (now) => {
      if (isPainted()) window.offerTook = Math.max(now, performance.now()) - began;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

function countSignals() {
  window.exits = 0;
  nunchi("on", "signal", ({ name }) => (window.exits += Number(name === "exit_intent")));
}
