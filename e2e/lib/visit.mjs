// What shoppers do, with a hand that takes its time.

import assert from "node:assert/strict";

import { until } from "./wait.mjs";

/** Shoppers do not wait for what loads beside the page; a tag that never arrives must not keep them either. */
const SOON = { waitUntil: "domcontentloaded" };

/** A product that is on sale in sizes, so that its page has a native select. */
export const PRODUCT = "/p/jakseol-green-tea";

/** Opens a page and waits until its first beacon was taken: from then on the agent watches. */
export async function open(page, path) {
  const taken = page.waitForResponse((answer) => answer.url().endsWith("/v1/b") && answer.ok());
  await page.goto(path);
  await taken;
}

/** Waits until this page has sent its first beacon, however one came to it. */
export const watched = (page) =>
  until("the page's first beacon", () =>
    page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/v1/b"))));

/** Moves the pointer from where it is to a place, in so many milliseconds, as a hand does. */
export async function glide(page, from, to, ms) {
  const began = performance.now();
  for (let share = 0; share < 1; ) {
    share = Math.min(1, (performance.now() - began) / ms);
    await page.mouse.move(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** Looks at a place for a while: the pointer is never quite still. */
export async function dwell(page, { x, y }, ms) {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    await glide(page, { x, y }, { x: x + 30, y: y + 12 }, 250);
    await glide(page, { x: x + 30, y: y + 12 }, { x, y }, 250);
  }
}

/** Goes for the tabs: up and out through the top of the window. */
export async function leaveByTop(page, from) {
  await glide(page, from, { x: from.x + 40, y: 1 }, 300);
  // A hand would be outside now. The protocol's pointer rests at the edge, and the agent, which hears a move in 50 ms,
  // may have missed how it came there.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 80)));
  await page.mouse.move(from.x + 40, 0);
}

/** Puts a product into the cart, from its page. */
export async function addToCart(page, path) {
  await page.goto(path, SOON);
  await page.locator("form.buy button.add").click();
  await page.waitForURL("**/cart", SOON);
}

/** From a filled cart to the thank-you page; gives the order's number. */
export async function buy(page) {
  await page.goto("/checkout", SOON);
  const fields = { name: "Kim", email: "kim@shop.example", phone: "010 0000 0000", postcode: "04524", address: "Seoul" };
  for (const [name, text] of Object.entries(fields)) await page.locator(`main [name="${name}"]`).fill(text);
  await page.locator("form.paper div.row button").click();
  await page.waitForURL("**/checkout/payment", SOON);
  await page.locator("form.paper div.row button").click();
  await page.waitForURL("**/checkout/thanks", SOON);
  const order = await page.locator(".thanks .order").textContent();
  assert.match(order, /^OD-\d+-\d+$/);
  return order;
}

/** All that our code keeps in the browser: names of storage keys, cookies, databases and caches. */
export async function kept(page) {
  const inPage = await page.evaluate(async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...(await indexedDB.databases()).map((database) => database.name), ...(await caches.keys()),
  ]);
  const cookies = await page.context().cookies();
  return [...inPage, ...cookies.map((cookie) => cookie.name)].filter((name) => !name.startsWith("ondal_"));
}
