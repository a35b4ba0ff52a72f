// Pictures for the README, made from what is real: each shows a state that another test proves.

import { test } from "node:test";

import { openShop, picture, startBrowser } from "./lib/browser.mjs";
import { token } from "./lib/collector.mjs";
import { SITE, run, startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`pictures, ${screen}, ${colorScheme}`, async (t) => {
      const { collector, shop } = await startShop(t);
      const browser = await startBrowser(t);
      const page = await (await openShop(browser, { shop, colorScheme, ...options })).newPage();
      const name = (what) => `${what}-${screen}-${colorScheme}`;

      await open(page, PRODUCT);
      await page.evaluate(() => nunchi("show", 1));
      await page.getByRole("region", { name: "Before you go" }).waitFor();
      await picture(page, name("offer"));

      await page.evaluate(() => nunchi("open"));
      const chat = page.getByRole("dialog");
      await chat.getByRole("textbox").fill("How long does shipping take?");
      await chat.getByRole("textbox").press("Enter");
      await chat.getByRole("log").locator(".message").nth(2).waitFor();
      await picture(page, name("chat"));

      await crowd(collector, shop, ["--shoppers", "160", "--past", "24h"]);
      await crowd(collector, shop, ["--shoppers", "36", "--seed", "11"]);
      await console_(browser, collector, { colorScheme, ...options }, name);
    });
  }
}

/** People of the day before, or of the last minutes, at once. */
async function crowd(collector, shop, options) {
  const where = ["--collector", collector.origin, "--site", SITE, "--origin", shop];
  await run(process.env.DEMO_SHOP, ["crowd", ...where, "--instant", "--no-live", ...options]);
}

async function console_(browser, collector, options, name) {
  const context = await browser.newContext({ baseURL: collector.origin, locale: "en-GB", ...options });
  const page = await context.newPage();
  await page.request.post("/api/session", { data: { token: await token(collector.data) } });
  for (const view of ["floor", "overview"]) {
    await page.goto(`/console/${view === "floor" ? "" : view}`);
    await page.getByRole("main").waitFor();
    await page.waitForLoadState("load");
    await page.getByText(view === "floor" ? /in the shop/ : /sessions saw/).first().waitFor();
    // People have walked in; what breathes for ever is not waited for.
    await page.waitForFunction(() =>
      document.getAnimations().every((it) => it.playState !== "running" || it.effect.getComputedTiming().endTime === Infinity));
    await picture(page, name(`console-${view}`));
  }
  await context.close();
}
