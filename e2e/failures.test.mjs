// 8. The shop's own purchase path passes with the agent made to fail at each of its entry points.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openShop, startBrowser } from "./lib/browser.mjs";
import { startShop } from "./lib/servers.mjs";
import { PRODUCT, addToCart, buy } from "./lib/visit.mjs";

/** Everything a page fetches or sends, by the address below the collector. */
const ENTRIES = {
  "the loader": "/n.js",
  "the agent's glue": "/a/agent-*.js",
  "the agent's module": "/a/agent-*.wasm",
  "the surface's glue": "/a/surface-*.js",
  "the surface's module": "/a/surface-*.wasm",
  "the pack": "/v1/pack/*",
  "the beacon": "/v1/b",
};

/** How each of them can go wrong. */
const FAULTS = {
  "does not come": (route) => route.abort("connectionrefused"),
  "never ends": () => {},
  "is an error of the server": (route) => fulfil(route, { status: 500, body: "no" }),
  "has another type": (route) => fulfil(route, { status: 200, contentType: "text/html", body: "<p>captive portal</p>" }),
  "is garbage": async (route) => {
    const answer = await route.fetch();
    const contentType = answer.headers()["content-type"] ?? "text/plain";
    return fulfil(route, { status: 200, contentType, body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 255, 254, 1]) });
  },
};

/** What a page, an extension or a browser may have done to itself before we come. */
const WORLDS = {
  "fetch throws": () => { window.fetch = () => { throw new Error("patched"); }; },
  "fetch never answers": () => { window.fetch = () => new Promise(() => {}); },
  "storage throws": () => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
    }
  },
  "storage is full": () => {
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  },
  "there is no WebAssembly": () => { delete window.WebAssembly; },
  "WebAssembly is broken": () => {
    WebAssembly.instantiate = WebAssembly.instantiateStreaming = WebAssembly.compile = () => Promise.reject(new Error("broken"));
  },
  "no shadow roots can be made": () => { Element.prototype.attachShadow = () => { throw new TypeError("no"); }; },
  "idle never comes": () => { window.requestIdleCallback = () => 0; },
  "someone else is called nunchi": () => { window.nunchi = 7; },
  "prototypes have more than they should": () => {
    Object.prototype.surprise = 1;
    Array.prototype.surprise = () => { throw new Error("iterated"); };
  },
};

test("a purchase passes when", async (t) => {
  const { collector, shop } = await startShop(t);
  const browser = await startBrowser(t);
  const settings = { collector, shop, browser };

  await t.test("nothing is wrong", () => check(settings));
  for (const [entry, path] of Object.entries(ENTRIES)) {
    for (const [fault, answer] of Object.entries(FAULTS)) {
      await t.test(`${entry} ${fault}`, () =>
        check(settings, async (context) => fail(context, `${collector.origin}${path}`, answer), entry !== "the loader"));
    }
  }
  for (const [world, change] of Object.entries(WORLDS)) {
    await t.test(world, () => check(settings, (context) => context.addInitScript(change)));
  }
  await t.test("the module traps at every call", () =>
    check(settings, (context) => fail(context, `${collector.origin}/a/agent-*.wasm`, trap)));
});

/** Lets an address fail; gives the promise that it was asked for, so that no fault goes untried. */
async function fail(context, address, answer) {
  let asked;
  const wasAsked = new Promise((resolve) => (asked = resolve));
  await context.route(address, (route) => {
    asked();
    return answer(route);
  });
  return { wasAsked };
}

/**
 * Buys, with an offer asked for on the way so that the surface is loaded. Nothing of ours may show as an error; where
 * the loader itself was replaced, nothing of ours is there.
 */
async function check({ collector, shop, browser }, arrange = async () => {}, isOurs = true) {
  const context = await openShop(browser, { shop, isOpen: false });
  const { wasAsked } = (await arrange(context)) ?? {};
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.stack || String(error)));
  page.on("console", (message) => {
    // The browser itself tells of an answer it could not use; what counts is what code says.
    const isBrowser = /^Failed to load (resource|module script)|^Access to fetch/.test(message.text());
    if (message.type() === "error" && !isBrowser) errors.push(`${message.text()} (${message.location().url})`);
  });
  try {
    await page.goto(PRODUCT, { waitUntil: "domcontentloaded" });
    await page.evaluate(() => (typeof nunchi === "function" ? nunchi("show", 1) : (window.nunchi ??= { q: [["show", 1]] })));
    await wasAsked;
    await addToCart(page, "/p/hwangcha");
    await buy(page);
    if (isOurs) assert.deepEqual(errors, []);
  } finally {
    await context.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
  }
}

/** The browser would keep a failed answer from the page if CORS were missing: that is another fault than the one meant. */
const fulfil = (route, answer) =>
  route.fulfill({ headers: { "access-control-allow-origin": "*", ...(answer.contentType && { "content-type": answer.contentType }) }, ...answer });

/** The real module with the body of every function replaced by `unreachable`. */
async function trap(route) {
  const answer = await route.fetch();
  const body = trapping(await answer.body());
  return route.fulfill({ response: answer, body, headers: { ...answer.headers(), "content-encoding": "identity" } });
}

/** Rewrites the code section (id 10): no locals, `unreachable`, `end`. */
export function trapping(module) {
  const parts = [module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const id = module[at];
    const [size, start] = leb(module, at + 1);
    if (id === 10) {
      const [count, bodies] = leb(module, start);
      const code = Buffer.concat([module.subarray(start, bodies), ...Array(count).fill(Buffer.from([3, 0, 0x00, 0x0b]))]);
      parts.push(Buffer.from([10]), uleb(code.length), code);
    } else {
      parts.push(module.subarray(at, start + size));
    }
    at = start + size;
  }
  return Buffer.concat(parts);
}

function leb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function uleb(value) {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value);
  return Buffer.from(bytes);
}
