// Every form an offer has: what it says, how it is met, and that it is polite wherever it stands.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { publishPack } from "./lib/collector.mjs";
import { FORMS, GOAL, UNFILLED } from "./lib/offers.mjs";
import { SITE, run, startShop } from "./lib/servers.mjs";
import { PRODUCT, addToCart, kept, open, watched } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** Longer than an offer waits before it has failed (`WAITS_MS`). */
const WAITED_MS = 15_000;

test("offers, form by form", async (t) => {
  const { collector, shop } = await startShop(t);
  await publishPack(collector, (pack) => ({ ...pack, campaigns: [...Object.values(FORMS), UNFILLED] }));
  const browser = await startBrowser(t);
  const context = await openShop(browser, { shop, reducedMotion: "reduce" });
  const page = await context.newPage();
  const errors = watchErrors(page);
  const show = async ({ id }) => {
    await page.evaluate((id) => nunchi("show", id), id);
    return page.getByRole("region").or(page.getByRole("dialog")).filter({ hasText: /\S/ });
  };
  const sent = recordBeacons(page);

  await t.test("texts are filled from what the page told", async () => {
    await open(page, PRODUCT);
    const card = await show(FORMS.card);
    await card.waitFor();
    const product = await page.locator("h1").textContent();
    assert.match(await card.locator(".body").textContent(), new RegExp(`with ${product.trim()}\\.`));
  });

  await t.test("where nothing is known what was written instead is said, or nothing is shown", async () => {
    await open(page, "/help");
    const card = await show(FORMS.card);
    await card.waitFor();
    assert.match(await card.locator(".body").textContent(), /with our teas\./);
    await card.getByRole("button", { name: "Close" }).click();
    await gone(page);
    await show(UNFILLED);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    assert.equal(await standing(page), 0);
  });

  await t.test("a bar moves nothing of the shop", async () => {
    await open(page, "/");
    const before = await places(page);
    const bar = await show(FORMS.barTop);
    await bar.waitFor();
    const { y, width } = await bar.boundingBox();
    assert.ok(y < 20 && width > 800, `the bar is at ${y}, ${width} wide`);
    assert.deepEqual(await places(page), before);
    await bar.getByRole("button", { name: "Close" }).click();
    await gone(page);
  });

  await t.test("a progress follows the cart", async () => {
    await addToCart(page, PRODUCT);
    await watched(page);
    const bar = await show(FORMS.progress);
    await bar.waitFor();
    await page.evaluate((value) => nunchi("track", "view_cart", { currency: "KRW", value, items: [{ item_id: "a", price: value, quantity: 1 }] }), GOAL - 12_000);
    await bar.getByText("₩12,000 more and shipping is free").waitFor();
    assert.equal(await bar.getByRole("progressbar").getAttribute("aria-valuenow"), "76");
    await page.evaluate((value) => nunchi("track", "view_cart", { currency: "KRW", value, items: [{ item_id: "a", price: value, quantity: 1 }] }), GOAL + 1);
    await bar.getByText("Your order ships free of charge").waitFor();
    assert.equal(await bar.getByRole("progressbar").getAttribute("aria-valuenow"), "100");
    await bar.getByRole("button", { name: "Close" }).click();
    await gone(page);
  });

  await t.test("a survey asks once, then for the reason, and keeps the focus", async () => {
    await open(page, PRODUCT);
    const card = await show(FORMS.survey);
    await card.waitFor();
    assert.equal(await card.getByText("Search").count(), 0, "choices come after the answer");
    await card.getByRole("button", { name: "4" }).focus();
    await page.keyboard.press("Enter");
    await card.getByText("What was the main reason?").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await card.getByText("Thank you!").waitFor();
    await gone(page);
  });

  await t.test("what leads to a call opens the chat", async () => {
    await open(page, PRODUCT);
    const card = await show(FORMS.callback);
    await card.getByRole("button", { name: "Choose a time" }).click();
    await page.getByRole("dialog").getByRole("textbox").waitFor();
  });

  await t.test("in the page it stands only where there is a slot with room", async () => {
    await open(page, PRODUCT);
    const failed = reactions(page);
    await show(FORMS.slot);
    await until("the slot to be missed", failed);
    assert.equal(await standing(page), 0);

    await page.evaluate(() => {
      const slot = document.createElement("div");
      slot.dataset.nunchiSlot = "below";
      slot.style.minHeight = "260px";
      document.querySelector("main").prepend(slot);
      scrollTo(0, 0);
    });
    const before = await places(page);
    const box = await show(FORMS.slot);
    await box.waitFor();
    assert.deepEqual(await places(page), before);
    const [slot, inside] = await Promise.all([page.locator("[data-nunchi-slot]").boundingBox(), box.boundingBox()]);
    assert.ok(inside.y >= slot.y && inside.y + inside.height <= slot.y + slot.height + 1);
    assert.equal(Math.round(inside.width), Math.round(slot.width));
    await box.getByRole("button", { name: "Close" }).click();
    await gone(page);
  });

  await t.test("nothing it drew shifted the shop", async () => {
    await open(page, PRODUCT);
    await page.evaluate(watchShifts);
    for (const form of [FORMS.card, FORMS.dialog, FORMS.barTop, FORMS.survey]) {
      const shown = await show(form);
      await shown.waitFor();
      await shown.getByRole("button", { name: "Close" }).click();
      await gone(page);
    }
    assert.equal(await page.evaluate(() => window.shifted), 0);
  });

  await t.test("each visit is given a coupon of its own, until the pool is empty", async () => {
    await run(process.env.NUNCHI, ["coupon", "add", SITE, "spring", await codes(t, ["TEA-1", "TEA-2"]), "--data", collector.data]);
    const given = async (page) => {
      await open(page, PRODUCT);
      await page.evaluate((id) => nunchi("show", id), FORMS.pool.id);
      await page.locator(".code").waitFor();
      return page.locator(".code").inputValue();
    };
    const mine = await given(page);
    assert.match(mine, /^TEA-[12]$/);
    assert.equal(await given(page), mine, "asked again it is the same");
    const other = await (await openShop(browser, { shop, reducedMotion: "reduce" })).newPage();
    const theirs = await given(other);
    assert.ok(theirs.startsWith("TEA-") && theirs !== mine);
    const late = await (await openShop(browser, { shop, reducedMotion: "reduce" })).newPage();
    await open(late, PRODUCT);
    const answer = late.waitForResponse((it) => it.url().endsWith("/v1/coupon"));
    await late.evaluate((id) => nunchi("show", id), FORMS.pool.id);
    assert.equal((await answer).status(), 404);
    assert.equal(await standing(late), 0, "no coupon, no promise of one");
  });
  assert.deepEqual(errors, []);
  assert.ok(sent.length > 0);

  await t.test("products that others saw are shown, and lead to their pages", async () => {
    await run(process.env.DEMO_SHOP, [
      "crowd", "--collector", collector.origin, "--site", SITE, "--origin", shop,
      "--instant", "--past", "24h", "--shoppers", "160", "--no-live",
    ]);
    await open(page, PRODUCT);
    const card = await show(FORMS.products);
    await card.waitFor();
    const goods = card.locator(".good");
    const count = await goods.count();
    assert.ok(count >= 2 && count <= 4, `${count} products`);
    assert.match(await goods.first().textContent(), /₩[\d,]+/);
    const path = await goods.first().getAttribute("href");
    assert.ok(path !== PRODUCT, "not the one that is looked at");
    await goods.first().click();
    await page.waitForURL(`**${path}`);
  });

  await t.test("it looks as the shop wants, and a logo that does not come is left out", async () => {
    const theme = { paper: "#fff8e7", ink: "#2a1f14", radius: 4, font: "inherit" };
    await publishPack(collector, (pack) => ({ ...pack, theme: { ...pack.theme, ...theme, logo: "/no-such.svg" } }));
    const look = async (options) => {
      const page = await (await openShop(browser, { shop, reducedMotion: "reduce", ...options })).newPage();
      await open(page, PRODUCT);
      await page.evaluate((id) => nunchi("show", id), FORMS.card.id);
      await page.getByRole("region").waitFor();
      await until("the logo to be given up", async () => (await page.locator(".logo").count()) === 0);
      return page.evaluate(() => {
        const card = document.querySelector("nunchi-surface").shadowRoot.querySelector(".card");
        const { backgroundColor, color, borderTopLeftRadius, fontFamily } = getComputedStyle(card);
        const isOwn = fontFamily === getComputedStyle(document.body).fontFamily;
        return [backgroundColor, color, borderTopLeftRadius, isOwn, card.querySelector(".sign").textContent.trim()].join(" ");
      });
    };
    const expected = "rgb(255, 248, 231) rgb(42, 31, 20) 4px true O";
    assert.equal(await look({}), expected);
    assert.equal(await look({ colorScheme: "dark" }), expected, "the shop's own paper stays in the dark");
  });

  await t.test("who wants to know is told, and may refuse and be erased", async () => {
    const page = await (await openShop(browser, { shop, reducedMotion: "reduce" })).newPage();
    await open(page, PRODUCT);
    await page.evaluate(() => nunchi("record"));
    const dialog = page.getByRole("dialog", { name: "What is recorded about you" });
    await dialog.getByText("A random number for this browser").waitFor();
    await dialog.getByText("Pages you opened: 1").waitFor();
    const told = page.waitForResponse((it) => it.url().endsWith("/v1/erase"));
    await dialog.getByRole("button", { name: "Stop and erase" }).click();
    assert.equal((await told).status(), 200);
    await dialog.getByText("the shop was told to erase").waitFor();
    assert.deepEqual(await kept(page), ["nunchi-refused"]);
    const [wish] = JSON.parse(await run(process.env.NUNCHI, ["erasure", "list", SITE, "--data", collector.data, "--format", "json"]));
    assert.match(wish.visitor, /^[0-9a-f]{32}$/);

    const reported = recordBeacons(page);
    await page.goto(PRODUCT);
    await page.evaluate(() => nunchi("consent", "personalise"));
    await page.evaluate(() => nunchi("record"));
    await dialog.getByRole("button", { name: "Allow again" }).waitFor();
    assert.equal(reported.length, 0, "the refusal outlasts the page, and what the shop says");
    await dialog.getByRole("button", { name: "Allow again" }).click();
    await open(page, PRODUCT);
  });
});

/** A file with these codes. */
async function codes(t, codes) {
  const folder = await mkdtemp(join(tmpdir(), "nunchi-codes-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "codes.txt"), codes.join("\n"));
  return join(folder, "codes.txt");
}

/** How many things of ours stand. */
const standing = (page) => page.evaluate(() => document.querySelectorAll("nunchi-surface").length);

const gone = (page) => until("what stood to be gone", async () => (await standing(page)) === 0, WAITED_MS);

/** Where everything of the shop stands. */
const places = (page) => page.evaluate(() =>
  [...document.querySelectorAll("header, main, main *, footer")].filter((it) => it.localName !== "nunchi-surface").map((it) => {
    const { x, y, width } = it.getBoundingClientRect();
    return [it.localName, Math.round(x), Math.round(y), Math.round(width)].join(" ");
  }));

function watchShifts() {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: false });
}

function recordBeacons(page) {
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/v1/b") && sent.push(request));
  return sent;
}

/** Whether a beacon went out since now: an offer that failed is reported. */
function reactions(page) {
  const sent = recordBeacons(page);
  return async () => sent.length > 0;
}
