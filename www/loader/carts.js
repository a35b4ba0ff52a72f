// What shop platforms tell of the cart by themselves: Shopify, WooCommerce, Cafe24. Fetched only where one of them is seen
// (`n.js`), and only while a run goes on. It states what the shop could state itself, by the names of GA4's events.
//
// It reads and never writes: from the page, and by GETs of the shop's own origin, one in 5 s at most. The cart as it
// stands replaces what was summed up before. That something was added or removed is the difference of two readings; it is
// stated only where the shop's own tools (`dataLayer`, `nunchi`) did not say so since the last one, and so once.

/**
 * Amounts as people write them: 12900 won, 19.90 euro.
 * @typedef {{ item_id: string, item_name?: string, item_category?: string, price?: number, quantity: number }} Line
 * @typedef {{ currency?: string, value?: number, items: Line[] }} Cart
 *
 * What is to be known of a platform:
 * `changed` matches the addresses by which its scripts change the cart; `read` gives the cart, if it can be known;
 * `posted` the line that a form adds by leaving the page, `added` the one that a request from this page adds, where the
 * cart cannot be read after it; `checkout` says whether this page is the checkout, or which links and buttons lead there;
 * `product` and `purchase` what this page is about; `listen` hears of changes in other ways.
 * @typedef {{
 *   changed: RegExp, read: () => Promise<Cart | undefined>, checkout: () => string | boolean,
 *   posted?: (form: any) => Line | undefined, added?: (address: string) => Line | undefined,
 *   product?: () => Cart | undefined, purchase?: () => Promise<object | undefined>,
 *   listen?: (look: () => void, signal: AbortSignal) => void,
 * }} Platform
 */

/** @type {any} */
const page = window;

/** Between two requests. */
const PAUSE_MS = 5_000;
/** From a change of the cart to the reading: what the shop's own tools say of it comes first. */
const SETTLE_MS = 500;

/** @returns {Promise<any>} */
const ask = async (/** @type {string} */ path) => {
  const answer = await fetch(path, { mode: 'same-origin', headers: { accept: 'application/json' } });
  if (!answer.ok) throw answer.status;
  return answer.json();
};

/** @returns {Line} */
const line = (/** @type {any} */ id, /** @type {any} */ name, /** @type {any} */ price, /** @type {any} */ quantity = 1) => ({
  item_id: '' + id,
  item_name: name,
  price: parseFloat(price),
  quantity: parseFloat(quantity),
});

/**
 * Amounts are hundredths whatever the currency: 1000 yen are 100000.
 * shopify.dev/docs/api/ajax/reference/cart; what a product page says of its product is in `ShopifyAnalytics.meta`.
 * @returns {Platform}
 */
const shopify = () => {
  const { Shopify, ShopifyAnalytics } = page;
  const { product, currency } = ShopifyAnalytics?.meta || {};
  const lineOf = (/** @type {any} */ { sku, name, price }, /** @type {any} */ quantity) =>
    line(sku || product.id, name, price / 100, quantity);
  return {
    changed: /\/cart\/(add|change|clear|update)\b/,
    async read() {
      const cart = await ask((Shopify.routes?.root || '/') + 'cart.js');
      const items = cart.items.map((/** @type {any} */ it) => line(it.sku || it.product_id, it.product_title, it.final_price / 100, it.quantity));
      return { currency: cart.currency || Shopify.currency?.active, value: cart.total_price / 100, items };
    },
    posted(form) {
      const { id, quantity } = form.elements;
      const variant = /\/cart\/add$/.test(form.action) && product?.variants.find((/** @type {any} */ it) => it.id == id?.value);
      return variant && lineOf(variant, quantity?.value);
    },
    checkout: () => '[name=checkout],[href*="/checkout"]',
    product: () => product && { currency, items: [{ ...lineOf(product.variants[0], 1), item_category: product.type }] },
  };
};

/**
 * Amounts are in units of the shop's own number of decimals. developer.woocommerce.com/docs/apis/store-api; scripts of
 * classic themes tell through jQuery, blocks by events of the document, and both by requests.
 * @returns {Platform}
 */
