// The real binaries on free ports, each with its own data folder, gone when the test is over.
// `cargo xtask e2e` builds them and says in NUNCHI and DEMO_SHOP where they are.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The site that the demo mode of the collector has. */
export const SITE = "demo";

/**
 * Starts a collector and a shop that know each other. Ends both after the test.
 * @param {import("node:test").TestContext} t
 */
export async function startShop(t) {
  const shopPort = await freePort();
  const shopOrigin = `http://127.0.0.1:${shopPort}`;
  const data = await dataFolder(t);
  const collector = await startCollector(t, { data, shopOrigin });
  const shop = await start(t, process.env.DEMO_SHOP, [
    "serve", "--port", String(shopPort), "--collector", collector.origin, "--site", SITE,
  ]);
  return { collector, shop: shop.origin };
}

/** A new data folder. It goes after the test, when all servers on it have ended: a folder that is written to cannot go. */
export async function dataFolder(t) {
  const data = await mkdtemp(join(tmpdir(), "nunchi-e2e-"));
  t.after(async () => {
    await Promise.all(servers.filter((it) => it.args.includes(data)).map((it) => it.stop()));
    await rm(data, { recursive: true, force: true });
  });
  return data;
}

/** All that were started, and with which arguments. */
const servers = [];

/**
 * Starts `nunchi demo`; `port` 0 takes a free one.
 * @param {import("node:test").TestContext} t
 */
export async function startCollector(t, { data, shopOrigin, port = 0 }) {
  const process_ = await start(t, process.env.NUNCHI, [
    "demo", "--data", data, "--port", String(port), "--shop-origin", shopOrigin,
  ]);
  return { ...process_, data };
}

/**
 * Starts a collector that knows nobody and nothing yet, and a shop whose tag names `site` there.
 * @param {import("node:test").TestContext} t
 */
export async function startEmpty(t, site) {
  const data = await dataFolder(t);
  const collector = await start(t, process.env.NUNCHI, [
    // A browser without a window says so of itself, and is kept apart else.
    "serve", "--data", data, "--port", "0", "--plausibility", "false",
  ]);
  const shop = await start(t, process.env.DEMO_SHOP, [
    "serve", "--port", "0", "--collector", collector.origin, "--site", site,
  ]);
  return { collector: { ...collector, data }, shop: shop.origin };
}

/** Runs a program to its end; gives what it printed. */
export async function run(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = [child.stdout, child.stderr].map(collect);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${err()}`);
  return out();
}

/** Starts a server and waits for its line `ready ADDRESS`. */
async function start(t, program, args) {
  if (!program) throw new Error("run the browser tests by `cargo xtask e2e`: it builds what they need");
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const said = collect(child.stderr);
  const server = { args, stop: () => stop(child, ended) };
  servers.push(server);
  t.after(server.stop);
  const lines = [];
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      const origin = /^ready (http:\S+?)\/?$/.exec(line)?.[1];
      if (origin) return origin;
    }
    throw new Error(`${program} was never ready: ${lines.join("\n")}\n${said()}`);
  })();
  const origin = await ready;
  child.stdout.resume();
  return { origin, lines, child, stop: server.stop };
}

/** Asks a program to stop, and makes it after five seconds. */
async function stop(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(patience);
}

function collect(stream) {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  return () => text;
}

/** The shop's address is in the collector's settings and the collector's in the shop's pages: one must be known first. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
