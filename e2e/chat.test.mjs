// From bot to person: the bot does not know, a person of the shop answers in the console, and nothing that was said is
// lost by a reload, in a second tab, or when the collector starts again.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { findings } from "./lib/axe.mjs";
import { openShop, picture, startBrowser, watchErrors } from "./lib/browser.mjs";
import { token } from "./lib/collector.mjs";
import { run, startCollector, startShop } from "./lib/servers.mjs";
import { open } from "./lib/visit.mjs";
import { until } from "./lib/wait.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test("what the bot does not know a person answers, by the stream", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const context = await openShop(browser, { shop });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await open(page, "/p/jakseol-green-tea");
  const chat = await openChat(page);
  await say(chat, "What is the capital of Peru?");
  await chat.getByRole("button", { name: "Leave my question for a person" }).click();
  await chat.getByText("Nobody is here to answer right now").waitFor();
  const head = chat.locator(".who");
  assert.equal(await head.innerText(), "Automatic assistant");

  const desk = await openConsole(browser, collector);
  const consoleErrors = watchErrors(desk);
  await desk.getByRole("button", { name: "How you want to be found" }).click();
  await desk.getByRole("textbox", { name: "Name for visitors" }).fill("Mina");
  await desk.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await desk.getByRole("switch", { name: "Away" }).click();
  await desk.getByText("for you").waitFor();
  await chat.getByText("You are number 1 in line").waitFor();
  await desk.getByRole("link", { name: /#1 / }).click();
  const about = desk.getByRole("complementary", { name: "About the visitor" });
  await about.getByText("What is the capital of Peru? · not known").waitFor();
  await about.getByText(/saw .*jakseol/).waitFor();
  await desk.getByRole("button", { name: "Accept" }).click();
  await chat.getByText("You are talking to Mina").waitFor();
  assert.equal(await head.innerText(), "Mina", "not what colleagues call her");

  await desk.getByRole("textbox", { name: "Write to the visitor" }).pressSequentially("Lima, as far as I know.");
  await chat.getByRole("img", { name: "Writing…" }).waitFor();
  assert.equal(await head.innerText(), "Mina · Writing…");
  const asked = counted(page, "/v1/chat/thread");
  const took = await answer(desk, chat, "Lima, as far as I know.");
  t.diagnostic(`the page had the answer ${took} ms after it was sent`);
  assert.equal(asked(), 0, "it came by the stream, not by asking");

  await say(chat, "Thank you", 0);
  await desk.getByRole("log").getByText("Thank you").waitFor();
  await chat.getByText("Read", { exact: true }).waitFor();
  await picture(page, "chat-person");
  await picture(desk, "console-inbox");
  await end(desk);
  await chat.getByText("This conversation has ended").waitFor();
  assert.equal(await head.innerText(), "Automatic assistant", "who answers next");
  assert.deepEqual([errors, consoleErrors], [[], []]);
});

