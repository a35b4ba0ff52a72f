// Pictures for the README, made from what is real: each shows a state that another test proves.

import { spawn } from "node:child_process";
import { test } from "node:test";

import { openShop, picture, startBrowser } from "./lib/browser.mjs";
import { SCREENS, VIEWS, firstVisit, openConsole, visit } from "./lib/console.mjs";
import { SITE, run, startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";

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
  const { context, page } = await openConsole(browser, collector, options);
  await page.goto("/console/");
  await page.waitForFunction(() => Number(/(\d+)\s+in the shop/.exec(document.body.innerText)?.[1]) >= 20);
  const visits = [await firstVisit(page, "bought"), await firstVisit(page, "cart")];
  for (const view of [...VIEWS, ...visits]) {
    await visit(page, view);
    const called = view.startsWith("visitors/") ? `visit-${visits.indexOf(view)}` : view.replace("/", "-") || "floor";
    await picture(page, name(`console-${called}`));
  }
  await context.close();
}
