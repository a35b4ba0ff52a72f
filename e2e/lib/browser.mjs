// A real Chromium, driven through its own protocol: what the tests press and move is trusted input.

import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

import { SITE } from "./servers.mjs";

/** Without these Chromium looks for its maker's servers at each start. */
const QUIET = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/**
 * Starts a browser for one test.
 * @param {import("node:test").TestContext} t
 */
export async function startBrowser(t, args = []) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: [...QUIET, ...args] });
  t.after(() => browser.close());
  return browser;
}

/**
 * A browser profile of its own, at a shop.
 *
 * `visitor` is written where the agent keeps it, so that which arm of a campaign the visitor is in does not change
 * from run to run. `isOpen` makes our closed shadow roots open: Playwright, like the page, cannot look into them.
 * @param {import("playwright-core").Browser} browser
 */
export async function openShop(browser, { shop, visitor, isOpen = true, ...options }) {
  const context = await browser.newContext({ baseURL: shop, locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
  if (isOpen) await context.addInitScript(openShadows);
  if (visitor) await context.addInitScript(keepVisitor, { key: `nunchi.${SITE}.visitor`, value: record(visitor) });
  return context;
}

export function openShadows() {
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    return attach.call(this, { ...init, mode: "open" });
  };
}

/** A visitor without sessions as the agent keeps it (`Identity`): bytes, one character each. */
function record(visitor) {
  const id = visitor.match(/../g).map((byte) => parseInt(byte, 16));
  return String.fromCharCode(...id, ...new Array(8 + 3).fill(0));
}

function keepVisitor({ key, value }) {
  if (!localStorage.getItem(key)) localStorage.setItem(key, value);
}

/** Everything that went wrong in a page, as its owner would see it: exceptions, and errors in the console. */
export function watchErrors(page) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  return errors;
}

/** Keeps a picture for the README in e2e/results. */
export async function picture(page, name) {
  mkdirSync("results", { recursive: true });
  await page.screenshot({ path: `results/${name}.png` });
}
