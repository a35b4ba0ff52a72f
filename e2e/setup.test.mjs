// The first start of a server: from the printed token over a name, a site and its tag to the first visitor.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startBrowser, watchErrors } from "./lib/browser.mjs";
import { startEmpty } from "./lib/servers.mjs";
import { photograph } from "./lib/pictures.mjs";

test("the set-up leads from the token to the first visitor, and the owner comes back by password", async (t) => {
  const { collector, shop } = await startEmpty(t, "tea");
  const browser = await startBrowser(t);
  const context = await browser.newContext({ baseURL: collector.origin, locale: "en-GB" });
  const page = await context.newPage();
  const errors = watchErrors(page);
  const link = collector.lines.find((line) => line.startsWith("console ")).slice("console ".length);
  await page.goto(link);

  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  assert.ok(!page.url().includes("token"), "the token is gone from the address");
  await page.getByLabel("Name").fill("Kim");
  await page.getByLabel("E-mail address").fill("kim@shop.example");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("alert").waitFor();
  await photograph(page, "setup-you");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Next" }).click();

  await page.getByRole("heading", { name: "Which shop?" }).waitFor();
  await page.getByLabel("Name of the shop").fill("Ondal");
  await page.getByLabel("Key").fill("tea");
  await page.getByLabel("Addresses of its pages").fill(shop);
  await page.getByLabel("Before the visitor was asked").selectOption("personalise");
  await photograph(page, "setup-shop");
  await page.getByRole("button", { name: "Add a site" }).click();

  await page.getByText("Waiting for the first visitor").waitFor();
  await page.getByText('data-site="tea"').waitFor();
  await page.getByText("The tag does not work").waitFor();
  const visitor = await (await browser.newContext({ baseURL: shop })).newPage();
  await visitor.goto("/");
  await page.getByText("Your first visitor is here").waitFor();
  await page.getByText("The tag works").waitFor();
  await photograph(page, "setup-tag");
  await page.getByRole("button", { name: "To the floor" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();

  await page.goto("/console/settings/audit");
  await page.getByRole("cell", { name: "added a site" }).waitFor();
  await context.clearCookies();
  await page.goto("/console/settings/people");
  await page.getByLabel("E-mail address").fill("kim@shop.example");
  await page.getByLabel("Password").fill("wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Nobody has this address and this password.").waitFor();
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("rowheader", { name: "Kim" }).waitFor();
  // Refusals are told by the browser, too; nothing else went wrong.
  const foreseen = errors.filter((error) => !/status of (401|422)/.test(error));
  assert.deepEqual(foreseen, []);
});

test("somebody is invited, chooses a password, and sees what their role may", async (t) => {
  const { collector } = await startEmpty(t, "tea");
  const browser = await startBrowser(t);
  const owner = await owns(browser, collector);
  await owner.goto("/console/settings/people");
  await owner.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = owner.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("Name").fill("Lee");
  await dialog.getByLabel("E-mail address").fill("lee@shop.example");
  await dialog.getByLabel("Role").selectOption("agent");
  await photograph(owner, "settings-invite");
  await dialog.getByRole("button", { name: "Make the invitation" }).click();
  const invitation = await owner.locator(".card-once code").textContent();
  await photograph(owner, "settings-people");

  const guest = await (await browser.newContext({ locale: "ko-KR", viewport: { width: 390, height: 844 } })).newPage();
  await guest.goto(invitation);
  await guest.getByLabel("비밀번호").fill("차 한 잔 하실래요");
  await photograph(guest, "invited-phone");
  await guest.getByRole("button", { name: "정하고 로그인" }).click();
  await guest.getByRole("navigation", { name: "주 메뉴" }).waitFor();
  await guest.goto(new URL("/console/settings/tokens", invitation).href);
  await guest.getByText("권한이 없습니다").waitFor();
  await guest.goto(new URL("/console/settings/people", invitation).href);
  await guest.getByRole("rowheader", { name: "Kim" }).waitFor();
  await photograph(guest, "settings-people-phone");

  await owner.goto("/console/settings/sites");
  await owner.getByRole("button", { name: "Tag and check" }).click();
  await owner.getByText('data-site="tea"').waitFor();
  await photograph(owner, "settings-sites");
  await owner.goto("/console/settings/tokens");
  await owner.getByLabel("What for").fill("nightly report");
  await owner.getByRole("button", { name: "Make a token" }).click();
  const token = await owner.locator(".card-once code").textContent();
  await photograph(owner, "settings-tokens");
  const answer = await fetch(`${collector.origin}/api/session`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await answer.json()).role, "viewer");
  await owner.goto("/console/settings/sessions");
  await owner.getByRole("row", { name: /Lee/ }).getByRole("button", { name: "End" }).click();
  await owner.getByRole("row", { name: /Lee/ }).waitFor({ state: "detached" });
  await photograph(owner, "settings-sessions");
  await guest.reload();
  await guest.getByRole("button", { name: "로그인", exact: true }).waitFor();
});

/** A page of the first owner of a server with a site. */
async function owns(browser, collector) {
  const context = await browser.newContext({ baseURL: collector.origin, locale: "en-GB" });
  const page = await context.newPage();
  const headers = { Origin: collector.origin };
  const link = collector.lines.find((line) => line.startsWith("console "));
  const post = async (path, data) => {
    const answer = await page.request.post(path, { headers, data });
    assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  };
  await post("/api/session", { token: link.split("#token=")[1] });
  await post("/api/setup", { name: "Kim", email: "kim@shop.example", password: "correct horse battery" });
  const site = { key: "tea", name: "Ondal", origins: ["http://127.0.0.1:1"], consent: "measure", zone: "Asia/Seoul" };
  await post("/api/sites", site);
  return page;
}
