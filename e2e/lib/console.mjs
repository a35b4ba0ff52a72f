// The console in a browser of its own, signed in.

import { token } from "./collector.mjs";
import { watchErrors } from "./browser.mjs";

/** Every view with an address of its own that needs no visit. */
export const VIEWS = [
  "", "visitors", "insights/overview", "insights/funnel", "insights/journeys", "insights/pages", "insights/carts",
  "insights/products", "insights/sources", "insights/campaigns", "insights/trust",
  "campaigns", "campaigns/1", "campaigns/new", "campaigns/history",
  "settings/sites", "settings/people", "settings/sessions", "settings/tokens", "settings/audit",
];

export const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, reducedMotion: "reduce" },
};

/**
 * A page in a profile of its own that is signed in, and whatever goes wrong in it.
 * @param {import("playwright-core").Browser} browser
 */
export async function openConsole(browser, collector, { language = "en-GB", ...options } = {}) {
  const context = await browser.newContext({ baseURL: collector.origin, locale: language, ...options });
  const page = await context.newPage();
  const errors = watchErrors(page);
  const answer = await page.request.post("/api/session", { data: { token: await token(collector.data) }, headers: { origin: collector.origin } });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
  return { context, page, errors };
}

/** Opens a view and waits until it shows what it has: answers are there, drawings stand still. */
export async function visit(page, view) {
  await page.goto(`/console/${view}`);
  await settled(page);
}

export async function settled(page) {
  await page.locator("h1, .state:not(.state-loading) h2").first().waitFor();
  await page.waitForFunction(() => {
    const isWaiting = document.querySelector(".state-loading, .skeleton") !== null;
    const drawn = [...document.querySelectorAll(".echart")].every((host) => host.querySelector("canvas"));
    return !isWaiting && drawn;
  });
  // The plan has drawn whom it knows.
  await page.waitForFunction(() => [...document.querySelectorAll(".people-canvas")].every((it) => it.dataset.drawn));
  // What breathes for ever is not waited for.
  await page.waitForFunction(() =>
    document.getAnimations().every((it) => it.playState !== "running" || it.effect.getComputedTiming().endTime === Infinity));
}

/** The address of the visit that is first in the list. */
export async function firstVisit(page, what = "") {
  await visit(page, `visitors${what && `?what=${what}`}`);
  const address = await page.locator("a.visit-link").first().getAttribute("href");
  return address.replace("/console/", "");
}
