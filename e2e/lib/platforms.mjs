// Shops as their platforms make them: what their pages say in globals and markup, and the answers of their carts. Field
// names and amounts as in the platforms' own documentation and storefronts; the shops sell one thing each.

import { once } from "node:events";
import { createServer } from "node:http";

import { SITE, dataFolder, startCollector } from "./servers.mjs";

/**
 * Starts a shop and a collector that know each other. `platform(request, cart)` answers as `{head, body}` of a page, as
 * `{json}`, or as `{to}`; `cart` is one number of pieces. Gives what was asked of the cart, too.
 * @param {import("node:test").TestContext} t
 */
export async function startPlatform(t, platform) {
  const cart = { pieces: 0 };
  const asked = [];
  let tag = "";
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://shop");
    const body = await text(request);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    const answer = platform({ method: request.method, url, form: new URLSearchParams(body) }, cart);
    if (!answer) return response.writeHead(204).end();
    if (answer.to) return response.writeHead(302, { location: answer.to }).end();
    const cookies = (answer.cookies ?? []).map((it) => `${it}; Path=/`);
    const isPage = answer.json === undefined;
    response.writeHead(answer.status ?? 200, { "content-type": isPage ? "text/html; charset=utf-8" : "application/json", "set-cookie": cookies, "cache-control": "no-store" });
    response.end(isPage ? `<!doctype html><html lang="en"><head><title>shop</title>${answer.head}${tag}</head>${answer.body}</html>` : JSON.stringify(answer.json));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const shop = `http://127.0.0.1:${server.address().port}`;
  const data = await dataFolder(t);
  const collector = await startCollector(t, { data, shopOrigin: shop });
  tag = `<script async src="${collector.origin}/n.js" data-site="${SITE}"></script>`;
  return { collector, shop, asked };
}

async function text(request) {
  let whole = "";
  for await (const chunk of request) whole += chunk;
  return whole;
}

/** A shop in Seoul that counts in won: amounts are hundredths all the same. */
export function shopify({ method, url, form }, cart) {
  const item = { id: 794864229, variant_id: 794864229, product_id: 632910392, sku: "COAT-S", title: "Red Rain Coat - Small", product_title: "Red Rain Coat", price: 1290000, final_price: 1290000, quantity: cart.pieces, line_price: 1290000 * cart.pieces };
  const product = JSON.stringify({ product: { id: 632910392, vendor: "Rain", type: "Coats", variants: [{ id: 794864229, price: 1290000, name: "Red Rain Coat - Small", public_title: "Small", sku: "COAT-S" }] } });
  const page = (body) => ({
    head: `<script>var Shopify = Shopify || {}; Shopify.shop = "rain.myshopify.com"; Shopify.currency = {"active":"KRW","rate":"1.0"}; Shopify.routes = {"root":"/"};
      window.ShopifyAnalytics = window.ShopifyAnalytics || {}; window.ShopifyAnalytics.meta = window.ShopifyAnalytics.meta || {};
      window.ShopifyAnalytics.meta.currency = 'KRW';
      var meta = ${url.pathname === "/cart" ? '{"page":{"pageType":"cart"}}' : product};
      for (var attr in meta) { window.ShopifyAnalytics.meta[attr] = meta[attr]; }</script>`,
    body: `<body>${body}</body>`,
  });
  if (url.pathname === "/cart.js") {
    return { json: { token: "1d1", item_count: cart.pieces, items: cart.pieces ? [item] : [], total_price: 1290000 * cart.pieces, currency: "KRW" } };
  }
  if (method === "POST" && /^\/cart\/(add|change)(\.js)?$/.test(url.pathname)) {
    const pieces = Number(form.get("quantity") ?? 1);
    cart.pieces = url.pathname.startsWith("/cart/add") ? cart.pieces + pieces : pieces;
    return url.pathname.endsWith(".js") ? { json: item } : { to: "/cart" };
  }
  if (url.pathname === "/cart") return page(`<form action="/cart" method="post"><button name="checkout" type="button">Check out</button></form>`);
  if (url.pathname.startsWith("/products/")) {
    return page(`<form action="/cart/add" method="post"><input name="id" value="794864229"><input name="quantity" value="1"><button name="add">Add to cart</button></form>`);
  }
}

