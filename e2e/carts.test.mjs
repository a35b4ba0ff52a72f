// Carts of shop platforms, without a word from the merchant: what the collector stored is what the cart held.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { cafe24, shopify, startPlatform, woocommerce } from "./lib/platforms.mjs";
import { SITE, run } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** Between two readings of a cart. */
const PAUSE_MS = 5_000;
const FACT = "stated ";

test("Shopify: hundredths of a won, requests and forms, and the shop's own word first", async (t) => {
  const { page, told, asked, errors } = await visit(t, shopify);
  await open(page, "/products/red-rain-coat");
  await taken(page, 1);
  const began = Date.now();
  await send(page, "/cart/add.js", "quantity=2");
  await taken(page, 2);
  assert.ok(Date.now() - began >= PAUSE_MS - 1_000, "one request in five seconds");

  await page.evaluate(() => {
    // A theme that tells Google of it: by its own name for the thing, at once.
    window.dataLayer = window.dataLayer || [];
    const items = [{ item_id: "shopify_KR_632910392_794864229", price: 12900, quantity: 1 }];
    nunchi("track", "add_to_cart", { currency: "KRW", items });
  });
  await send(page, "/cart/add.js", "quantity=1");
  await taken(page, 3);
  await send(page, "/cart/change.js", "quantity=1");
  await taken(page, 4);

  await Promise.all([page.waitForURL("**/cart"), page.getByRole("button", { name: "Add to cart" }).click()]);
  await taken(page, 1);
  await page.getByRole("button", { name: "Check out" }).click();
  assert.equal(reads(asked, "GET /cart.js"), 5);
  assert.deepEqual(await told(), [
    "product_seen COAT-S",
    "cart_stands 0 0",
    "added COAT-S 2x12900", "cart_stands 2 25800", "cart_holds COAT-S 2x12900",
    "added shopify_KR_632910392_794864229 1x12900", "cart_stands 3 38700", "cart_holds COAT-S 3x12900",
    "removed COAT-S 2x12900", "cart_stands 1 12900", "cart_holds COAT-S 1x12900",
    "added COAT-S 1x12900",
    "cart_stands 2 25800", "cart_holds COAT-S 2x12900",
    "checkout_began 25800",
  ]);
  assert.deepEqual(errors, []);
  assert.ok(asked.every((it) => !it.startsWith("POST /cart") || /add|change/.test(it)));
});

test("WooCommerce: the store's own decimals, events of jQuery, the order on the page after it", async (t) => {
  const { page, told, asked, errors } = await visit(t, woocommerce);
  await page.addInitScript(fakeQuery);
  await open(page, "/product/beanie/");
  await page.waitForTimeout(1_000);
  assert.equal(reads(asked, "/wc/store/"), 0, "who has no cart is not asked about");
  for (const count of [1, 2]) {
    await page.evaluate(async () => {
      const answer = JSON.parse(await (await fetch("/?wc-ajax=add_to_cart", { method: "POST", body: "product_id=38" })).text());
      jQuery(document.body).trigger("added_to_cart", [answer.fragments, answer.cart_hash]);
    });
    // The second time a plugin tells Google of it: a bit later, by another name for the thing.
    if (count === 2) {
      const items = [{ item_id: "38", price: 18.5, quantity: 1 }];
      await page.evaluate((items) => dataLayer.push({ event: "add_to_cart", ecommerce: { currency: "EUR", items } }), items);
    }
    await taken(page, count);
    assert.equal(reads(asked, "/wc/store/"), count);
  }
  await open(page, "/checkout/");
  await taken(page, 1);
  await open(page, "/checkout/order-received/1042/");
  await taken(page, 1);
  assert.ok(reads(asked, "/wc/store/") >= 4, "the currency is asked for");
  const facts = await told();
  assert.deepEqual(facts.slice(0, 11), [
    "cart_stands 0 0",
    "added Woo-beanie-logo 1x1850", "cart_stands 1 1850", "cart_holds Woo-beanie-logo 1x1850",
    "added 38 1x1850", "cart_stands 2 3700", "cart_holds Woo-beanie-logo 2x1850",
    "cart_stands 2 3700", "cart_holds Woo-beanie-logo 2x1850", "checkout_began 3700",
    "purchased 1042 2 104190",
  ]);
  assert.deepEqual(errors, []);
});