const woocommerce = () => {
  /** @type {any} */
  const root = document.querySelector('link[rel="https://api.w.org/"]');
  const cart = () => ask((root?.href || '/wp-json/') + 'wc/store/v1/cart');
  const amount = (/** @type {any} */ units, /** @type {any} */ { currency_minor_unit }) => units / 10 ** currency_minor_unit;
  const textOf = (/** @type {string} */ selector) => document.querySelector(selector)?.textContent?.trim();
  const hash = () => /woocommerce_cart_hash=(\w+)/.exec(document.cookie)?.[1];
  let read = '';
  return {
    changed: /\bwc-ajax=(add_to|remove_from)_cart|\/wc\/store\/(v1\/)?(batch|cart\/)/,
    async read() {
      // Who never put anything into the cart is not asked about.
      if (!read && !hash()) return { items: [] };
      read = hash() || 'none';
      const { items, totals } = await cart();
      return {
        currency: totals.currency_code,
        value: amount(totals.total_price - totals.total_shipping - totals.total_shipping_tax, totals),
        items: items.map((/** @type {any} */ it) => line(it.sku || it.id, it.name, amount(it.prices.price, it.prices), it.quantity)),
      };
    },
    posted(form) {
      const { quantity, variation_id, 'add-to-cart': product } = form.elements;
      if (!product || form.matches('.grouped_form')) return;
      const variation = parseInt(variation_id?.value);
      const known = variation && JSON.parse(form.dataset.product_variations || '[]').find((/** @type {any} */ it) => it.variation_id === variation);
      const id = variation ? known?.sku || variation : textOf('.product_meta .sku') || product.value;
      return line(id, textOf('.product_title'), undefined, quantity?.value);
    },
    checkout: () => document.body.matches('.woocommerce-checkout:not(.woocommerce-order-received)'),
    async purchase() {
      const order = /\border-received[/=](\d+)/.exec(location.href)?.[1];
      const digits = textOf('.woocommerce-order-overview__total .amount')?.replace(/\D/g, '');
      if (!order || !digits) return;
      const { totals } = await cart();
      const items = [...document.querySelectorAll('.woocommerce-order-details .product-quantity')].map((it) => ({
        quantity: it.textContent?.replace(/\D/g, ''),
      }));
      return { transaction_id: order, currency: totals.currency_code, value: amount(digits, totals), items };
    },
    listen(look, signal) {
      // Fragments are refreshed on most pages, changed or not.
      const refreshed = () => hash() !== read && look();
      page.jQuery?.(document.body).on('added_to_cart removed_from_cart updated_cart_totals', look).on('wc_fragments_refreshed', refreshed);
      for (const name of ['wc-blocks_added_to_cart', 'wc-blocks_removed_from_cart']) document.addEventListener(name, look, { signal });
    },
  };
};

/**
 * Its pages tell all of it in globals: the cart where it is shown and at the checkout, else what the header's counter was
 * given; the order on the page after it. Adding and removing have one address, and a cart that changed is loaded anew.
 * @returns {Platform}
 */
const cafe24 = () => {
  const shop = page.CAFE24?.SHOP || page.SHOP;
  const currency = shop?.getCurrency();
  const priceOf = (/** @type {any} */ it) => it.product_sum_price ?? it.product_price;
  const linesOf = (/** @type {any} */ list) =>
    Object.values(list).map((/** @type {any} */ it) => line(it.product_no, it.product_name, priceOf(it), it.quantity ?? it.product_qty));
  const shown = () => page.aBasketProductOrderData || page.aBasketProductData;
  return {
    changed: /\/exec\/front\/(order\/basket|manage\/async)\b/,
    async read() {
      const list = shown() || page.CAPP_ASYNC_METHODS?.BasketProduct?.getData();
      return list && { currency, items: linesOf(list) };
    },
    checkout: () => !!page.aBasketProductOrderData,
    added(address) {
      if (!page.iProductNo || shown() || !/basket/.test(address)) return;
      const chosen = [...document.querySelectorAll('[id^=option_box][id$=_quantity]'), ...document.querySelectorAll('#quantity')];
      const pieces = chosen.reduce((sum, /** @type {any} */ it) => sum + (parseInt(it.value) || 0), 0);
      return line(page.iProductNo, page.product_name, page.product_price, pieces || 1);
    },
    product: () => page.iProductNo && { currency, items: [line(page.iProductNo, page.product_name, page.product_price)] },
    async purchase() {
      const data = page.CAFE24?.FRONT_EXTERNAL_SCRIPT_VARIABLE_DATA || page.EC_FRONT_EXTERNAL_SCRIPT_VARIABLE_DATA;
      const { order_id, payed_amount, order_product } = data || {};
      return order_id && { transaction_id: order_id, currency, value: payed_amount, items: linesOf(order_product) };
    },
  };
};

/** The lines by product. */
const byProduct = (/** @type {Line[]} */ items) => {
  /** @type {Map<string, Line>} */
  const found = new Map();
  for (const it of items) found.set(it.item_id, { ...it, quantity: it.quantity + (found.get(it.item_id)?.quantity || 0) });
  return found;
};

