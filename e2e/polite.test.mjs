// What is shown is polite, whatever a campaign wants: one thing at a time, never in the way, never again after a no.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { publishPack } from "./lib/collector.mjs";
import { FORMS } from "./lib/offers.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, addToCart, open, watched } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** The engine's and the surface's own: `PHONE_MS` in the surface. */
const PHONE_MS = 5_000;

/** Fires wherever anything may. */
const EAGER = { ...FORMS.card, id: 1, trigger: { is: { what: "views", min: 1 } }, caps: { cooldown_s: 1 } };

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test("offers are polite", async (t) => {
  const { collector, shop } = await startShop(t);
  await publishPack(collector, (pack) => ({ ...pack, campaigns: Object.values(FORMS) }));
  const browser = await startBrowser(t);
  const visit = async (options = {}) => {
    const page = await (await openShop(browser, { shop, reducedMotion: "reduce", ...options })).newPage();
    return { page, errors: watchErrors(page) };
  };

  await t.test("one thing stands at a time", async () => {
    const { page, errors } = await visit();
    await open(page, PRODUCT);
    await show(page, FORMS.card);
    await until("the card", () => page.evaluate(frames));
    await show(page, FORMS.survey);
    await show(page, FORMS.barTop);
    await settled(page);
    assert.deepEqual(await page.evaluate(frames), ["card"]);
    assert.equal(await page.getByRole("region").getByText("Tea tastes better").count(), 1);
    assert.deepEqual(errors, []);
  });

  await t.test("it waits until a field that it would cover is left", async () => {
    const { page } = await visit();
    await open(page, "/help");
    await page.evaluate(() => {
      const field = document.body.appendChild(document.createElement("input"));
      field.style.cssText = "position:fixed;right:60px;bottom:60px;width:240px;height:40px";
      field.focus();
    });
    await show(page, FORMS.card);
    await settled(page);
    assert.equal(await page.evaluate(frames), null, "somebody types there");
    await page.evaluate(() => document.activeElement.blur());
    await until("the card", () => page.evaluate(frames));
    // Whoever comes back to the field has it to himself.
    await page.locator("body > input").focus();
    await until("the card to step aside", async () => !(await page.evaluate(frames)));
  });

  await t.test("it never stands on the shop's buy button", async () => {
    const { page } = await visit();
    await open(page, PRODUCT);
    const pin = (css) => page.evaluate((css) => (document.querySelector("form.buy button.add").style.cssText = css), css);
    for (const [where, css] of [
      ["in the corner", "position:fixed;right:40px;bottom:40px;width:200px;height:48px"],
      ["all along the lower edge", "position:fixed;left:0;right:0;bottom:0;width:100%;height:64px"],
    ]) {
      await pin(css);
      await show(page, FORMS.card);
      await until(`the card beside a button ${where}`, () => page.evaluate(frames));
      assert.ok(await page.evaluate(isFree), `the button ${where} can be pressed`);
      await page.getByRole("region").getByRole("button", { name: "Close" }).click();
      await until("the card to go", () => page.evaluate(isGone));
    }
    // It comes there later, as a bar that sticks when one scrolls.
    await pin("");
    await show(page, FORMS.card);
    await until("the card", () => page.evaluate(frames));
    await pin("position:fixed;right:40px;bottom:40px;width:200px;height:48px");
    await page.mouse.wheel(0, 300);
    await until("the button to be free", () => page.evaluate(isFree));
  });

  await t.test("on a phone nothing stands at once, and then above the shop's bar", async () => {
    const { page } = await visit(PHONE);
    await open(page, PRODUCT);
    await page.evaluate(() => {
      document.querySelector("form.buy button.add").style.cssText = "position:fixed;left:0;right:0;bottom:0;width:100%;height:64px;z-index:9";
    });
    await show(page, FORMS.card);
    await until("the sheet", () => page.evaluate(frames), 15_000);
    const at = await page.evaluate(() => performance.now());
    assert.ok(at >= PHONE_MS, `it stood ${at} ms after the page was opened`);
    assert.ok(await page.evaluate(isFree));
  });

  await t.test("what can be scrolled or typed below it still can", async () => {
    const { page } = await visit();
    await open(page, PRODUCT);
    await show(page, FORMS.barTop);
    await until("the bar", () => page.evaluate(frames));
    await page.mouse.move(640, 500);
    await page.mouse.wheel(0, 400);
    await until("the page to scroll", () => page.evaluate(() => scrollY > 200));
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.localName !== "nunchi-surface"));
  });

  await publishPack(collector, (pack) => ({ ...pack, campaigns: [EAGER] }));

  await t.test("never at the payment step, and never again in the visit after a no", async () => {
    const { page } = await visit();
    await addToCart(page, PRODUCT);
    await page.goto("/checkout");
    const fields = { name: "Kim", email: "kim@shop.example", phone: "010 0000 0000", postcode: "04524", address: "Seoul" };
    for (const [name, text] of Object.entries(fields)) await page.locator(`main [name="${name}"]`).fill(text);
    await page.locator("form.paper div.row button").click();
    await page.waitForURL("**/checkout/payment");
    await watched(page);
    await settled(page);
    assert.equal(await page.evaluate(frames), null, "it is quiet where one pays");

    await open(page, "/help");
    await until("the card, for elsewhere it fires", () => page.evaluate(frames));
    await page.getByRole("region").getByRole("button", { name: "No, thanks" }).click();
    await open(page, "/");
    await settled(page);
    assert.equal(await page.evaluate(frames), null, "no was a no");
  });
});

const show = (page, { id }) => page.evaluate((id) => nunchi("show", id), id);

/** Longer than it takes from a wish to the frame it is painted in: the module is fetched and eight frames pass. */
const settled = (page) => page.evaluate(async () => {
  await new Promise((done) => setTimeout(done, 1_200));
  for (let frame = 0; frame < 8; frame++) await new Promise(requestAnimationFrame);
});

/** In the page: what of ours can be seen, by class; nothing when none can. */
function frames() {
  const root = document.querySelector("nunchi-surface")?.shadowRoot;
  const seen = [...(root?.querySelectorAll(".card, .dialog, .bar, .inline") ?? [])].filter((it) =>
    !it.hasAttribute("aside") && !it.hasAttribute("leaving") && it.getBoundingClientRect().height > 1);
  return seen.length ? seen.map((it) => it.className) : null;
}

function isGone() {
  return !document.querySelector("nunchi-surface");
}

/** In the page: whether the whole of the buy button can be pressed. */
function isFree() {
  const button = document.querySelector("form.buy button.add");
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const points = [[left + 3, top + 3], [right - 3, top + 3], [left + 3, bottom - 3], [right - 3, bottom - 3], [(left + right) / 2, (top + bottom) / 2]];
  return points.every(([x, y]) => document.elementsFromPoint(x, y).every((it) => it.localName !== "nunchi-surface"));
}
