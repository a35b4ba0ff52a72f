// Pictures of every form for docs/, small ones: each shows a state that another test proves.

import { test } from "node:test";

import { openShop, picture, startBrowser } from "./lib/browser.mjs";
import { publishPack } from "./lib/collector.mjs";
import { FORMS, GOAL } from "./lib/offers.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const STAGED = ["card", "coupon", "dialog", "barTop", "progress", "survey", "callback", "slot"];

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const [locale, colorScheme] of [["en-GB", "light"], ["ko-KR", "dark"]]) {
    test(`forms, ${screen}, ${locale}, ${colorScheme}`, async (t) => {
      const { collector, shop } = await startShop(t);
      await publishPack(collector, (pack) => ({ ...pack, campaigns: Object.values(FORMS) }));
      const browser = await startBrowser(t);
      const context = await openShop(browser, { shop, locale, colorScheme, reducedMotion: "reduce", ...options });
      const page = await context.newPage();
      for (const name of STAGED) {
        await open(page, `${PRODUCT}?lang=${locale.slice(0, 2)}`);
        await page.evaluate((value) => {
          nunchi("track", "view_cart", { currency: "KRW", value, items: [{ item_id: "a", price: value, quantity: 1 }] });
          const slot = document.createElement("div");
          slot.dataset.nunchiSlot = "below";
          slot.style.minHeight = "280px";
          document.querySelector("main").prepend(slot);
        }, GOAL - 12_000);
        await page.evaluate((id) => nunchi("show", id), FORMS[name].id);
        await until("the form to stand", () => page.evaluate(isStanding), 15_000);
        if (name === "progress") {
          await page.evaluate((value) => nunchi("track", "view_cart", { currency: "KRW", value, items: [{ item_id: "a", price: value, quantity: 1 }] }), GOAL - 12_000);
        }
        await picture(page, `form-${name}-${screen}-${colorScheme}`);
      }
      await open(page, `${PRODUCT}?lang=${locale.slice(0, 2)}`);
      await page.evaluate(() => nunchi("record"));
      await page.getByRole("dialog").waitFor();
      await picture(page, `form-record-${screen}-${colorScheme}`);
    });
  }
}

/** In the page: something of ours can be seen. */
function isStanding() {
  const root = document.querySelector("nunchi-surface")?.shadowRoot;
  const frame = root?.querySelector(".card, .dialog, .bar, .inline");
  return !!frame && !frame.hasAttribute("aside") && frame.getBoundingClientRect().height > 20;
}
