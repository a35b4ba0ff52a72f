// 6. Reload, routes, back-forward cache, two tabs, a tag pasted twice: counts are exact.

import assert from "node:assert/strict";
import { test } from "node:test";

import { chromium } from "playwright-core";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { stats } from "./lib/collector.mjs";
import { startShop } from "./lib/servers.mjs";
import { dwell, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

const PLACE = { x: 600, y: 500 };
/** A route counts once its address has stood still for 250 ms. */
const ROUTE_MS = 500;

test("a reload is a second view of the same session", async (t) => {
  const { collector, page } = await visit(t);
  await open(page, "/");
  await open(page, "/");
  await leave(page);
  await exactly(collector, { views: 2, sessions: 1, visitors: 1 });
});

test("each route is one view, also when replaceState and pushState both announce it", async (t) => {
  const { collector, page } = await visit(t);
  await open(page, "/?spa");
  for (const path of ["/c/tea", "/c/table", "/c/paper"]) {
    await page.locator(`header nav a[href="${path}"]`).click();
    await page.waitForURL(`**${path}`);
    await dwell(page, PLACE, ROUTE_MS);
  }
  await page.goBack();
  await page.waitForURL("**/c/table");
  await dwell(page, PLACE, ROUTE_MS);
  await leave(page);
  await exactly(collector, { views: 5, sessions: 1, visitors: 1 });
  const { rows } = await stats(collector, "pages");
  const views = Object.fromEntries(rows.map((row) => [row.path, row.views]));
  assert.deepEqual(views, { "/": 1, "/c/tea": 1, "/c/table": 2, "/c/paper": 1 });
});

test("a page that comes back from the back-forward cache is a view again", async (t) => {
  const { collector, shop } = await startShop(t);
  // Playwright switches the cache off; its users want fresh pages, ours want quick ones.
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  t.after(() => browser.close());
  const page = await (await openShop(browser, { shop })).newPage();
  await page.addInitScript(() => addEventListener("pageshow", (event) => (window.wasCached = event.persisted)));
  await open(page, "/");
  await open(page, "/c/tea");
  await page.goBack({ waitUntil: "commit" });
  await until("the page to be shown again", () => page.evaluate(() => window.wasCached));
  await leave(page);
  await exactly(collector, { views: 3, sessions: 1, visitors: 1 });
});

test("two tabs are one session", async (t) => {
  const { collector, page } = await visit(t);
  await open(page, "/");
  const other = await page.context().newPage();
  await open(other, "/c/tea");
  await leave(page);
  await leave(other);
  await exactly(collector, { views: 2, sessions: 1, visitors: 1 });
});

test("a tag pasted twice counts once", async (t) => {
  const { collector, page } = await visit(t);
  await open(page, "/?tag=twice");
  assert.equal(await page.locator('script[src$="/n.js"]').count(), 2);
  await open(page, "/c/tea");
  await leave(page);
  await exactly(collector, { views: 2, sessions: 1, visitors: 1 });
});

async function visit(t) {
  const { collector, shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  return { collector, page: await context.newPage() };
}

/** Away from the shop, so that the page hides and sends what it has. */
const leave = (page) => page.goto("about:blank");

/** These counts, and still these once every beacon that was sent has arrived. */
async function exactly(collector, expected) {
  const seen = async () => {
    const overview = await stats(collector, "overview");
    return Object.fromEntries(Object.keys(expected).map((name) => [name, overview[name]]));
  };
  await until(`counts of ${JSON.stringify(expected)}`, async () => (await seen()).views >= expected.views);
  const health = await until("no beacon to be under way", async () => {
    const { sent, lost, ...health } = await stats(collector, "health");
    return lost === 0 && { sent, ...health };
  });
  assert.ok(health.sent > 0);
  assert.deepEqual(await seen(), expected);
}
