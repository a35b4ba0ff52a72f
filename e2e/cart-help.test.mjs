// 2. A wavering cart is offered help; the chat answers in Korean and in English, and the conversation is kept.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { campaign, publish, stats } from "./lib/collector.mjs";
import { SITE, startShop } from "./lib/servers.mjs";
import { addToCart, dwell, open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

test("who wavers over the cart is invited to chat and gets answers", async (t) => {
  const { collector, shop } = await startShop(t);
  await publish(collector, "cart-help", { holdout_permille: 0 });
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  const errors = watchErrors(page);
  const asked = [];
  page.on("request", (request) => {
    if (request.url() === `${collector.origin}/v1/chat`) asked.push(JSON.parse(request.postData()));
  });

  await open(page, "/");
  await addToCart(page, "/p/jakseol-green-tea");
  await addToCart(page, "/p/hwangcha");
  await page.locator("form.coupon input").click();
  await page.locator("h1").click();
  await page.getByRole("link", { name: "Check out" }).click();
  await page.waitForURL("**/checkout");
  await dwell(page, { x: 600, y: 400 }, 500);
  await page.getByRole("link", { name: "Back to the cart" }).click();

  await page.getByRole("region", { name: "Can we help?" }).getByRole("button", { name: "Ask in the chat" }).click();
  const chat = page.getByRole("dialog");
  await ask(chat, "How long does shipping take?");
  await ask(chat, "배송비는 얼마인가요?");

  const said = (await chat.getByRole("log").innerText()).replaceAll(/\s+/g, " ");
  t.diagnostic(said);
  assert.equal(asked.length, 2);
  assert.deepEqual(asked.map(({ text }) => text), ["How long does shipping take?", "배송비는 얼마인가요?"]);

  const stored = await thread(collector, shop, asked[0].conversation);
  assert.deepEqual(stored.map(({ from }) => from), ["visitor", "bot", "visitor", "bot"]);
  assert.match(stored[1].text, /days?/i, "the English question is answered in English");
  assert.match(stored[3].text, /[가-힣]/, "the Korean question is answered in Korean");
  assert.match(stored[3].text, /3,000/, "with what shipping costs in this shop");
  assert.equal((await stats(collector, "overview")).conversations, 1);

  await page.goto("/");
  const row = await until("the acceptance to be stored", async () => {
    const row = await campaign(collector, 2);
    return row?.accepted === 1 && row;
  });
  assert.deepEqual([row.fired, row.shown, row.dismissed], [1, 1, 0]);
  const { causes } = await stats(collector, "signals");
  const names = causes.map(({ cause }) => cause);
  assert.ok(names.includes("coupon_empty") && names.includes("step_back"), `causes: ${names}`);
  assert.deepEqual(errors, []);
});

/** Asks, and waits until the answer stands there. */
async function ask(chat, question) {
  const messages = chat.getByRole("log").locator(".message");
  const before = await messages.count();
  await chat.getByRole("textbox").fill(question);
  await chat.getByRole("textbox").press("Enter");
  await until(`an answer to “${question}”`, async () => (await messages.count()) >= before + 2);
}

async function thread({ origin }, shop, conversation) {
  const answer = await fetch(`${origin}/v1/chat/thread`, {
    method: "POST", headers: { "content-type": "text/plain", origin: shop }, body: JSON.stringify({ site: SITE, conversation }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).messages;
}
