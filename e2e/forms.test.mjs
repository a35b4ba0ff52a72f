// What a form that resists is, on a page with forms of several sorts; who works without a mouse, and what opens
// pages without a hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { startShop } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";

/** Longer than it takes from a press to the look at its form, and than two tries are one (`FORM_LOOK_MS`, `FORM_TRY_MS`). */
const TRIED_MS = 1_200;

test("a form that resists is noticed, and ordinary work with forms is not", async (t) => {
  const { shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  await context.addInitScript(keepSignals);
  const page = await context.newPage();
  const errors = watchErrors(page);
  const noticed = () => page.evaluate(() => window.noticed.splice(0).filter((name) => name !== "dwell").join(" "));
  const furnished = async (path, html) => {
    await open(page, path);
    await page.evaluate((html) => (document.body.innerHTML = html), html);
    await page.evaluate(() => (window.noticed.length = 0));
  };
  const press = async (selector) => {
    await page.click(selector);
    await page.waitForTimeout(TRIED_MS);
  };

  await t.test("the browser refuses it twice for the same field", async () => {
    await furnished("/help", `<form action="/sent"><input name="mail" required><button>Send</button></form>`);
    await press("button");
    assert.equal(await noticed(), "", "one that was forgotten is ordinary");
    await press("button");
    assert.equal(await noticed(), "form_trouble");
  });

  await t.test("the page refuses it twice, each time for another field", async () => {
    await furnished("/checkout", `<form><input name="zip"><input name="city"><button>Go on</button></form>`);
    await page.evaluate(refuseInTurn);
    await press("button");
    await press("button");
    assert.equal(await noticed(), "form_trouble");
  });

  await t.test("a script checks at every letter", async () => {
    await furnished("/login", `<form action="/sent"><input name="mail" type="email" required><button>Send</button></form>`);
    await page.evaluate(() => (document.forms[0].oninput = () => document.forms[0].checkValidity()));
    await page.locator("input").pressSequentially("visitor@example.com", { delay: 100 });
    assert.equal(await noticed(), "");
  });

  await t.test("the Tab key passes through fields, to and fro", async () => {
    await furnished("/cart", `<form><input name="a"><input name="b"></form>`);
    await page.focus("[name=a]");
    for (const key of ["Tab", "Shift+Tab", "Tab", "Shift+Tab", "Tab", "Shift+Tab", "Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
    }
    assert.equal(await noticed(), "");
  });

  await t.test("a visitor comes back to a field again and again", async () => {
    for (let times = 0; times < 4; times++) {
      for (const name of ["a", "b"]) {
        await page.focus(`[name=${name}]`);
        await page.waitForTimeout(TRIED_MS);
      }
    }
    assert.equal(await noticed(), "form_trouble");
  });
  assert.deepEqual(errors, []);
});

test("keys alone are a visitor: time passes, and nothing but the browser's own word speaks of a program", async (t) => {
  const { shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  await context.addInitScript(keepSignals);
  const page = await context.newPage();
  const errors = watchErrors(page);
  for (const path of ["/", "/cart", "/checkout", "/help", "/login", "/"]) {
    await open(page, path);
    await page.evaluate(() => (document.body.innerHTML = '<a href="#">on</a> '.repeat(20)));
    for (let keys = 0; keys < 8; keys++) {
      await page.keyboard.press("Tab");
      await page.waitForTimeout(500);
    }
    const noticed = await page.evaluate(() => window.noticed);
    assert.deepEqual(noticed.filter((name) => name === "bot_evidence"), ["bot_evidence"], `${path}: driven, once`);
    assert.ok(noticed.includes("dwell"), path);
  }
  assert.deepEqual(errors, []);
});

test("pages that are opened without any input are a sign of a program", async (t) => {
  const { shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  await context.addInitScript(keepSignals);
  const page = await context.newPage();
  const signs = [];
  for (const path of ["/", "/cart", "/checkout", "/help", "/login"]) {
    await open(page, path);
    signs.push(await page.evaluate(() => window.noticed.filter((name) => name === "bot_evidence").length));
  }
  assert.deepEqual(signs, [1, 1, 1, 1, 2], "driven each time; without input on the fifth page");
});

/** In the page, before anything else: every signal by name. */
function keepSignals() {
  window.noticed = [];
  window.nunchi ||= Object.assign((...call) => window.nunchi.q.push(call), { q: [] });
  window.nunchi("on", "signal", ({ name }) => window.noticed.push(name));
}

/** In the page: its own check, which finds first one field wrong, then the other. */
function refuseInTurn() {
  const [form] = document.forms;
  let tries = 0;
  form.onsubmit = (event) => {
    event.preventDefault();
    [...form.querySelectorAll("input")].forEach((field, at) => field.setAttribute("aria-invalid", at === tries % 2));
    tries++;
  };
}
