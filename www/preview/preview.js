// A campaign as a page of a shop would have it, drawn by the surface that pages load. Stands in a sandboxed frame of the
// console, without an origin of its own, and is told by it what to draw. Asks nobody anything and sends nothing: what the
// surface would ask for is answered here by an example.
(() => {
  /** @type {any} */
  const page = window;
  const console_ = location.origin;
  const load = page.fetch.bind(page);
  /** What is drawn. @type {any} */
  let shown;
  /** @type {any} */
  let surface;

  const EXAMPLES = {
    en: { product: 'Celadon mug', price: '₩24,000', buy: 'Add to cart', again: 'Show again', also: ['Tea bowl', 'Small pot', 'Linen cloth'] },
    ko: { product: '청자 머그', price: '24,000원', buy: '장바구니 담기', again: '다시 보기', also: ['찻사발', '작은 다관', '리넨 다포'] },
  };
  const words = () => EXAMPLES[shown?.language === 'ko' ? 'ko' : 'en'];
  const find = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
  const tell = (/** @type {string} */ what) => parent.postMessage(what, console_);

  const also = () =>
    words().also.map((name, at) => ({ id: `also-${at}`, name, path: '/', minor: 18000 + 4000 * at, currency: 'KRW', by: 'bought' }));
  page.fetch = async (/** @type {string} */ url) => {
    const path = String(url).replace(console_, '');
    if (path.startsWith('/v1/also/')) return Response.json({ products: also() });
    if (path === '/v1/coupon') return Response.json({ code: 'EXAMPLE-7K2F' });
    throw new TypeError('nothing is sent from a preview');
  };
  page.EventSource = undefined;
  // The operator types in the form beside this frame. What is drawn here takes the focus only from who is in here.
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = function (/** @type {any} */ options) {
    if (document.hasFocus()) focus.call(this, options);
  };
  const { showModal } = HTMLDialogElement.prototype;
  HTMLDialogElement.prototype.showModal = function () {
    // A dialog looks for the focus as it opens, and gives up where nothing can be seen.
    document.documentElement.classList.toggle('unseen', !document.hasFocus());
    showModal.call(this);
    document.documentElement.classList.remove('unseen');
  };
  // A phone's page is left alone for its first seconds; a look at an offer need not wait for them.
  performance.now = () => 1e9;

  const OPTIONS = {
    host: console_,
    site: 'preview',
    session: '0000000000000000',
    path: () => '/',
    guard: (/** @type {Function} */ f) => f,
    signal: new AbortController().signal,
    emit(/** @type {number} */ _campaign, /** @type {string} */ reaction) {
      if (reaction === 'expired') setTimeout(draw);
      else if (reaction !== 'shown') find('again').hidden = false;
      tell(reaction);
    },
  };

  const dress = () => {
    document.documentElement.lang = shown.language;
    document.documentElement.classList.toggle('dark', shown.isDark);
    find('shop').textContent = shown.shop;
    for (const name of ['product', 'price', 'buy', 'again']) find(name).textContent = /** @type {any} */ (words())[name];
    if (shown.slot) find('slot').dataset.nunchiSlot = shown.slot;
    else delete find('slot').dataset.nunchiSlot;
  };

  const draw = () => {
    find('again').hidden = true;
    surface.close();
    surface.start({ ...OPTIONS, language: shown.language, facts: shown.facts });
    surface.show(shown.bytes);
  };

  const begin = async () => {
    surface = await import('__SURFACE_JS__');
    await surface.default(await WebAssembly.compileStreaming(load('__SURFACE_WASM__', { credentials: 'omit' })));
    find('again').addEventListener('click', draw);
    addEventListener('message', ({ source, origin, data }) => {
      if (source !== parent || origin !== console_ || !(data?.bytes instanceof Uint8Array)) return;
      shown = data;
      dress();
      draw();
    });
    tell('ready');
  };
  begin().catch(() => tell('broken'));
})();
