// 4. Consent denied, unknown, or Global Privacy Control: nothing is stored, nothing identifies, nothing is shown beyond
// what the state allows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { publish, stats } from "./lib/collector.mjs";
import { senderOf } from "./lib/frame.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, addToCart, dwell, kept, leaveByTop, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

test("while nobody was asked, nothing is stored, sent or shown", async (t) => {
  const { collector, page, sent } = await visit(t);
  await running(page, `${PRODUCT}?consent=ask`);
  await behave(page);
  assert.deepEqual(await kept(page), []);
  assert.deepEqual(sent, []);
  assert.equal(await surfaces(page), 0);

  // The control: the same browser, after a yes, is counted from the view on which it said so.
  const taken = page.waitForResponse((answer) => answer.url().endsWith("/v1/b"));
  await page.getByRole("button", { name: "Accept all" }).click();
  await taken;
  assert.notDeepEqual(await kept(page), [], "with consent the visitor is remembered");
  await until("the visitor to be counted", async () => (await stats(collector, "overview")).visitors === 1);
});

test("who refuses is left alone, on this page and on the next", async (t) => {
  const { collector, page, sent } = await visit(t);
  await running(page, `${PRODUCT}?consent=ask`);
  await page.getByRole("button", { name: "Refuse" }).click();
  await running(page, PRODUCT);
  await behave(page);
  await addToCart(page, PRODUCT);
  assert.deepEqual(await kept(page), []);
  assert.deepEqual(sent, []);
  assert.equal(await surfaces(page), 0);
  assert.equal((await stats(collector, "overview")).views, 0);
});

test("who allows statistics is counted without being known", async (t) => {
  const { collector, page } = await visit(t);
  await running(page, `${PRODUCT}?consent=ask`);
  const taken = page.waitForResponse((answer) => answer.url().endsWith("/v1/b"));
  await page.getByRole("button", { name: "Only statistics" }).click();
  await taken;
  await countedButUnknown(collector, page);
});

test("Global Privacy Control means statistics at most, whatever the site allows", async (t) => {
  const { collector, page } = await visit(t);
  await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await open(page, PRODUCT);
  await countedButUnknown(collector, page);
});

test("who is known after being counted begins anew: nothing ties the two together", async (t) => {
  const { collector, page } = await visit(t);
  const senders = new Map();
  page.on("request", (request) => {
    if (!request.url().endsWith("/v1/b")) return;
    const { run, isKnown } = senderOf(request.postDataBuffer());
    senders.set(run, [...(senders.get(run) ?? []), isKnown]);
  });
  await running(page, `${PRODUCT}?consent=ask`);
  await allow(page, () => page.getByRole("button", { name: "Only statistics" }).click());
  assert.deepEqual(await kept(page), []);
  await allow(page, () => page.evaluate(() => nunchi("consent", "personalise")));
  await until("the visitor to be remembered", async () => (await kept(page)).length > 0);
  await page.goto("about:blank");

  await until("both runs to be stored", async () => (await stats(collector, "overview")).sessions === 2);
  const { visitors, views } = await stats(collector, "overview");
  assert.deepEqual({ visitors, views }, { visitors: 1, views: 2 });
  const [counted, known, ...others] = [...senders.values()];
  assert.deepEqual(others, []);
  assert.ok(counted.every((isKnown) => !isKnown), "the first run names nobody");
  assert.ok(known.every((isKnown) => isKnown), "the second run does");
});

test("who takes consent back takes the way to the conversation back as well", async (t) => {
  for (const level of ["denied", "measure"]) {
    const { page } = await visit(t);
    await open(page, PRODUCT);
    await page.evaluate(() => nunchi("open"));
    const field = page.getByRole("dialog").getByRole("textbox");
    await field.fill("How long does shipping take?");
    await field.press("Enter");
    await page.getByRole("log").locator(".message").nth(2).waitFor();
    assert.ok((await kept(page)).includes("nunchi-chat"), "the chat goes on over pages");

    await page.evaluate((level) => nunchi("consent", level), level);
    await until(`nothing to be left at ${level}`, async () => (await kept(page)).length === 0);
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
});

/** Says yes to something, and waits until the beacon that follows was taken. */
async function allow(page, act) {
  const taken = page.waitForResponse((answer) => answer.url().endsWith("/v1/b") && answer.ok());
  await act();
  await taken;
}

/** Two pages seen by one browser, and no way to tell that it was one. */
async function countedButUnknown(collector, page) {
  await behave(page);
  assert.equal(await surfaces(page), 0, "no campaign is judged");
  assert.deepEqual(await kept(page), []);
  await open(page, "/c/tea");
  await page.goto("about:blank");
  await until("both views to be counted", async () => (await stats(collector, "overview")).views === 2);
  const { visitors, sessions } = await stats(collector, "overview");
  assert.deepEqual({ visitors, sessions }, { visitors: 0, sessions: 2 });
  const { rows } = await stats(collector, "campaigns");
  assert.ok(rows.every((row) => row.fired + row.held_out + row.shadowed === 0));
}

async function visit(t) {
  const { collector, shop } = await startShop(t);
  await publish(collector, "exit-offer", { holdout_permille: 0 });
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  const sent = [];
  page.on("request", (request) => {
    if (request.url().startsWith(collector.origin) && request.method() === "POST") sent.push(request.url());
  });
  return { collector, page, sent };
}

/** Opens a page and waits for the agent, which fetches its pack first. */
async function running(page, path) {
  const packed = page.waitForResponse((answer) => answer.url().includes("/v1/pack/"));
  await page.goto(path);
  await packed;
}

/** What would bring up an offer, were it allowed. */
async function behave(page) {
  await dwell(page, { x: 420, y: 420 }, 4_000);
  await leaveByTop(page, { x: 420, y: 420 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** How many of our hosts stand in the page. */
const surfaces = (page) => page.evaluate(() => [...document.querySelectorAll("*")].filter((node) => node.shadowRoot).length);
