// A campaign is written in the console, tried, published, and stands in a page of the shop; then it is taken down.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShadows, openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { token } from "./lib/collector.mjs";
import { photograph } from "./lib/pictures.mjs";
import { SITE, startShop } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

test("what an editor writes in the console stands in the shop's pages", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const before = await (await openShop(browser, { shop })).newPage();
  await open(before, "/");
  await open(before, "/c/tea");

  const editor = await signIn(browser, collector);
  const errors = watchErrors(editor);
  await editor.getByRole("link", { name: "Exit offer for the undecided" }).waitFor();
  await photograph(editor, "campaigns-list");
  await editor.getByRole("link", { name: "New campaign" }).click();

  await editor.getByLabel("Name, for you").fill("Greeting");
  await editor.getByRole("combobox", { name: "What", exact: true }).selectOption("view");
  const card = (title) => editor.locator("section.card", { has: editor.getByRole("heading", { name: title, exact: true }) });
  await card("When it is shown").getByRole("button", { name: "+ Add a condition" }).click();
  const second = editor.getByRole("combobox", { name: "Condition" }).nth(2);
  await second.selectOption("page");
  await card("When it is shown").getByLabel("product").check();
  await editor.getByText("must be mended").first().waitFor();
  assert.ok(await editor.getByRole("button", { name: "Publish" }).isDisabled(), "it says nothing yet");
  await photograph(editor, "campaign-new");

  for (const [language, title, body, accept] of [
    ["English", "Hello again", "The kettle is on.", "To the teas"], ["한국어", "또 오셨네요", "물이 끓고 있어요.", "차 보러 가기"],
  ]) {
    await editor.getByLabel(`Title (${language})`).fill(title);
    await editor.getByLabel(`Text (${language})`).fill(body);
    await editor.getByLabel(`Button (${language})`).fill(accept);
  }
  await editor.getByLabel("Where its button leads").fill("/c/tea");
  await editor.getByLabel("Go without, ‰").fill("0");
  await until("lint to be content", async () => editor.getByRole("button", { name: "Publish" }).isEnabled());
  await looks(editor, "Hello again");
  await editor.getByRole("group", { name: "Language of the page" }).getByRole("button", { name: "한국어" }).click();
  await looks(editor, "또 오셨네요");
  await editor.getByRole("group", { name: "Theme" }).last().getByRole("button", { name: "Dark" }).click();
  await editor.frameLocator(".screen-phone iframe").locator("html.dark").waitFor();
  await looks(editor, "또 오셨네요");
  await editor.locator(".screens").scrollIntoViewIfNeeded();
  await photograph(editor, "campaign-preview");
  // Drawn anew at each key, it must not take the focus out of the form: Korean is put together there.
  await editor.getByLabel("Form").selectOption("dialog");
  await editor.getByLabel("Title (한국어)").fill("또 오셨군요");
  await looks(editor, "또 오셨군요");
  assert.equal(await editor.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Title (한국어)");
  await editor.getByLabel("Form").selectOption("card");
  await editor.getByLabel("Title (한국어)").fill("또 오셨네요");

  // Who goes away without saving finds it again.
  await editor.getByText("not saved", { exact: true }).waitFor();
  await editor.getByRole("link", { name: "All campaigns" }).click();
  await editor.getByText("This browser keeps what you wrote").waitFor();
  await editor.getByRole("link", { name: "New campaign" }).click();
  await editor.getByText("What you wrote here and did not save is back").waitFor();
  assert.equal(await editor.getByLabel("Title (한국어)").inputValue(), "또 오셨네요");
  await until("lint to be content", async () => editor.getByRole("button", { name: "Publish" }).isEnabled());

  await editor.getByRole("button", { name: "Try it" }).click();
  await editor.getByText(/It would (have been shown|never have been shown)/).waitFor();
  await photograph(editor, "campaign-editor");

  await editor.getByRole("button", { name: "Publish" }).click();
  const dialog = editor.getByRole("dialog", { name: "Publish" });
  await dialog.getByLabel("To whom").selectOption("1000");
  await photograph(editor, "campaign-publish");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await editor.getByText("Published as pack 2").waitFor();

  const visitor = await (await openShop(browser, { shop })).newPage();
  await open(visitor, "/c/tea");
  await open(visitor, "/p/jakseol-green-tea");
  await visitor.getByRole("region", { name: "Hello again" }).waitFor();
  await photograph(visitor, "campaign-shown");

  await editor.goto("/console/campaigns/history");
  await editor.getByRole("cell", { name: /campaign \d+, 100 %, pack 2/ }).waitFor();
  await photograph(editor, "campaigns-history");
  await editor.getByRole("button", { name: "Go back to it" }).click();
  await editor.getByRole("dialog", { name: "Are you sure?" }).getByRole("button", { name: "Go back to it" }).click();
  await editor.getByText("pack 3").first().waitFor();
  const pack = await fetch(`${collector.origin}/v1/pack/${SITE}`);
  assert.equal(pack.status, 200);
  await editor.goto("/console/campaigns");
  await editor.getByRole("row", { name: /Greeting.*draft/ }).waitFor();
  assert.deepEqual(errors, []);
});

test("the form fits a phone, in Korean", async (t) => {
  const { collector } = await startShop(t);
  const browser = await startBrowser(t);
  const editor = await signIn(browser, collector, { locale: "ko-KR", viewport: { width: 390, height: 844 } });
  await editor.goto("/console/campaigns/2");
  await editor.getByRole("heading", { name: "언제 보여 줄까요" }).waitFor();
  const wide = await editor.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
  await photograph(editor, "campaign-editor-phone");
});

/** Waits until both screens show an offer with this title. */
async function looks(editor, title) {
  for (const screen of ["desktop", "phone"]) {
    await editor.frameLocator(`.screen-${screen} iframe`).locator("nunchi-surface").getByText(title).first().waitFor({ state: "attached" });
  }
}

/** A console of somebody with the server's token. */
async function signIn(browser, collector, options = {}) {
  const context = await browser.newContext({ baseURL: collector.origin, locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
  // The preview is drawn in a closed root, as in a page.
  await context.addInitScript(openShadows);
  const page = await context.newPage();
  await page.goto(`/console/campaigns#token=${await token(collector.data)}`);
  await page.getByRole("navigation").first().waitFor();
  return page;
}
