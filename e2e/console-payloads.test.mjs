// What strangers write is text in every view: nothing of it runs, nothing is fetched, no policy is broken.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { VIEWS, openConsole, settled, visit } from "./lib/console.mjs";
import { SITE, startShop } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** Ways to run something, each in several dresses: elements, attributes, schemes, templates, broken markup. */
const RUN = "window.__ran=1";
const PAYLOADS = [
  ...["script", "img src=x onerror", "svg onload", "body onload", "details open ontoggle", "video src=x onerror",
    "input autofocus onfocus", "iframe srcdoc", "object data", "embed src", "math href", "marquee onstart"].flatMap((tag) => [
    `<${tag}=${RUN}>`, `"><${tag}=${RUN}>`, `'><${tag}=${RUN}//`, `<${tag.toUpperCase()}=${RUN}>`,
  ]),
  `<script>${RUN}</script>`, `</script><script>${RUN}</script>`, `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`, `</style><script>${RUN}</script>`, `<!--><script>${RUN}</script>-->`,
  `javascript:${RUN}`, `JaVaScRiPt:${RUN}`, `java\tscript:${RUN}`, `data:text/html,<script>${RUN}</script>`,
  `<a href="javascript:${RUN}">x</a>`, `<form action="javascript:${RUN}"><button>x`, `<base href="//foreign.example/">`,
  `<link rel=stylesheet href=//foreign.example/x.css>`, `<style>@import "//foreign.example/x.css"</style>`,
  `<meta http-equiv=refresh content="0;url=//foreign.example">`, `{{constructor.constructor("${RUN}")()}}`, `\${${RUN}}`,
  `#{${RUN}}`, `<%= ${RUN} %>`, `" onmouseover="${RUN}`, `' onfocus='${RUN}' autofocus='`, `\`-${RUN}-\``, `\\u003cscript\\u003e${RUN}`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`, `{b|<img src=x onerror=${RUN}>}`, `{value}{a0}{c}`, `__proto__`, `constructor`, `=HYPERLINK("//foreign.example")`,
  `\u202egpj.exe`, `\u2028${RUN}\u2029`, `a\nb\r\nevent: left\ndata: x`, `\u0000\u0007\u001b[31m`, `🧨`.repeat(40), "나".repeat(60),
];

test("payloads in every field run in no view", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  for (const part of parts(PAYLOADS, 12)) await shops(browser, shop, part);

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
  const visits = Math.ceil(PAYLOADS.length / 12);
  const stored = await until("all visits to be stored to their end", async () => {
    const { rows } = await (await page.request.get(`/api/visits?site=${SITE}`)).json();
    return rows.length === visits && rows.every(({ purchases }) => purchases > 0) && { rows };
  });
  const told = [];
  for (const view of [...VIEWS, ...stored.rows.map(({ id }) => `visitors/${id}`)]) {
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
      history.pushState(null, "", `/p/${encodeURIComponent(text.replaceAll("/", "|"))}`);
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
