// Pictures for the README, made from what is real: each shows a state that another test proves.

import { spawn } from "node:child_process";
import { test } from "node:test";

import { openShop, picture, startBrowser } from "./lib/browser.mjs";
import { token } from "./lib/collector.mjs";
import { SITE, run, startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, reducedMotion: "reduce" },
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

      await yesterday(collector, shop);
      walkIn(t, collector, shop);
      await console_(browser, collector, { colorScheme, ...options }, name);
    });
  }
}

/** The shoppers of the day before, at once. */
async function yesterday(collector, shop) {
  const how = ["--instant", "--past", "24h", "--shoppers", "160", "--no-live"];
  await run(process.env.DEMO_SHOP, ["crowd", ...where(collector, shop), ...how]);
}

/** Shoppers who walk through the shop in a hurry, until the test is over. */
function walkIn(t, collector, shop) {
  const options = ["crowd", ...where(collector, shop), "--seed", "11", "--pace", "30"];
  const child = spawn(process.env.DEMO_SHOP, options, { stdio: "ignore" });
  t.after(() => child.kill());
}

const where = (collector, shop) => ["--collector", collector.origin, "--site", SITE, "--origin", shop];

async function console_(browser, collector, options, name) {
  const context = await browser.newContext({ baseURL: collector.origin, locale: "en-GB", ...options });
  const page = await context.newPage();
  const headers = { Origin: collector.origin };
  await page.request.post("/api/session", { headers, data: { token: await token(collector.data) } });
  for (const view of ["floor", "overview"]) {
    await page.goto(`/console/${view === "floor" ? "" : view}`);
    await page.getByRole("main").waitFor();
    await page.waitForLoadState("load");
    await page.waitForFunction(() => {
      const [, here] = /(\d+)\s+in the shop/.exec(document.body.innerText) ?? [];
      return here === undefined ? /sessions saw/.test(document.body.innerText) : Number(here) >= 20;
    });
    // People have walked in; what breathes for ever is not waited for.
    await page.waitForFunction(() =>
      document.getAnimations().every((it) => it.playState !== "running" || it.effect.getComputedTiming().endTime === Infinity));
    await picture(page, name(`console-${view}`));
  }
  await context.close();
}