test("Cafe24: everything is in globals, nothing is asked", async (t) => {
  const { page, told, asked, errors } = await visit(t, cafe24);
  await open(page, "/product/detail.html?product_no=1217");
  await page.waitForTimeout(500);
  await send(page, "/exec/front/order/basket/", "command=add&quantity=2");
  await page.waitForTimeout(1_000);
  for (const path of ["/order/basket.html", "/order/orderform.html", "/order/order_result.html"]) {
    await open(page, path);
    await page.waitForTimeout(500);
  }
  assert.deepEqual(await told(), [
    "product_seen 1217",
    "cart_stands 0 0",
    "added 1217 2x120000",
    "cart_stands 2 240000", "cart_holds 1217 2x120000",
    "cart_stands 2 240000", "cart_holds 1217 2x120000", "checkout_began 240000",
    "purchased 20261122-0000125 2 243000",
  ]);
  assert.deepEqual(asked.filter((it) => !it.includes(".html") && !it.includes("favicon")), ["POST /exec/front/order/basket/"]);
  assert.deepEqual(errors, []);
});

test("who refuses is not asked about, and a cart that makes no sense is none", async (t) => {
  const { page, asked, errors } = await visit(t, (request, cart) =>
    request.url.pathname === "/cart.js" ? { json: { items: 7 } } : shopify(request, cart));
  await page.addInitScript(() => ((window.nunchi = (...call) => (nunchi.q ||= []).push(call))("consent", "denied")));
  await page.goto("/products/red-rain-coat");
  await page.waitForFunction(() => window.nunchi?.site);
  await page.waitForTimeout(1_500);
  assert.equal(reads(asked, "GET /cart.js"), 0);
  await page.evaluate(() => nunchi("consent", "measure"));
  await until("the reading", () => reads(asked, "GET /cart.js") === 1);
  await page.evaluate(() => nunchi("consent", "denied"));
  await send(page, "/cart/add.js", "quantity=2");
  await page.waitForTimeout(PAUSE_MS + 1_000);
  assert.equal(reads(asked, "GET /cart.js"), 1, "nothing once it is refused");
  assert.deepEqual(errors, []);
});

async function visit(t, platform) {
  const { collector, shop, asked } = await startPlatform(t, platform);
  const context = await openShop(await startBrowser(t), { shop });
  await context.addInitScript(countAnswers);
  const page = await context.newPage();
  return { page, asked, errors: watchErrors(page), told: () => told(collector, page) };
}

/** How many requests of the shop were these. */
const reads = (asked, what) => asked.filter((it) => it.includes(what)).length;

/** Waits until so many answers to requests of this page were read and what follows from them was done. */
const taken = (page, times) => page.waitForFunction((times) => window.taken >= times, times);

/** In the page, before anything else: whoever waits for an answer goes on before the next task. */
function countAnswers() {
  window.taken = 0;
  const { json } = Response.prototype;
  Response.prototype.json = async function () {
    const value = await json.call(this);
    setTimeout(() => window.taken++);
    return value;
  };
}

/** As a theme's script does. */
const send = (page, path, body) =>
  page.evaluate(([path, body]) => fetch(path, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } }).then((it) => it.text()), [path, body]);

/** The facts of this visit that were stored, in their order, once the page is left. */
async function told(collector, page) {
  const kept = await page.evaluate((key) => localStorage.getItem(key), `nunchi.${SITE}.visitor`);
  const session = Buffer.from(kept, "latin1").subarray(16, 24).toString("hex");
  await page.goto("about:blank");
  let before = "";
  return until("the last beacon", async () => {
    const why = JSON.parse(await run(process.env.NUNCHI, ["why", "--site", SITE, "--session", session, "--data", collector.data, "--format", "json"]));
    const facts = why.moments.filter(({ text }) => text.startsWith(FACT)).map(({ text }) => text.slice(FACT.length));
    const now = facts.join();
    const isStill = now === before;
    before = now;
    return isStill && facts.length > 0 && facts;
  });
}

/** As much of jQuery as the platform's scripts use for their events. */
function fakeQuery() {
  const heard = {};
  const query = { on: (names, f) => (names.split(" ").forEach((name) => (heard[name] ||= []).push(f)), query), trigger: (name, details) => (heard[name]?.forEach((f) => f({ type: name }, ...details)), query) };
  window.jQuery = () => query;
}
