// What the collector stored, asked for as an operator would: on the command line.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SITE, run } from "./servers.mjs";
import { until } from "./wait.mjs";

/**
 * `nunchi stats QUESTION --format json`.
 * @param {{data: string}} collector
 * @param {"overview"|"funnel"|"signals"|"campaigns"|"pages"|"health"} question
 */
export async function stats({ data, origin }, question) {
  // Its counters live in the server, not in the store.
  if (question === "health") return ask(`${origin}/api/stats/health?site=${SITE}`, data);
  // One visitor is what a test has: rows of few people must not be folded.
  const args = ["stats", question, "--site", SITE, "--data", data, "--format", "json", "--fold-below", "0"];
  return JSON.parse(await run(process.env.NUNCHI, args));
}

async function ask(url, data) {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${await token(data)}` } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** What opens the console. */
export const token = async (data) => (await readFile(join(data, "token"), "utf8")).trim();

/** How often a signal was stored. */
export async function signalCount(collector, name) {
  const { rows } = await stats(collector, "signals");
  return rows.find((row) => row.signal === name)?.count ?? 0;
}

/** One campaign's row. */
export async function campaign(collector, id) {
  const { rows } = await stats(collector, "campaigns");
  return rows.find((row) => row.id === id);
}

/**
 * Publishes a starter campaign with something changed, such as its holdout, and waits until pages are given it.
 * @param {"exit-offer"|"cart-help"} name
 */
export async function publish(collector, name, changes) {
  const source = new URL(`../../engine/campaigns/${name}.json`, import.meta.url);
  const changed = { ...JSON.parse(await readFile(source, "utf8")), ...changes };
  const folder = await mkdtemp(join(tmpdir(), "nunchi-campaign-"));
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(changed));
  const before = await packTag(collector);
  await run(process.env.NUNCHI, ["site", "publish", SITE, file, "--data", collector.data]);
  await rm(folder, { recursive: true });
  await until("pages to be given the new pack", async () => (await packTag(collector)) !== before);
}

/** Publishes campaigns, or changes the whole pack, and waits until pages are given it. */
export async function publishPack(collector, change) {
  const printed = await run(process.env.NUNCHI, ["site", "pack", SITE, "--data", collector.data, "--format", "json"]);
  const folder = await mkdtemp(join(tmpdir(), "nunchi-pack-"));
  const file = join(folder, "pack.json");
  await writeFile(file, JSON.stringify(change(JSON.parse(printed))));
  const before = await packTag(collector);
  await run(process.env.NUNCHI, ["site", "publish", SITE, file, "--force", "--data", collector.data]);
  await rm(folder, { recursive: true });
  await until("pages to be given the new pack", async () => (await packTag(collector)) !== before);
}

async function packTag({ origin }) {
  const answer = await fetch(`${origin}/v1/pack/${SITE}`);
  if (!answer.ok) throw new Error(`the pack: ${answer.status}`);
  return answer.headers.get("etag");
}
