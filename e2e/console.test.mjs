// The console as a person meets it: every view, light and dark, on a desktop and on a phone, in both languages.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

import { startBrowser } from "./lib/browser.mjs";
import { SCREENS, VIEWS, firstVisit, openConsole, settled, visit } from "./lib/console.mjs";
import { SITE, run, startShop } from "./lib/servers.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test("every view is usable by everybody and breaks no rule of its page", async (t) => {
  const { collector, shop } = await startShop(t);
  await crowd(t, collector, shop);
  const browser = await startBrowser(t);
  for (const [screen, options] of Object.entries(SCREENS)) {
    for (const [colorScheme, language] of [["light", "en-GB"], ["dark", "ko-KR"]]) {
      await t.test(`${screen}, ${colorScheme}, ${language}`, async () => {
        const { context, page, errors } = await openConsole(browser, collector, { ...options, colorScheme, language });
        for (const view of [...VIEWS, await firstVisit(page)]) {
          await visit(page, view);
          assert.deepEqual(await broken(page), [], view);
          const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          assert.ok(content <= window, `${view} is ${content} px wide on a screen of ${window}`);
        }
        assert.deepEqual(errors, []);
        await context.close();
      });
    }
  }
});

test("keys go everywhere, and the palette finds a visitor", async (t) => {
  const { collector, shop } = await startShop(t);
  await crowd(t, collector, shop);
  const { page, errors } = await openConsole(await startBrowser(t), collector, SCREENS.desktop);
  await visit(page, "");
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await page.waitForURL("**/console/insights");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Go to: Visitors").waitFor();
  await page.keyboard.press("Escape");

  await visit(page, await firstVisit(page));
  const id = new URL(page.url()).pathname.split("/").at(-1);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search and commands" });
  await field.fill("dark");
  await page.getByRole("option", { name: /Theme: Dark/ }).waitFor();
  await field.press("Enter");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  assert.equal(new URL(page.url()).pathname.split("/").at(-1), id, "a switch leaves the view");
  assert.deepEqual(errors, []);
});

test("what is asked stands in the address, and the table says what the picture shows", async (t) => {
  const { collector, shop } = await startShop(t);
  // Nobody walks about: the same is asked twice, one after the other.
  await yesterday(collector, shop);
  const { page, errors } = await openConsole(await startBrowser(t), collector, SCREENS.desktop);
  await visit(page, "insights/funnel?steps=view,cart&device=phone&compare=0");
  const figures = async () => page.locator("table.sheet tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.cells].slice(0, 2).map((cell) => cell.textContent)));
  await page.getByText("Show as table").click();
  const asked = await page.request.post("/api/ask", { headers: { origin: collector.origin }, data: {
    scope: { site: SITE, filter: { device: "phone" } }, question: { name: "funnel", steps: ["view", "cart"] },
  } });
  const { answer } = await asked.json();
  assert.ok(answer.steps[0].sessions > 0);
  assert.deepEqual(await figures(), answer.steps.map(({ name, sessions }) => [name, String(sessions)]));

  await page.getByLabel("Device").selectOption("");
  await page.waitForURL((url) => !url.searchParams.has("device"));
  await settled(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  assert.equal((await download).suggestedFilename(), "funnel.csv");
  assert.deepEqual(errors, []);
});

/** Shoppers of the day before, at once, and some who walk about now. */
async function crowd(t, collector, shop) {
  await yesterday(collector, shop);
  const walking = spawn(process.env.DEMO_SHOP, [...walk(collector, shop), "--seed", "11", "--pace", "30"], { stdio: "ignore" });
  t.after(() => walking.kill());
}

const yesterday = (collector, shop) =>
  run(process.env.DEMO_SHOP, [...walk(collector, shop), "--instant", "--past", "24h", "--shoppers", "120", "--no-live"]);

const walk = (collector, shop) => ["crowd", "--collector", collector.origin, "--site", SITE, "--origin", shop];

/** What axe finds, in a line each. Its own script is run by the driver, which no policy binds. */
async function broken(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary}`));
}
