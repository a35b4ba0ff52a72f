// 5. A page that forbids WebAssembly: the shop works, its console stays silent, the page view is counted.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { stats } from "./lib/collector.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, buy, open } from "./lib/visit.mjs";

test("where WebAssembly is forbidden the loader counts views by itself", async (t) => {
  const { collector, page, errors } = await visit(t);
  const answer = await counted(page, () => page.goto("/?csp=strict"));
  assert.match(answer.headers()["content-security-policy"], /script-src 'self' http/);

  await counted(page, () => page.goto(PRODUCT));
  await counted(page, () => page.locator("form.buy button.add").click());
  await counted(page, () => page.getByRole("link", { name: "Check out" }).click());
  await buy(page);
  // Home, product, cart, checkout; `buy` hurries, and who leaves before the page was ever idle may not be counted.
  const { views, loader_views } = await stats(collector, "overview");
  assert.equal(views, loader_views);
  assert.ok(views >= 4 && views <= 7, `${views} views`);
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

/** Does something that opens a page, and waits until that page was counted. */
async function counted(page, act) {
  const hit = page.waitForResponse((answer) => answer.url().endsWith("/v1/hit"));
  const result = await act();
  assert.equal((await hit).status(), 204);
  return result;
}

async function visit(t) {
  const { collector, shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  return { collector, page, errors: watchErrors(page) };
}
