// Pictures of every form for docs/, small ones: each shows a state that another test proves.

import { mkdirSync } from "node:fs";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { publishPack } from "./lib/collector.mjs";
import { FORMS, GOAL } from "./lib/offers.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
/** Columns, and how wide each is. */
const SHEETS = { desktop: [3, 420], phone: [5, 230] };
const STAGED = ["card", "coupon", "dialog", "barTop", "progress", "survey", "callback", "slot"];

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const [locale, colorScheme] of [["en-GB", "light"], ["ko-KR", "dark"]]) {
    test(`forms, ${screen}, ${locale}, ${colorScheme}`, async (t) => {
      const { collector, shop } = await startShop(t);
      await publishPack(collector, (pack) => ({ ...pack, campaigns: Object.values(FORMS) }));
      const browser = await startBrowser(t);
      const context = await openShop(browser, { shop, locale, colorScheme, reducedMotion: "reduce", ...options });
      const page = await context.newPage();
      const shots = [];
      for (const name of STAGED) {
        await open(page, `${PRODUCT}?lang=${locale.slice(0, 2)}`);
        if (name === "slot") await page.evaluate(makeSlot);
        await page.evaluate((id) => nunchi("show", id), FORMS[name].id);
        await until("the form to stand", () => page.evaluate(isStanding), 15_000);
        if (name === "progress") {
          await page.evaluate((value) => nunchi("track", "view_cart", { currency: "KRW", value, items: [{ item_id: "a", price: value, quantity: 1 }] }), GOAL - 12_000);
        }
        shots.push(await page.screenshot());
      }
      await open(page, `${PRODUCT}?lang=${locale.slice(0, 2)}`);
      await page.evaluate(() => nunchi("record"));
      await page.getByRole("dialog").waitFor();
      shots.push(await page.screenshot());
      await sheet(await context.newPage(), shots, `forms-${screen}-${colorScheme}`, SHEETS[screen]);
    });
  }
}

/** All of them on one sheet, small enough for the repository, in e2e/results. */
async function sheet(page, shots, name, [columns, width]) {
  await page.setViewportSize({ width: columns * (width + 8) + 8, height: 600 });
  const pictures = shots.map((it) => `<img width="${width}" src="data:image/png;base64,${it.toString("base64")}">`);
  await page.setContent(`<body style="margin:8px;display:flex;flex-wrap:wrap;gap:8px;background:#8b8f98">${pictures.join("")}`);
  await page.evaluate(() => Promise.all([...document.images].map((it) => it.decode())));
  mkdirSync("results", { recursive: true });
  await page.screenshot({ path: `results/${name}.jpg`, type: "jpeg", quality: 78, fullPage: true });
}

/** In the page: a place that the shop keeps free. */
function makeSlot() {
  const slot = document.createElement("div");
  slot.dataset.nunchiSlot = "below";
  slot.style.minHeight = "260px";
  document.querySelector("main").prepend(slot);
}

/** In the page: something of ours can be seen. */
function isStanding() {
  const root = document.querySelector("nunchi-surface")?.shadowRoot;
  const frame = root?.querySelector(".card, .dialog, .bar, .inline");
  return !!frame && !frame.hasAttribute("aside") && frame.getBoundingClientRect().height > 20;
}
