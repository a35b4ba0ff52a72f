// Pages that mean no good, or know no better: 40 style sheets and 60 scripts, each a file in hostile/ that says what it
// imitates. What we draw looks as it does on a plain page, or stays away; and whatever the page does, shoppers can buy.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { publishPack } from "./lib/collector.mjs";
import { FORMS } from "./lib/offers.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT } from "./lib/visit.mjs";

/** Pixels of a card that may differ: the page shows behind its round corners. */
const DIFFERENT_MAX = 0.01;
/**
 * How long an offer may take to come on such a page; then it counts as one that stays away. A coupon is given once the
 * page's first beacon has arrived.
 */
const PATIENCE_MS = 4_000;
/** Two cores, and pages that mostly wait. */
const AT_ONCE = 4;

const SOON = { waitUntil: "domcontentloaded" };
const cases = readdirSync(new URL("hostile/", import.meta.url)).sort().map((name) => ({
  name, text: readFileSync(new URL(`hostile/${name}`, import.meta.url), "utf8"),
}));

test("on hostile pages the surface looks the same or stays away, and the shop sells", async (t) => {
  assert.deepEqual([40, 60], [".css", ".js"].map((end) => cases.filter((it) => it.name.endsWith(end)).length));
  const { collector, shop } = await startShop(t);
  await publishPack(collector, (pack) => ({ ...pack, campaigns: [FORMS.coupon] }));
  const browser = await startBrowser(t);
  const compare = await comparer(await browser.newPage());
  const plain = await meet(browser, shop, { name: "plain", text: "" });
  assert.ok(plain, "an offer stands on a plain page");
  const dark = await meet(browser, shop, { name: "dark", text: "" }, { colorScheme: "dark" });
  assert.ok(await compare(plain, dark) > DIFFERENT_MAX, "a card that looks different is found out");

  const wrong = [];
  let away = 0;
  const left = [...cases];
  const work = async () => {
    for (let it = left.shift(); it; it = left.shift()) {
      try {
        const card = await meet(browser, shop, it);
        away += Number(!card);
        const share = card ? await compare(plain, card) : 0;
        if (share > DIFFERENT_MAX) wrong.push(`${it.name}: ${(share * 100).toFixed(1)} % of the card differ`);
      } catch (error) {
        wrong.push(`${it.name}: ${error.message.split("\n")[0]}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  t.diagnostic(`${cases.length} pages, the surface stayed away from ${away}`);
  assert.deepEqual(wrong, []);
  assert.ok(away <= cases.length / 5, `it stayed away from ${away} of ${cases.length} pages`);
});

/** Opens a page of the shop with the case in it, shows an offer, buys; gives a picture of the card if one stood. */
async function meet(browser, shop, { name, text }, options = {}) {
  const context = await openShop(browser, { shop, reducedMotion: "reduce", ...options });
  try {
    await context.addInitScript(name.endsWith(".js") ? `(() => {\n${text}\n})()` : dressing(text));
    const page = await context.newPage();
    await page.goto(PRODUCT, SOON);
    const card = await picture(page);
    // As a hand would: the button by its place in the page, whatever it looks like.
    await page.locator("form.buy button.add").dispatchEvent("click");
    await page.waitForURL("**/cart", SOON);
    await buyBlindly(page);
    return card;
  } finally {
    await context.close();
  }
}

/** A style sheet that is there before anything is painted. */
const dressing = (css) => `new MutationObserver((_, it) => {
  if (!document.head) return;
  it.disconnect();
  document.head.appendChild(document.createElement("style")).textContent = ${JSON.stringify(css)};
}).observe(document, { childList: true, subtree: true });`;

async function picture(page) {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    await page.evaluate((id) => window.nunchi?.("show", id), FORMS.coupon.id).catch(() => {});
    await page.waitForTimeout(100);
    const clip = await page.evaluate(place).catch(() => null);
    if (!clip) continue;
    // Once more: it may be on its way.
    await page.waitForTimeout(150);
    const still = await page.evaluate(place).catch(() => null);
    if (still) return page.screenshot({ clip: still });
  }
  return null;
}

/** In the page: where the card stands, if it can be seen. */
function place() {
  for (const host of document.querySelectorAll("html > *, body > *")) {
    const card = host.shadowRoot && host.shadowRoot.querySelector(".card");
    if (!card || card.hasAttribute("aside") || card.hasAttribute("leaving")) continue;
    const { x, y, width, height } = card.getBoundingClientRect();
    if (width > 1 && height > 1) return { x, y, width, height };
  }
  return null;
}

/** As `buy`, by sending the forms: on such pages fields and buttons may not be seen. */
async function buyBlindly(page) {
  await page.goto("/checkout", SOON);
  const fields = { name: "Kim", email: "kim@shop.example", phone: "010 0000 0000", postcode: "04524", address: "Seoul" };
  await page.locator("form.paper").evaluate((form, fields) => {
    for (const name in fields) if (form.elements[name]) form.elements[name].value = fields[name];
    form.querySelector("div.row button").click();
  }, fields);
  await page.waitForURL("**/checkout/payment", SOON);
  await page.locator("form.paper div.row button").evaluate((button) => button.click());
  await page.waitForURL("**/checkout/thanks", SOON);
}

/** Says which share of two pictures' pixels differ, by a canvas; all of them when their sizes do. */
async function comparer(page) {
  return (one, other) => page.evaluate(async (urls) => {
    const [a, b] = await Promise.all(urls.map(async (url) => {
      const picture = new Image();
      picture.src = url;
      await picture.decode();
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext("2d");
      context.drawImage(picture, 0, 0);
      return context.getImageData(0, 0, picture.width, picture.height);
    }));
    if (Math.abs(a.width - b.width) > 1 || Math.abs(a.height - b.height) > 1) return 1;
    let different = 0;
    for (let y = 0; y < Math.min(a.height, b.height); y++) {
      for (let x = 0; x < Math.min(a.width, b.width); x++) {
        const at = (image, channel) => image.data[(y * image.width + x) * 4 + channel];
        if ([0, 1, 2].some((channel) => Math.abs(at(a, channel) - at(b, channel)) > 16)) different++;
      }
    }
    return different / (a.width * a.height);
  }, [one, other].map((it) => `data:image/png;base64,${it.toString("base64")}`));
}
