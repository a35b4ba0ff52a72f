// 7. The collector is killed in the middle of 20,000 beacons and started again: nothing acknowledged is missing, nothing
// is stored twice.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { stats } from "./lib/collector.mjs";
import { fromRun } from "./lib/frame.mjs";
import { SITE, startCollector, startShop } from "./lib/servers.mjs";

const BEACONS = Number(process.env.BEACONS ?? 20_000);
/** Connections at once. */
const SENDERS = 32;
/** The kill comes when so many were acknowledged. */
const KILL_AT = Math.floor(BEACONS / 2);

test(`${BEACONS} beacons survive a kill -9`, async (t) => {
  const { collector, shop } = await startShop(t);
  const frame = await realFrame(t, collector, shop);
  const before = (await stats(collector, "overview")).views;

  const acknowledged = new Set();
  const killed = once(collector.child, "exit");
  await sendAll({ collector, shop, frame }, acknowledged, () => {
    if (acknowledged.size >= KILL_AT && !collector.child.killed) collector.child.kill("SIGKILL");
  });
  const [, signal] = await killed;
  assert.equal(signal, "SIGKILL");
  assert.ok(acknowledged.size >= KILL_AT && acknowledged.size < BEACONS, `${acknowledged.size} were acknowledged before the kill`);
  t.diagnostic(`${acknowledged.size} acknowledged when the collector died`);

  const again = await startCollector(t, {
    data: collector.data, shopOrigin: shop, port: Number(new URL(collector.origin).port),
  });
  const stored = (await stats(again, "overview")).views - before;
  assert.ok(stored >= acknowledged.size, `${acknowledged.size} were acknowledged, ${stored} are stored`);

  // As pages do, everything without an answer is sent again; and, unlike pages, some that had one.
  for (const number of [...acknowledged].slice(-500)) acknowledged.delete(number);
  await sendAll({ collector: again, shop, frame }, acknowledged, () => {});
  assert.equal(acknowledged.size, BEACONS);
  assert.equal((await stats(again, "overview")).views - before, BEACONS);
  const health = await stats(again, "health");
  const refused = health.refused.reduce((sum, row) => sum + row.count, 0);
  assert.equal(health.received, health.stored + health.duplicate + refused, "the conservation law");
  assert.ok(health.duplicate >= 500);
});

/** A frame with one view, as a page sent it. */
async function realFrame(t, collector, shop) {
  const page = await (await openShop(await startBrowser(t), { shop })).newPage();
  const sent = page.waitForRequest(`${collector.origin}/v1/b`);
  const answered = page.waitForResponse(`${collector.origin}/v1/b`);
  await page.goto("/");
  const frame = (await sent).postDataBuffer();
  assert.ok((await answered).ok());
  await page.context().close();
  assert.equal(frame[3], SITE.length);
  return frame;
}

/** Sends every beacon that has no answer yet; ends early when nobody listens any more. */
async function sendAll(target, acknowledged, onAnswer) {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  let next = 0;
  let isGone = false;
  const sender = async () => {
    while (!isGone && next < BEACONS) {
      const number = next++;
      if (acknowledged.has(number)) continue;
      try {
        const status = await post(agent, target, fromRun(target.frame, number));
        assert.ok(status === 204 || status === 200, `beacon ${number}: ${status}`);
        acknowledged.add(number);
        onAnswer();
      } catch (error) {
        if (!["ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(error.code)) throw error;
        isGone = true;
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  agent.destroy();
}

function post(agent, { collector, shop }, body) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "text/plain", "content-length": body.length, origin: shop };
    const asked = request(`${collector.origin}/v1/b`, { method: "POST", agent, headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode)).on("error", reject);
    });
    asked.on("error", reject).end(body);
  });
}
