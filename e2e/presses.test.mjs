// What counts as a press in vain, on a page with something of each sort.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, open } from "./lib/visit.mjs";

/** Longer than the engine waits for an answer to a press (`DEAD_CLICK_MS`). */
const SETTLED_MS = 2_800;

test("presses in vain are noticed, and no others", async (t) => {
  const { shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await open(page, PRODUCT);
  await page.evaluate(furnish);
  /** What was noticed of so many quick presses on a thing. */
  const pressed = async (selector, clickCount) => {
    await page.evaluate(() => {
      window.vain = [];
      getSelection().empty();
    });
    await page.locator(selector).click({ clickCount });
    await page.waitForTimeout(SETTLED_MS);
    return page.evaluate(() => window.vain.join(" "));
  };

  assert.equal(await pressed("#dead", 1), "dead_click", "a button that does nothing");
  assert.equal(await pressed("#dead", 4), "rage_click", "the same, again and again");
  assert.equal(await pressed("#alive", 1), "", "a button that changes the page");
  assert.equal(await pressed("#step b", 6), "", "part of a stepper");
  assert.equal(await pressed("#words", 6), "", "a text that is selected");
  assert.equal(await pressed("#mute", 6), "rage_click", "a text that cannot be selected");
  assert.equal(await pressed("#looks", 4), "rage_click", "what only looks like a button");

  // The observer that a press sets is gone with the first change: a later one answers a later press only.
  await page.evaluate(() => document.querySelector("#alive").click());
  assert.equal(await pressed("#dead", 1), "dead_click");
  assert.deepEqual(errors, []);
});

/** In the page. */
function furnish() {
  nunchi("on", "signal", ({ name }) => name.endsWith("_click") && window.vain?.push(name));
  const things = {
    dead: ["button", "dead"],
    alive: ["button", "alive"],
    step: ["div", "+"],
    words: ["p", "several words to be selected"],
    mute: ["p", "words that cannot be selected"],
    looks: ["p", "looks like a button"],
  };
  const box = document.body.appendChild(document.createElement("div"));
  box.style.cssText = "position:fixed;left:0;bottom:0;z-index:9;background:white";
  for (const [id, [name, text]] of Object.entries(things)) {
    const thing = box.appendChild(document.createElement(name));
    Object.assign(thing, { id, textContent: text });
  }
  const [alive, step, mute, looks] = ["alive", "step", "mute", "looks"].map((id) => document.getElementById(id));
  alive.onclick = () => alive.toggleAttribute("data-on");
  step.className = "qty-stepper";
  step.innerHTML = "<button><b>+</b></button>";
  mute.style.userSelect = looks.style.userSelect = "none";
  looks.style.cursor = "pointer";
}
