// What we draw is not the shop: the detectors see neither presses on it nor its changes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** Longer than the engine waits for an answer to the last press (`RAGE_GAP_MS`). */
const SETTLED_MS = 1_300;

test("the detectors do not see what we draw", async (t) => {
  const { shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await open(page, PRODUCT);
  await page.evaluate(() => {
    window.rages = 0;
    nunchi("on", "signal", ({ name }) => (window.rages += Number(name === "rage_click")));
  });
  const picture = await middle(page.locator("main img").first());
  const rages = () => page.evaluate(() => window.rages);

  await t.test("a change of the page answers the presses", async () => {
    await press(page, picture);
    await page.evaluate(() => document.querySelector("h1").setAttribute("data-changed", "1"));
    await page.waitForTimeout(SETTLED_MS);
    assert.equal(await rages(), 0);
  });

  await t.test("what we draw does not", async () => {
    await press(page, picture);
    await page.evaluate(() => nunchi("open"));
    await page.getByRole("dialog").waitFor();
    await until("the rage to be noticed", async () => (await rages()) === 1);
  });

  await t.test("presses on what we draw are none", async () => {
    await press(page, await middle(page.getByRole("dialog").locator(".notice")));
    await page.waitForTimeout(SETTLED_MS);
    assert.equal(await rages(), 1);
  });

  // The same hand on the page again: had presses on the panel silenced the detector, this would not be noticed.
  await press(page, picture);
  await until("the second rage to be noticed", async () => (await rages()) === 2);
  assert.deepEqual(errors, []);
});

/** Four quick presses on one spot. */
async function press(page, { x, y }) {
  for (let count = 0; count < 4; count++) await page.mouse.click(x, y);
}

async function middle(thing) {
  const { x, y, width, height } = await thing.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}
