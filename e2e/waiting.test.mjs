// A message in the chat that nobody answers, and one that is answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser, watchErrors } from "./lib/browser.mjs";
import { startShop } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

/** Longer than the first step of waiting (`WAITING_STEPS_S`). */
const WAITED_MS = 31_000;

test("who waits for an answer is noticed, until it comes", async (t) => {
  const { shop } = await startShop(t);
  const context = await openShop(await startBrowser(t), { shop });
  const page = await context.newPage();
  const errors = watchErrors(page);
  // The shop's people take their time: only what the visitor said comes back, until one of them writes.
  const messages = [];
  let isAnswered = false;
  const post = async (route) => {
    const say = (from, text) => messages.push({ number: messages.length, from, text, at: 0, links: [], suggestions: [] });
    say("visitor", route.request().postDataJSON().text);
    if (isAnswered) say("agent", "Here I am.");
    await route.fulfill({ json: { messages }, headers: { "access-control-allow-origin": "*" } });
  };
  await page.route("**/v1/chat", post);
  await page.clock.install();
  await open(page, "/");
  await page.evaluate(() => {
    window.waits = 0;
    nunchi("on", "signal", ({ name }) => (window.waits += Number(name === "waiting")));
    nunchi("open");
  });
  const chat = page.getByRole("dialog");
  const ask = async (text) => {
    await chat.getByRole("textbox").fill(text);
    await chat.getByRole("button", { name: "Send" }).click();
    await until("the message to be there", async () => (await chat.getByRole("log").innerText()).includes(text));
    await page.clock.runFor(WAITED_MS);
    return page.evaluate(() => window.waits);
  };

  assert.equal(await ask("Is anybody there?"), 1);
  isAnswered = true;
  assert.equal(await ask("Hello?"), 1, "answered: nobody waits any more");
  await page.clock.runFor(200_000);
  assert.equal(await page.evaluate(() => window.waits), 1);
  assert.deepEqual(errors, []);
});
