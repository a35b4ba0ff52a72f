// What strangers and colleagues write is text in every view: nothing of it runs, nothing is fetched, no policy is broken.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { VIEWS, openConsole, settled, visit } from "./lib/console.mjs";
import { PAYLOADS } from "./lib/payloads.mjs";
import { SITE, startShop } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

test("payloads in every field run in no view", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const visitors = parts(PAYLOADS, SAID);
  for (const some of parts(visitors, 4)) await Promise.all(some.map((part) => shops(browser, shop, part)));

  const { page, errors } = await openConsole(browser, collector);
  const foreign = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== collector.origin && protocol.startsWith("http")) foreign.push(request.url());
  });
  page.on("dialog", (dialog) => errors.push(`a dialog: ${dialog.message()}`));
  await page.addInitScript(() => {
    window.__reports = [];
    addEventListener("securitypolicyviolation", (event) => window.__reports.push(`${event.violatedDirective} ${event.sample}`));
  });
  // What a page says as it closes comes after it is closed.
  const stored = await until("all visits to be stored to their end", async () => {
    const { rows } = await (await page.request.get(`/api/visits?site=${SITE}`)).json();
    return rows.length === visitors.length && rows.every(({ purchases }) => purchases > 0) && { rows };
  });
  const campaigns = await writes(page, collector);
  const told = [];
  for (const view of [...VIEWS, ...campaigns, ...stored.rows.map(({ id }) => `visitors/${id}`)]) {
    await visit(page, view);
    // Tables are folded; what is in them must be looked at as well.
    await page.locator("details").evaluateAll((all) => all.forEach((it) => (it.open = true)));
    told.push(await page.evaluate(() => document.body.textContent));
    await hover(page);
    const { ran, reports } = await page.evaluate(() => ({ ran: window.__ran, reports: window.__reports }));
    assert.deepEqual({ ran, reports }, { ran: undefined, reports: [] }, view);
  }
  const shown = told.join("\n");
  const lost = await known(page, stored.rows);
  for (const name of lost) assert.ok(shown.includes(name), `not shown as it is: ${JSON.stringify(name)}`);
  assert.ok(lost.length > PAYLOADS.length / 2, `${lost.length} names arrived`);

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).fill("script");
  await settled(page);
  assert.equal(await page.evaluate(() => window.__ran), undefined);
  assert.deepEqual([foreign, errors], [[], []]);
});

/** Payloads of one visit. */
const SAID = 20;

/** What colleagues fill in: names of people, tokens and the site, all of campaigns; gives views of some of those. */
async function writes(page, collector) {
  const send = (path, data) => page.request.post(path, { data, headers: { origin: collector.origin } });
  const [list] = [await (await page.request.get(`/api/campaigns?site=${SITE}`)).json()];
  const written = JSON.parse(list.campaigns[0].published);
  const kept = [];
  // Half a letter is refused with the whole body.
  for (const [at, texts] of parts(PAYLOADS.map((it) => it.toWellFormed()), 6).entries()) {
    const [name, title, body, accept, decline, coupon] = [...texts, ...PAYLOADS];
    const copy = { title, body, accept, decline };
    const action = { offer: { form: "card", link: "", coupon, copy: { en: copy, ko: copy } } };
    const json = JSON.stringify({ ...written, id: 1_000 + at, name, variants: [{ weight: 1, action }] });
    const answer = await send("/api/campaigns/draft", { site: SITE, json });
    assert.equal(answer.status(), 204, `${name} ${await answer.text()}`);
    kept.push(`campaigns/${1_000 + at}`);
    // Names have their own limits: what is refused is not stored.
    await send("/api/tokens", { name, role: "viewer" });
    await send("/api/people", { name: title, email: `p${at}@shop.example`, role: "viewer" });
    await send(`/api/sites/${SITE}`, { name: body });
  }
  return kept.filter((_, at) => at % 8 === 0);
}

/** A visit that says some payloads wherever a shop and its visitors can say something. */
async function shops(browser, shop, payloads) {
  const context = await openShop(browser, { shop });
  const page = await context.newPage();
  await open(page, "/");
  for (const text of payloads) {
    await page.evaluate((text) => {
      const items = [{ item_id: text.slice(0, 60), item_name: text, item_category: text, price: 1000, quantity: 1 }];
      nunchi("track", "view_item", { currency: "KRW", value: 1000, items });
      nunchi("track", "add_to_cart", { currency: "KRW", value: 1000, items });
      nunchi("track", "search", { search_term: text });
      nunchi("track", "goal", { name: text.slice(0, 60) });
      history.pushState(null, "", `/p/${encodeURIComponent(text.toWellFormed().replaceAll("/", "|"))}`);
    }, text);
  }
  await page.evaluate((text) => nunchi("track", "purchase", { transaction_id: text, currency: "KRW", value: 1000, items: [] }), payloads[0].slice(0, 60));
  await open(page, "/");
  await context.close();
}

/** Names of products as the collector stored them: what a limit cut off never arrived. */
async function known(page, rows) {
  const names = [];
  for (const { id } of rows) {
    const { steps } = await (await page.request.get(`/api/visit?site=${SITE}&visit=${id}`)).json();
    names.push(...steps.filter(({ kind, name }) => kind === "product_seen" && name).map(({ name }) => name));
  }
  return names;
}

/** Goes over each drawing: tooltips write names, too. */
async function hover(page) {
  for (const host of await page.locator(".echart").all()) {
    const box = await host.boundingBox();
    if (!box) continue;
    await host.scrollIntoViewIfNeeded();
    await host.hover({ position: { x: box.width / 3, y: box.height / 2 }, force: true });
  }
}

function parts(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}
