// The script a merchant pastes: loads the agent when the page is idle, and watches over it.
//
// What it promises to the shop: nothing is thrown, nothing is logged, one agent a page however often
// the tag is pasted. A trap drops the agent with all it registered; it is made once anew, then left
// off. Where WebAssembly is refused, page views are still counted, by these few lines alone.
// The hooks are described in ARCHITECTURE.md, "The page".
(() => {
  /** @type {any} */
  const page = window;
  const tag = /** @type {HTMLScriptElement} */ (
    document.currentScript || document.querySelector('script[data-site][src*="/n.js"]')
  );
  if (!tag || (page.nunchi && page.nunchi.site)) return;

  const site = tag.dataset.site;
  const host = new URL(tag.src).origin;
  const QUEUE_MAX = 100;
  /** Calls made before the agent was there. @type {any[][]} */
  const queue = [...((page.nunchi && page.nunchi.q) || [])].map((call) => [...call]);
  /** The agent that runs, if one does. @type {any} */
  let agent;
  /** Ends what the running agent registered. */
  let life = new AbortController();
  let traps = 0;
  let isOff = false;
  /** Takes calls where no agent can run. @type {((call: any[]) => void) | undefined} */
  let counter;

  page.nunchi = (/** @type {any[]} */ ...call) => {
    if (counter) counter(call);
    else if (agent) attempt(life, () => agent.call(call));
    else if (!isOff && queue.length < QUEUE_MAX) queue.push(call);
  };
  page.nunchi.site = site;

  /** Runs `f` as part of the agent that `own` belongs to; whatever it throws ends that agent. */
  const attempt = (/** @type {AbortController} */ own, /** @type {() => any} */ f) => {
    if (own.signal.aborted) return;
    try {
      return f();
    } catch {
      trapped(own);
    }
  };

  const trapped = (/** @type {AbortController} */ own) => {
    if (own.signal.aborted) return;
    drop();
    if (++traps < 2) run();
  };

  const drop = () => {
    agent = undefined;
    life.abort();
    life = new AbortController();
  };

  const stop = () => {
    isOff = true;
    drop();
  };

  /** Compiled once, however often it is started. @type {Promise<WebAssembly.Module>[]} */
  const modules = [];
  const load = async (/** @type {number} */ index, /** @type {string} */ js, /** @type {string} */ wasm) => {
    modules[index] ||= WebAssembly.compileStreaming(fetch(host + wasm, { credentials: 'omit' }));
    // A module script is made once for each address: the second agent needs glue of its own.
    const [glue, module] = await Promise.all([
      import(host + js + (traps ? '?' + traps : '')),
      modules[index],
    ]);
    await glue.default(module);
    return glue;
  };

  const run = async () => {
    const own = life;
    const guard = (/** @type {Function} */ f) => (/** @type {any[]} */ ...args) =>
      attempt(own, () => f(...args));
    const hooks = {
      site,
      host,
      consent: tag.dataset.consent,
      queue,
      guard,
      signal: own.signal,
      stop,
      surface: () => load(1, '__SURFACE_JS__', '__SURFACE_WASM__'),
      /** Reads the cart as the shop's platform tells it, where it is one that does, until `until` ends it. */
      carts(/** @type {AbortSignal} */ until) {
        if (page.Shopify || page.CAFE24 || page.EC_SDE_SHOP_NUM || document.body.matches('[class*=woocommerce]'))
          import(host + '__CARTS_JS__').then(({ start }) => start({ ...hooks, agent, until })).catch(() => {});
      },
      /** Tells `f` the arguments of each call of `target[name]`. */
      tap(/** @type {any} */ target, /** @type {string} */ name, /** @type {Function} */ f) {
        const before = target[name];
        const heard = guard(f);
        target[name] = function (/** @type {any[]} */ ...args) {
          const result = before.apply(this, args);
          heard(args);
          return result;
        };
      },
    };
    try {
      const glue = await load(0, '__AGENT_JS__', '__AGENT_WASM__');
      if (own.signal.aborted) return;
      attempt(own, () => {
        agent = glue;
        glue.start({ ...hooks, agent });
        queue.length = 0;
      });
    } catch {
      // Not there, or not allowed: the page goes without.
      if (!own.signal.aborted) count();
    }
  };

  /** Counts page views without an agent: no ids but that of this page load, nothing stored. */
  const count = () => {
    const run = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    let consent = tag.dataset.consent === 'ask' ? '' : 'measure';
    let counted = '';
    const hit = async () => {
      const path = location.pathname;
      if (isOff || path === counted || !consent || consent === 'denied') return;
      counted = path;
      try {
        await fetch(host + '/v1/hit', {
          method: 'POST',
          body: site + '\n' + run + '\n' + path,
          credentials: 'omit',
          keepalive: true,
        });
      } catch {
        // Lost on the way, or a page's own fetch that throws at once.
      }
    };
    // As in the agent, a route counts once its address has stood still.
    const routed = () => setTimeout(hit, 250);
    counter = ([name, level]) => {
      if (name === 'consent') consent = level;
      if (name === 'off') isOff = true;
      hit();
    };
    queue.forEach(counter);
    hit();
    for (const name of ['pushState', 'replaceState']) {
      const before = /** @type {any} */ (history)[name];
      /** @type {any} */ (history)[name] = function (/** @type {any[]} */ ...args) {
        routed();
        return before.apply(this, args);
      };
    }
    addEventListener('popstate', routed);
    addEventListener('pageshow', (event) => {
      if (event.persisted) {
        counted = '';
        hit();
      }
    });
  };

  const begin = () => {
    try {
      // The smallest module there is. Where a policy forbids WebAssembly this throws without a line
      // in the console, which compiling a fetched one would not.
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch {
      return count();
    }
    run();
  };
  const whenIdle = () =>
    page.requestIdleCallback ? requestIdleCallback(begin, { timeout: 2000 }) : setTimeout(begin, 200);
  const whenSeen = () =>
    /** @type {any} */ (document).prerendering
      ? document.addEventListener('prerenderingchange', whenIdle, { once: true })
      : whenIdle();
  if (document.readyState === 'complete') whenSeen();
  else addEventListener('load', whenSeen, { once: true });
})();