/** What `now` has more than `before`. */
const more = (/** @type {Line[]} */ before, /** @type {Line[]} */ now) => {
  const had = byProduct(before);
  const gained = [...byProduct(now).values()].map((it) => ({ ...it, quantity: it.quantity - (had.get(it.item_id)?.quantity || 0) }));
  return gained.filter(({ quantity }) => quantity > 0);
};

/** What the shop's own tools said, by the names of events, since it was last forgotten. */
const listenToShop = (/** @type {any} */ { tap, site }) => {
  /** @type {Set<string>} */
  const said = new Set();
  const hear = (/** @type {any} */ entry) => said.add(entry?.event || entry?.[1]);
  page.dataLayer?.forEach(hear);
  if (page.dataLayer) tap(page.dataLayer, 'push', (/** @type {any[]} */ entries) => entries.forEach(hear));
  tap(page, 'nunchi', hear);
  page.nunchi.site = site;
  return said;
};

/** Ends when one of these does. */
const ending = (/** @type {AbortSignal[]} */ ...signals) => {
  const end = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) end.abort();
    signal.addEventListener('abort', () => end.abort());
  }
  return end.signal;
};

/** Reads the cart until `until` ends it, or the agent does; the rest are the loader's hooks (ARCHITECTURE.md, "The page"). */
export function start(/** @type {any} */ { until, ...hooks }) {
  const signal = ending(until, hooks.signal);
  if (signal.aborted) return;
  const platform = page.Shopify ? shopify() : page.CAFE24 || page.EC_SDE_SHOP_NUM ? cafe24() : woocommerce();
  const said = listenToShop(hooks);
  /** The shop's objects may be of any shape: who trips over one does without. */
  const quietly = (/** @type {Function} */ f) => async (/** @type {any[]} */ ...args) => {
    try {
      return signal.aborted || (await f(...args));
    } catch {}
  };
  const call = hooks.guard(hooks.agent.call);
  const state = (/** @type {string} */ name, /** @type {any} */ details) => {
    if (details && !said.has(name) && !signal.aborted) call(['track', name, details]);
    said.delete(name);
  };

  /** @type {Cart | undefined} */
  let known;
  const stands = (/** @type {Cart | undefined} */ cart) => {
    if (!cart) return;
    const { currency, items } = cart;
    const [added, removed] = known ? [more(known.items, items), more(items, known.items)] : [[], []];
    if (removed.length) state('remove_from_cart', { currency, items: removed });
    if (added.length) state('add_to_cart', { currency, items: added });
    said.delete('view_cart');
    if (!known || added.length + removed.length) state('view_cart', cart);
    known = cart;
  };

  let readAt = -PAUSE_MS;
  let timer = 0;
  const look = () => {
    timer ||= setTimeout(quietly(async () => {
      timer = 0;
      readAt = performance.now();
      stands(await platform.read());
    }), Math.max(SETTLE_MS, readAt + PAUSE_MS - performance.now()));
  };

  const arrive = quietly(async () => {
    // Markup is read by the agent itself.
    const isMarked = [...document.querySelectorAll('script[type="application/ld+json"]')].some((it) => it.textContent?.includes('"Product'));
    if (!isMarked) state('view_item', platform.product?.());
    state('purchase', await platform.purchase?.());
    readAt = performance.now();
    stands(await platform.read());
    if (platform.checkout() === true) state('begin_checkout', known);
  });
  (page.requestIdleCallback || setTimeout)(arrive);

  const observer = new PerformanceObserver(quietly((/** @type {PerformanceObserverEntryList} */ list) => {
    for (const { name } of list.getEntries().filter(({ name }) => platform.changed.test(name))) {
      const line = platform.added?.(name);
      if (line) setTimeout(() => state('add_to_cart', { currency: known?.currency, items: [line] }), SETTLE_MS);
      look();
    }
  }));
  observer.observe({ type: 'resource' });
  signal.addEventListener('abort', () => observer.disconnect());
  document.addEventListener('submit', quietly((/** @type {any} */ event) => {
    const line = platform.posted?.(event.target);
    // A form that a script takes over does not leave the page: the next reading has it.
    if (line) setTimeout(() => event.defaultPrevented || state('add_to_cart', { currency: known?.currency, items: [line] }));
  }), { signal });
  document.addEventListener('click', quietly((/** @type {any} */ { target }) => {
    const ways = platform.checkout();
    if (typeof ways === 'string' && target.closest(ways)) setTimeout(() => state('begin_checkout', known));
  }), { signal, capture: true });
  platform.listen?.(look, signal);
}