/** A shop in Berlin; `minor_unit` is its own number of decimals. */
export function woocommerce({ url }, cart) {
  const money = { currency_code: "EUR", currency_minor_unit: 2 };
  const cookies = [`woocommerce_cart_hash=h${cart.pieces}`, `woocommerce_items_in_cart=${cart.pieces}`];
  const page = (kind, body) => ({
    head: `<script>window.dataLayer = window.dataLayer || [];</script><link rel="https://api.w.org/" href="/wp-json/"><script type="application/ld+json">{"@type":"Thing"}</script>`,
    body: `<body class="theme-storefront woocommerce-js ${kind}">${body}</body>`,
    cookies: cart.pieces ? cookies : [],
  });
  if (url.pathname === "/wp-json/wc/store/v1/cart") {
    const item = { key: "a5771", id: 38, quantity: cart.pieces, name: "Beanie with Logo", sku: "Woo-beanie-logo", prices: { ...money, price: "1850", regular_price: "2000" } };
    const totals = { ...money, total_items: `${1850 * cart.pieces}`, total_shipping: "490", total_shipping_tax: null, total_price: `${1850 * cart.pieces + 490}` };
    return { json: { items: cart.pieces ? [item] : [], totals, items_count: cart.pieces } };
  }
  if (url.searchParams.get("wc-ajax") === "add_to_cart") {
    cart.pieces += 1;
    return { json: { fragments: {}, cart_hash: `h${cart.pieces}` }, cookies: [`woocommerce_cart_hash=h${cart.pieces}`, `woocommerce_items_in_cart=1`] };
  }
  if (url.pathname === "/product/beanie/") {
    return page("single-product woocommerce", `<h1 class="product_title">Beanie with Logo</h1><a class="ajax_add_to_cart" data-product_id="38">Add</a>`);
  }
  if (url.pathname === "/checkout/") return page("woocommerce-checkout", "");
  if (url.pathname === "/checkout/order-received/1042/") {
    cart.pieces = 0;
    return page("woocommerce-checkout woocommerce-order-received", `<ul class="order_details"><li class="woocommerce-order-overview__total total">Total:
      <strong><span class="woocommerce-Price-amount amount"><bdi>1.041,90&nbsp;<span class="woocommerce-Price-currencySymbol">€</span></bdi></span></strong></li></ul>
      <section class="woocommerce-order-details"><table><tr><td>Beanie <strong class="product-quantity">&times;&nbsp;2</strong></td></tr></table></section>`);
  }
}

/** A shop in Seoul; everything is in globals. */
export function cafe24({ method, url, form }, cart) {
  const row = { product_no: 1217, product_name: "발레리아 뷔스티에", product_price: 120000, opt_price: 0, product_sum_price: 120000, quantity: cart.pieces, product_qty: cart.pieces, item_code: "P0000BUV000I", basket_prd_no: 688895 };
  const rows = cart.pieces ? [row] : [];
  const page = (globals, data = {}) => ({
    head: `<script>window.CAFE24 = window.CAFE24 || {}; var EC_SDE_SHOP_NUM = 1;
      CAFE24.FRONT_EXTERNAL_SCRIPT_VARIABLE_DATA = ${JSON.stringify({ common_member_id_crypt: "", ...data })};
      CAFE24.SHOP = { getLanguage: function () { return "ko_KR"; }, getCurrency: function () { return "KRW"; } };
      var CAPP_ASYNC_METHODS = { BasketProduct: { getData: function () { return ${JSON.stringify(rows)}; } } };
      ${globals}</script>`,
    body: `<body><input id="quantity" value="2"></body>`,
  });
  if (method === "POST" && url.pathname === "/exec/front/order/basket/") {
    cart.pieces += Number(form.get("quantity"));
    return { json: { result: 0 } };
  }
  if (url.pathname === "/product/detail.html") return page(`var iProductNo = '1217'; var product_name = '발레리아 뷔스티에'; var product_price = '120000';`);
  if (url.pathname === "/order/basket.html") return page(`var sPage = "ORDER_BASKET"; var aBasketProductData = ${JSON.stringify(rows)};`);
  if (url.pathname === "/order/orderform.html") return page(`var sPage = "ORDER_ORDERFORM"; var aBasketProductOrderData = ${JSON.stringify(rows)};`);
  if (url.pathname === "/order/order_result.html") {
    const order_product = rows.map(({ product_no, product_name, product_price, quantity }) => ({ product_no, product_name, product_price, quantity }));
    cart.pieces = 0;
    return page("CAPP_ASYNC_METHODS = {};", { order_id: "20261122-0000125", payed_amount: "243000.00", order_product });
  }
}
