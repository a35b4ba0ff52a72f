// What is shown is usable by everyone: axe finds nothing in any form, by eye, hand or keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findings } from "./lib/axe.mjs";
import { openShop, startBrowser } from "./lib/browser.mjs";
import { publishPack } from "./lib/collector.mjs";
import { FORMS } from "./lib/offers.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

const OURS = "nunchi-surface";
const SHOWN = ["card", "coupon", "dialog", "barTop", "progress", "survey", "callback"];
const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

test("offers are for everyone", async (t) => {
  const { collector, shop } = await startShop(t);
  await publishPack(collector, (pack) => ({ ...pack, campaigns: Object.values(FORMS) }));
  const browser = await startBrowser(t);
  const visit = async (options, path = PRODUCT) => {
    const context = await openShop(browser, { shop, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    await open(page, path);
    return page;
  };

  for (const [screen, options] of Object.entries(SCREENS)) {
    for (const colorScheme of ["light", "dark"]) {
      for (const language of ["en", "ko"]) {
        await t.test(`axe, ${screen}, ${colorScheme}, ${language}`, async () => {
          const page = await visit({ ...options, colorScheme }, `${PRODUCT}?lang=${language}`);
          for (const name of SHOWN) {
            await stand(page, FORMS[name]);
            // What is folded is looked at unfolded.
            await page.evaluate(() => document.querySelector("nunchi-surface").shadowRoot.querySelector(".why").click());
            assert.deepEqual(await findings(page, OURS), [], name);
            await close(page);
          }
          await page.evaluate(() => nunchi("record"));
          await page.getByRole("dialog").waitFor();
          assert.deepEqual(await findings(page, OURS), [], "record");
          await page.evaluate(() => document.querySelector("nunchi-surface").shadowRoot.querySelector(".round").removeAttribute("aria-label"));
          assert.equal((await findings(page, OURS)).length, 1, "a button without a name is found");
          await page.context().close();
        });
      }
    }
  }

  await t.test("the keyboard reaches everything in a dialog, and the focus comes back", async () => {
    const page = await visit({});
    await page.locator("header a").first().focus();
    await stand(page, FORMS.dialog);
    const reached = new Set();
    for (let press = 0; press < 8; press++) {
      reached.add(await page.evaluate(focused));
      await page.keyboard.press("Tab");
    }
    assert.deepEqual([...reached].filter(Boolean).sort(), ["Close", "Have a look", "Not now", "What is recorded?", "Why am I seeing this?"]);
    await page.keyboard.press("Escape");
    await until("the dialog to go", () => page.evaluate(() => !document.querySelector("nunchi-surface")));
    assert.ok(await page.evaluate(() => document.activeElement === document.querySelector("header a")));
  });

  await t.test("the keyboard reaches a card behind the page, and Escape sends it away", async () => {
    const page = await visit({}, "/help");
    await stand(page, FORMS.coupon);
    // Backwards from the top of the page: the card is the last thing in it.
    for (let press = 0; press < 12 && (await page.evaluate(focused)) !== "Copy"; press++) await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(focused), "Copy");
    await page.keyboard.press("Escape");
    await until("the card to go", () => page.evaluate(() => !document.querySelector("nunchi-surface")));
  });

  await t.test("a card and a bar are heard once, politely", async () => {
    const page = await visit({});
    for (const form of [FORMS.card, FORMS.barTop]) {
      await stand(page, form);
      const said = () => page.evaluate(() => document.querySelector("nunchi-surface").shadowRoot.querySelector("[role=status]").textContent);
      // A live region speaks of what changes in it, so it is filled a moment after it stands there.
      await until("it to be said", async () => (await said()) !== "");
      assert.match(await said(), /^(Tea tastes better in company Spend|We ship on Saturdays, too Order)/);
      await close(page);
    }
  });

  await t.test("at 200 % and with wide text nothing is cut off", async () => {
    const page = await visit({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
    for (const name of SHOWN) {
      await stand(page, FORMS[name]);
      await page.evaluate(spread);
      assert.deepEqual(await page.evaluate(cutOff), [], name);
      await close(page);
    }
  });

  await t.test("nothing moves for who wants it so", async () => {
    const still = await visit({});
    await stand(still, FORMS.card);
    assert.equal(await still.evaluate(moving), "none 0s");
    const lively = await visit({ reducedMotion: "no-preference" });
    await stand(lively, FORMS.card);
    assert.notEqual(await lively.evaluate(moving), "none 0s");
  });
});

async function stand(page, { id }) {
  await page.evaluate((id) => nunchi("show", id), id);
  await until("the form to stand", () => page.evaluate(isStanding), 15_000);
}

async function close(page) {
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.querySelector("nunchi-surface")?.shadowRoot.querySelector(".round")?.click());
  await until("the form to go", () => page.evaluate(() => !document.querySelector("nunchi-surface")));
}

function isStanding() {
  const frame = document.querySelector("nunchi-surface")?.shadowRoot?.querySelector(".card, .dialog, .bar, .inline");
  return !!frame && !frame.hasAttribute("aside") && frame.getBoundingClientRect().height > 1;
}

/** In the page: the name of what has the focus in what we drew. */
function focused() {
  const it = document.querySelector("nunchi-surface")?.shadowRoot?.activeElement;
  return it ? it.getAttribute("aria-label") || it.textContent : "";
}

/** In the page: text spacing as WCAG 2.2, 1.4.12 has it. */
function spread() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }");
  const root = document.querySelector("nunchi-surface").shadowRoot;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** In the page: what cannot be read or reached: wider than its frame, or beyond the window without a way to scroll. */
function cutOff() {
  const root = document.querySelector("nunchi-surface").shadowRoot;
  const frame = root.querySelector(".card, .dialog, .bar, .inline");
  const wrong = [];
  const outer = frame.getBoundingClientRect();
  if (outer.left < 0 || outer.right > innerWidth + 1 || outer.top < -1 || outer.bottom > innerHeight + 1) wrong.push("the frame leaves the window");
  for (const it of frame.querySelectorAll("h2, p, button, input, .meter")) {
    const { left, right, width } = it.getBoundingClientRect();
    if (width && (left < outer.left - 1 || right > outer.right + 1)) wrong.push(`${it.className} leaves the frame`);
    if (it.localName === "button" && it.scrollWidth > it.clientWidth + 1) wrong.push(`${it.className} is cut`);
  }
  return wrong;
}

function moving() {
  const style = getComputedStyle(document.querySelector("nunchi-surface").shadowRoot.querySelector(".card"));
  return `${style.animationName} ${style.transitionDuration.split(",")[0]}`;
}