test("a reload, a second tab and a collector that starts again keep the thread, which ends with stars", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const context = await openShop(browser, { shop });
  const page = await context.newPage();
  await open(page, "/");
  await say(await openChat(page), "Leave my question for a person");
  const desk = await openConsole(browser, collector);
  await desk.getByRole("link", { name: /#1 / }).click();
  await desk.getByRole("button", { name: "Accept" }).click();

  await open(page, "/help");
  const chat = await openChat(page);
  await chat.getByText("You are talking to Shop team").waitFor();
  const other = await context.newPage();
  await open(other, "/cart");
  const second = await openChat(other);
  await second.getByText("Leave my question for a person").first().waitFor();
  await say(second, "I write from here", 0);
  await chat.getByText("I write from here").waitFor();
  await say(chat, "And from here", 0);
  await second.getByText("And from here").waitFor();

  await collector.stop();
  await startCollector(t, { data: collector.data, shopOrigin: shop, port: new URL(collector.origin).port });
  await until("the console to be connected again", async () => !(await desk.getByText("not connected").isVisible()), 40_000);
  await answer(desk, chat, "I am still here.", 40_000);
  const lines = await chat.getByRole("log").locator(".message .said").allInnerTexts();
  const own = lines.filter((line) => /from here/.test(line));
  assert.deepEqual(own, ["I write from here", "And from here"], "each once");

  await end(desk);
  await chat.getByRole("button", { name: "4 / 5" }).click();
  await chat.getByText("Thank you!").waitFor();
  await desk.getByText(/★4/).waitFor();
  const saved = page.waitForEvent("download");
  await chat.getByRole("button", { name: "Save the conversation" }).click();
  assert.equal((await saved).suggestedFilename(), "chat.txt");
});

test("whom the shop signed for has one thread on each device, and leaves nothing of it behind", async (t) => {
  const { collector, shop } = await startShop(t);
  const secret = (await run(process.env.NUNCHI, ["site", "identity", "demo", "--data", collector.data])).trim();
  const browser = await startBrowser(t);
  const [laptop, phone] = [await openShop(browser, { shop }), await openShop(browser, { shop, ...PHONE })];
  const page = await laptop.newPage();
  const errors = watchErrors(page);
  await open(page, "/");
  await say(await openChat(page), "Leave my question for a person");
  await open(page, "/help");
  await signIn(page, signed(secret, "customer-7"));
  const chat = await openChat(page);
  await chat.getByText("Leave my question for a person").first().waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("nunchi-chat")), null, "only the signature leads there");

  const other = await phone.newPage();
  await open(other, "/cart");
  await signIn(other, signed(secret, "customer-7"));
  const second = await openChat(other);
  await second.getByText("Leave my question for a person").first().waitFor();
  await say(second, "I am on the train now", 0);
  await chat.getByText("I am on the train now").waitFor();
  const desk = await openConsole(browser, collector);
  assert.equal(await desk.locator(".queue-row").count(), 1);
  await desk.getByRole("link", { name: /#1 / }).click();
  const about = desk.getByRole("complementary", { name: "About the visitor" });
  await about.getByText("customer-7 (signed by the shop)").waitFor();

  await signIn(page, "");
  await chat.getByRole("button", { name: "Close" }).click();
  const nobodys = await openChat(page);
  assert.equal(await nobodys.getByRole("log").locator(".message").count(), 1, "the greeting");
  await signIn(other, signed("another secret", "customer-7"));
  await say(second, "The old token is over", 0);
  await chat.waitFor();
  assert.deepEqual(errors, []);
});

test("where no stream comes through the page asks from time to time", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const context = await openShop(browser, { shop });
  await context.addInitScript(() => {
    delete window.EventSource;
  });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await open(page, "/");
  const chat = await openChat(page);
  await say(chat, "Leave my question for a person");
  const desk = await openConsole(browser, collector);
  await desk.getByRole("link", { name: /#1 / }).click();
  await desk.getByRole("button", { name: "Accept" }).click();
  await answer(desk, chat, "Here I am.", 20_000);
  assert.deepEqual(errors, []);
});

test("nothing that is being typed leaves the page", async (t) => {
  const { shop } = await startShop(t);
  const page = await (await openShop(await startBrowser(t), { shop })).newPage();
  const sent = [];
  page.on("request", (request) => sent.push(request.url(), request.postData() ?? ""));
  await open(page, "/");
  const chat = await openChat(page);
  await say(chat, "Leave my question for a person");
  await chat.getByRole("textbox").pressSequentially("Zwetschgenknödel");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.ok(!sent.some((text) => text.includes("Zwetschgen")), "not a letter of it");
});

for (const [name, options] of Object.entries({
  "desktop, light": {}, "desktop, dark": { colorScheme: "dark" }, "phone": PHONE, "Korean": { locale: "ko-KR" },
})) {
  test(`axe finds nothing in the chat and the inbox (${name})`, async (t) => {
    const { collector, shop } = await startShop(t);
    const browser = await startBrowser(t);
    const page = await (await openShop(browser, { shop, reducedMotion: "reduce", ...options })).newPage();
    await open(page, "/");
    await page.evaluate(() => nunchi("open"));
    const chat = page.getByRole("dialog");
    await chat.waitFor();
    const look = async (what, where) => assert.deepEqual(await findings(where ?? page, where ? "main" : "nunchi-surface"), [], what);
    await look("empty");
    await say(chat, "Leave my question for a person");
    await chat.locator(".stands", { hasText: /./ }).waitFor();
    await look("waiting");

    const desk = await openConsole(browser, collector, options);
    await look("the list", desk);
    await desk.getByRole("link", { name: /#1 / }).click();
    await desk.locator(".thread-deeds .button").first().click();
    await desk.locator(".thread-deeds .button").nth(1).waitFor();
    await look("a thread", desk);
    await chat.locator(".stands", { hasText: /Shop team|상담원/ }).waitFor();
    await look("with a person");
    await desk.locator(".thread-deeds .button").nth(1).click();
    await desk.locator(".confirm .button-danger").click();
    await chat.locator(".star").first().waitFor();
    await look("stars");
    await desk.goto("/console/inbox/gaps");
    await desk.locator(".gaps .card, .gaps .state").first().waitFor();
    await look("the gaps", desk);
  });
}

async function openChat(page) {
  await page.evaluate(() => nunchi("open"));
  const chat = page.getByRole("dialog");
  await chat.waitFor();
  return chat;
}

/** Says something, and waits until it stands there with so many answers. */
async function say(chat, text, answers = 1) {
  const messages = chat.getByRole("log").locator(".message");
  const before = await messages.count();
  await until("what was said before to be there", async () => (await chat.locator(".dots").count()) === 0);
  await chat.getByRole("textbox").fill(text);
  await chat.getByRole("textbox").press("Enter");
  await until(`“${text}” to be said`, async () => (await messages.count()) >= before + 1 + answers);
}

/** An operator ends the conversation. */
async function end(desk) {
  await desk.getByRole("button", { name: "End", exact: true }).click();
  await desk.getByRole("dialog").getByRole("button", { name: "End", exact: true }).click();
}

/** What the shop's server would sign (RFC 7519, HS256), for half an hour. */
function signed(secret, customer) {
  const part = (it) => Buffer.from(JSON.stringify(it)).toString("base64url");
  const claims = { sub: customer, aud: "demo", exp: Math.floor(Date.now() / 1000) + 1800 };
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** The shop's page says who its visitor is; nobody, without a token. */
async function signIn(page, token) {
  await page.evaluate((token) => nunchi("identify", { token }), token);
}

/** An operator sends what stands in the field, or this; gives how long it took to be in the page, milliseconds. */
async function answer(desk, chat, text, withinMs = 10_000) {
  const field = desk.getByRole("textbox", { name: "Write to the visitor" });
  await field.fill(text);
  const began = performance.now();
  await field.press("Enter");
  await chat.getByText(text).waitFor({ timeout: withinMs });
  return Math.round(performance.now() - began);
}

async function openConsole(browser, collector, options = {}) {
  const context = await browser.newContext({ baseURL: collector.origin, locale: "en-GB", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const headers = { Origin: collector.origin };
  await page.request.post("/api/session", { headers, data: { token: await token(collector.data) } });
  await page.goto("/console/inbox");
  await page.locator(".queue-row").first().waitFor();
  return page;
}

/** How often a path was asked since. */
function counted(page, path) {
  let count = 0;
  page.on("request", (request) => (count += Number(request.url().endsWith(path))));
  return () => count;
}
