// 5. A page that forbids WebAssembly: the shop works, its console stays silent, the page view is counted.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { stats } from "./lib/collector.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, addToCart, buy, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

test("where WebAssembly is forbidden the loader counts views by itself", async (t) => {
  const { collector, page, errors } = await visit(t);
  const hit = page.waitForResponse((answer) => answer.url().endsWith("/v1/hit"));
  const answer = await page.goto("/?csp=strict");
  assert.match(answer.headers()["content-security-policy"], /script-src 'self' http/);
  assert.equal((await hit).status(), 204);

  await addToCart(page, PRODUCT);
  await buy(page);
  // Home, product, cart, checkout, payment, thanks.
  await until("all views to be counted", async () => (await stats(collector, "overview")).loader_views === 6);
  assert.equal((await stats(collector, "overview")).views, 6);
  assert.deepEqual(errors, []);
});

test("where WebAssembly is allowed and Trusted Types are required the agent runs", async (t) => {
  const { collector, page, errors } = await visit(t);
  await open(page, "/?csp=wasm");
  await page.evaluate(() => nunchi("show", 1));
  await page.getByRole("region", { name: "Before you go" }).waitFor();
  const { views, loader_views } = await stats(collector, "overview");
  assert.deepEqual({ views, loader_views }, { views: 1, loader_views: 0 });
  assert.deepEqual(errors, []);
});

async function visit(t) {
  const { collector, shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  return { collector, page, errors: watchErrors(page) };
}
