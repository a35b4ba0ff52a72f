// What the agent asks of the browser, in as few and as wide functions as will do: each one that crosses
// the border costs code on both sides. Nothing here decides, and nothing here throws.
//
// What happens comes back as `hear(ear, value)`, through the loader's guard; an ear is the number under
// which the agent knows what is to be done then.

/** The loader's hooks (ARCHITECTURE.md, "The page"), and `agent`: the exports. @type {any} */
let hooks;
/** A guarded function for each ear. @type {Record<string, any>} */
const ears = {};
/** The surface's exports, as soon as it was asked for. @type {Promise<any> | undefined} */
let surface;

export function connect(/** @type {any} */ theHooks) {
  hooks = theHooks;
}

export function stop(/** @type {string} */ reason) {
  hooks.stop(reason);
}

/** What calls the ear with a value. */
const earFor = (/** @type {number} */ ear) =>
  (ears[ear] ||= hooks.guard((/** @type {any} */ value) => hooks.agent.hear(ear, value)));

/** What `f` gives, or nothing where the page's own code throws. */
const attempt = (/** @type {() => any} */ f) => {
  try {
    return f() ?? undefined;
  } catch {}
};

// Being called back.

/** Tells of each event what it hit, where, the buttons and flags, and the sort of what it hit. */
export function listen(
  /** @type {EventTarget} */ at,
  /** @type {string} */ name,
  /** @type {number} */ ear,
  /** @type {boolean} */ once,
  /** @type {boolean} */ capture,
  /** @type {string} */ selectors,
) {
  const sortOf = sorter(selectors);
  const hear = (/** @type {any} */ { target, clientX, clientY, buttons, isTrusted, persisted, detail }) => {
    const flags = buttons | (isTrusted << 5) | (persisted << 6) | ((detail > 1) << 7);
    hooks.agent.hear(ear, target, clientX, clientY, flags, sortOf(target));
  };
  at.addEventListener(name, (ears[ear + name] ||= hooks.guard(hear)), { passive: true, capture, once, signal: hooks.signal });
}

/**
 * The sort of an element by selectors, one a line: 0 when neither it nor what it stands in matches the first; else that
 * element counts, and is 2 by the second line, 3 by the third and so on, 1 by no other.
 */
const sorter = (/** @type {string} */ selectors) => {
  const [first, ...others] = selectors.split('\n');
  return (/** @type {any} */ element) => {
    const found = first && element.closest?.(first);
    return found ? others.findIndex((selector) => found.matches(selector)) + 2 : 0;
  };
};

export function sort(/** @type {Element} */ element, /** @type {string} */ selectors) {
  return sorter(selectors)(element);
}

export function later(/** @type {number} */ ms, /** @type {number} */ ear, /** @type {any} */ value) {
  // Browsers take timers of less than 2^31 ms.
  setTimeout(earFor(ear), Math.min(Math.ceil(ms), 2 ** 31 - 1), value);
}

/** What waits: ears, and what they are to hear. @type {Set<[number, any]>} */
const held = new Set();

/** Puts off what an ear hears until `release`; forgotten after `ms`, and beyond so many. */
export function hold(
  /** @type {number} */ ear,
  /** @type {any} */ value,
  /** @type {number} */ most,
  /** @type {number} */ ms,
) {
  if (held.size >= most) return;
  /** @type {[number, any]} */
  const said = [ear, value];
  held.add(said);
  setTimeout(() => held.delete(said), ms);
}

/** Ends the reading of the platform's cart. @type {AbortController | undefined} */
let reading;

/** What was put off is heard now, or forgotten; the platform's cart is read from now on, or no more. */
export function release(/** @type {boolean} */ isWanted) {
  reading?.abort();
  if (isWanted) {
    hooks.carts((reading = new AbortController()).signal);
    for (const said of held) later(0, ...said);
  }
  held.clear();
}

export function tap(/** @type {any} */ target, /** @type {string} */ name, /** @type {number} */ ear) {
  hooks.tap(target, name, earFor(ear));
}

/** Hears changes of the document, other than what the surface draws, until `stop_observing`. */
export function observe(/** @type {number} */ ear) {
  const isOurs = (/** @type {any} */ node) => node.localName === 'nunchi-surface';
  observer ||= new MutationObserver((records) => {
    const isOfPage = records.some(({ type, target, addedNodes, removedNodes }) =>
      type === 'childList' ? ![...addedNodes, ...removedNodes].every(isOurs) : !isOurs(target),
    );
    if (isOfPage) earFor(ear)();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}
/** @type {MutationObserver | undefined} */
let observer;

export function stop_observing() {
  observer?.disconnect();
}

// Reading values that may be anything.

/** The first of these properties, parted by blanks, that is there. */
export function get(/** @type {any} */ value, /** @type {string} */ names) {
  for (const name of names.split(' ')) {
    const found = attempt(() => value[name]);
    if (found !== undefined) return found;
  }
}

/** The same as text: strings as they are, numbers as JavaScript writes them, else empty. */
export function text(/** @type {any} */ value, /** @type {string} */ names) {
  const found = get(value, names);
  return typeof found === 'string' || typeof found === 'number' ? '' + found : '';
}

/** Which of these words it is, counted from 0; else -1. */
export function which(
  /** @type {any} */ value,
  /** @type {string} */ names,
  /** @type {string} */ words,
) {
  return words.split(' ').indexOf(text(value, names));
}

/** The same as a number, also from text such as `19.90`; else not a number. */
export function number(/** @type {any} */ value, /** @type {string} */ names) {
  return parseFloat(text(value, names));
}

/** The same as a list: an array's elements, or the value alone. */
export function list(/** @type {any} */ value, /** @type {string} */ names) {
  return asList(get(value, names));
}

const asList = (/** @type {any} */ value) =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/**
 * The product that the page's JSON-LD is about, in GA4's words; none where it lists several. Nodes stand at the top, in a
 * list, or in `@graph`; broken ones say nothing. A price is an `Offer`'s, or the lowest of an `AggregateOffer`.
 */
export function marked_product() {
  const most = 32;
  const [node, another] = [...document.querySelectorAll("script[type='application/ld+json']")]
    .slice(0, 8)
    .flatMap((script) => attempt(() => asList(JSON.parse(script.textContent || ''))) || [])
    .slice(0, most)
    .flatMap((node) => [...list(node, '@graph').slice(0, most), node])
    .filter((node) => list(node, '@type').some((/** @type {any} */ kind) => /^Product(Group)?$/.test(kind)));
  if (!node || another) return;
  const [offer] = list(node, 'offers');
  const [details = offer] = get(offer, 'price') === undefined ? list(offer, 'priceSpecification') : [];
  return {
    ...node,
    item_id: text(node, 'sku productID productGroupID mpn @id') || text(node, 'name'),
    price: get(details, 'price lowPrice'),
    currency: get(details, 'priceCurrency'),
  };
}

// The document.

export function find(/** @type {string} */ selector) {
  return attempt(() => document.querySelector(selector));
}

/** What the innermost element under the pointer is or stands in. The browser knows it. */
export function hovered(/** @type {string} */ selector) {
  return [...document.querySelectorAll(':hover')].pop()?.closest(selector) ?? undefined;
}

/** The first such element in what stands around this one. */
export function beside(
  /** @type {Element} */ element,
  /** @type {string} */ around,
  /** @type {string} */ selector,
) {
  return element.closest(around)?.querySelector(selector) ?? undefined;
}

export function attribute(/** @type {Element} */ element, /** @type {string} */ name) {
  return element.getAttribute(name) || '';
}

/** What tells a control from others as long as the page stands. */
export function place(/** @type {Element} */ element) {
  const names = (/** @type {Element | null} */ of, /** @type {string[]} */ ...names) =>
    names.map((name) => (of && attribute(of, name)) || '').join('');
  return names(element, 'name', 'id') + names(element.closest('form,li,tr'), 'id', 'action', 'data-id');
}

/** May cost the page its styles: ask last. */
export function looks_clickable(/** @type {Element} */ element) {
  return attempt(() => getComputedStyle(element).cursor) === 'pointer';
}

export function is_selecting() {
  return getSelection()?.isCollapsed === false;
}

/** Path and query, as the address bar has them. */
export function address() {
  return location.pathname + location.search;
}

/** What the agent told of the address, when it was asked. */
let told = '';
export function tell_path(/** @type {string} */ path) {
  told = path;
}
const cleanPath = () => {
  hooks.agent.path();
  return told;
};

/** Language of the page, else of the browser. */
export function language() {
  return document.documentElement.getAttribute('lang') || navigator.language || '';
}

/** Host of the page that led here when it is another site, without port; else empty. */
export function referrer() {
  const host = attempt(() => new URL(document.referrer).hostname);
  return host === location.hostname ? '' : host || '';
}

/**
 * Where the session comes from, words parted by spaces: of a new one the referrer, and always what the
 * address says of a campaign. Of click ids only whose they are.
 */
export function source(/** @type {boolean} */ isNew) {
  const query = new URLSearchParams(location.search);
  const words = ['source', 'medium', 'campaign'].map((name) => {
    const value = query.get('utm_' + name);
    return value && name + '=' + value.replace(/\s/g, '+').slice(0, 48);
  });
  const click = CLICKS.find((words) => words.split(' ').some((name) => query.has(name)));
  return [isNew && referrer(), ...words, click && 'click=' + click.split(' ')[0]].filter(Boolean).join(' ');
}

/** Whose click ids are known by which names; the first word is the name we use. */
const CLICKS = [
  'google gclid gbraid wbraid',
  'meta fbclid',
  'naver NaPm n_media',
  'microsoft msclkid',
  'tiktok ttclid',
];

export function fits(/** @type {string} */ query) {
  return matchMedia(query).matches;
}

/** What may be done at most, as a level of consent: less with Global Privacy Control or Do Not Track, nothing once refused. */
export function ceiling() {
  const { globalPrivacyControl, doNotTrack } = /** @type {any} */ (navigator);
  if (attempt(() => localStorage.getItem('nunchi-refused'))) return 0;
  return globalPrivacyControl || doNotTrack === '1' ? 2 : 3;
}

/** Minutes east of UTC. */
export function east() {
  return -new Date().getTimezoneOffset();
}

/** A random number of 64 bits, from the browser's cryptographic source. */
export function random() {
  return crypto.getRandomValues(new BigUint64Array(1))[0];
}

// Storage, with consent to personalise only; one that throws, is full or is switched off reads as empty.
// Every name begins with `nunchi.SITE.`, so that `erase` finds all of it. Bytes are kept as text, one
// character each.

const store = (/** @type {boolean} */ isTab) => (isTab ? sessionStorage : localStorage);
const prefix = () => `nunchi.${hooks.site}.`;

const read = (/** @type {boolean} */ isTab, /** @type {string} */ key) =>
  attempt(() => Uint8Array.from(store(isTab).getItem(key), (it) => it.charCodeAt(0)));

const write = (/** @type {boolean} */ isTab, /** @type {string} */ key, /** @type {Uint8Array | undefined} */ bytes) =>
  attempt(() => (bytes ? store(isTab).setItem(key, String.fromCharCode(...bytes)) : store(isTab).removeItem(key)));

/** The keys that begin so. @returns {string[]} */
const keys = (/** @type {boolean} */ isTab, /** @type {string} */ start) =>
  (attempt(() => Object.keys(store(isTab))) || []).filter((/** @type {string} */ key) => key.startsWith(start));

export function kept(/** @type {boolean} */ isTab, /** @type {string} */ name) {
  return read(isTab, prefix() + name);
}

export function keep(/** @type {boolean} */ isTab, /** @type {string} */ name, /** @type {Uint8Array} */ content) {
  write(isTab, prefix() + name, content);
}

/** Removes all that this site's agent ever kept, and what the surface did. */
export function erase() {
  for (const isTab of [true, false]) for (const key of [...keys(isTab, prefix()), 'nunchi-chat']) write(isTab, key, undefined);
}

/** The keys of frames that earlier pages and runs left. @type {string[]} */
let left = [];
/** How the keys of this run's frames begin. */
let own = '';
let mostFrames = 0;

const frames = () => keys(false, prefix() + 'frame.');

/** A run begins: looks what frames were left, and keeps its own, so many in all. */
export function find_frames(/** @type {number} */ most) {
  left = frames();
  own = prefix() + 'frame.' + Math.random() + '.';
  mostFrames = most;
}

/** Numbers from 2^31 up stand for those that were left. */
const frameKey = (/** @type {number} */ sequence) => left[sequence - 2 ** 31] || own + sequence;

export function kept_frame(/** @type {number} */ sequence) {
  return read(false, frameKey(sequence));
}

/** Keeps a frame, or keeps it no more. */
export function keep_frame(/** @type {number} */ sequence, /** @type {Uint8Array | undefined} */ frame) {
  if (!frame || frames().length < mostFrames) write(false, frameKey(sequence), frame);
}

// The network. The page may have replaced `fetch` by one that throws.

/** Calls `done(status, seconds, body)`: status 0 without an answer; seconds of `Retry-After`. */
const request = async (
  /** @type {string} */ path,
  /** @type {RequestInit} */ init,
  /** @type {Function} */ done,
) => {
  let status = 0;
  let seconds = NaN;
  let body = new Uint8Array();
  try {
    const response = await fetch(hooks.host + path, { ...init, credentials: 'omit' });
    status = response.status;
    seconds = parseInt(response.headers.get('retry-after') || '');
    if (status === 200) body = new Uint8Array(await response.arrayBuffer());
  } catch {}
  done(status, seconds, body);
};

/** Posts a frame, simply: `text/plain` needs no preflight. */
export function post(
  /** @type {number} */ run,
  /** @type {number} */ sequence,
  /** @type {Uint8Array<ArrayBuffer>} */ frame,
  /** @type {boolean} */ isLastChance,
) {
  const body = frame.slice();
  // The visitor may leave at any moment; frames are far below the 64 KiB that may outlive a page.
  const init = { method: 'POST', body, headers: { 'content-type': 'text/plain' }, keepalive: true };
  const done = hooks.guard((/** @type {number} */ status, /** @type {any[]} */ ...answer) => {
    // Whether it arrives is not told, so it stays kept for the next page.
    if (!status && isLastChance) attempt(() => navigator.sendBeacon(hooks.host + '/v1/b', new Blob([body], { type: 'text/plain' })));
    hooks.agent.answered(run, sequence, status, ...answer);
  });
  request('/v1/b', { ...init, priority: 'low' }, done);
}

/** Fetches the pack; not from a cache when it must be the newest. */
export function fetch_pack(/** @type {boolean} */ isNewest) {
  const done = hooks.guard(
    (/** @type {number} */ status, /** @type {number} */ _, /** @type {Uint8Array} */ body) =>
      hooks.agent.published(status, body),
  );
  request('/v1/pack/' + hooks.site, { cache: isNewest ? 'no-cache' : 'default' }, done);
}

// Functions of the shop that want to know.

/** @type {Record<string, Function[]>} */
const listeners = { action: [], signal: [] };

/** Takes one, as `['on', kind, f]`; of each kind 16 at most. */
export function on(/** @type {any} */ [, kind, f]) {
  attempt(() => typeof f === 'function' && listeners[kind].length < 16 && listeners[kind].push(f));
}

// What the shop's function throws is the shop's own affair; the agent goes on.
const announce = (/** @type {string} */ kind, /** @type {object} */ detail) =>
  [...listeners[kind]].forEach((f) => attempt(() => f({ ...detail })));

export function announce_action(
  /** @type {number} */ campaign,
  /** @type {number} */ variant,
  /** @type {number} */ kind,
) {
  announce('action', { campaign, variant, kind: ['card', 'dialog', 'invite', 'placed'][kind] });
}

/** By the numbers that they have on the wire. */
const SIGNALS = (
  'exit_intent dwell product_dwell scroll_reach cart_hesitation rage_click tab_hidden tab_returned scroll_exit ' +
  'dead_click thrash comparing form_trouble search_miss fading waiting bot_evidence'
).split(' ');

/** For the surface: how many items of each sort were reported, and what the shop stated last. */
const sent = Array(16).fill(0);
/** @type {Uint8Array[]} */
const facts = [];

/** Counts an item, given as on the wire. The shop is told of signals: only the level of hesitation with the name. */
export function announce_item(/** @type {Uint8Array} */ item) {
  const [body, signal, level] = item;
  const name = SIGNALS[signal] || 'other';
  sent[body]++;
  if (body === 3) {
    const fact = item.slice();
    if (facts.push(fact) > 32) facts.shift();
    upon((exports) => exports.told(fact));
  }
  if (body === 2) announce('signal', { name, level: signal === 4 ? level : undefined });
}

// The surface.

/** Who the visitor is, signed by the shop's server, as its last `identify` said. */
let token = '';
export function meet(/** @type {any} */ args) {
  token = text(get(args, '1'), 'token');
}

/** Fetches what draws, once; without waiting for it. */
export function prepare(
  /** @type {string} */ language,
  /** @type {bigint} */ id,
  /** @type {Uint8Array} */ theme,
) {
  // None is 0.
  const session = id ? id.toString(16).padStart(16, '0') : undefined;
  const { host, site, signal, guard } = hooks;
  const options = { host, site, signal, guard, language, session, theme: theme.slice(), path: cleanPath, emit: react, sent, facts, get token() { return token; } };
  surface ||= hooks.surface().then((/** @type {any} */ exports) => {
    if (!signal.aborted) exports.start(options);
    return exports;
  });
  // Whoever wants something of it is told; that it did not come at all is nobody's error.
  surface?.catch(() => {});
}

const react = (/** @type {number} */ campaign, /** @type {string} */ reaction) =>
  hooks.guard(hooks.agent.emit)(campaign, +reaction || which([reaction], '0', 'shown accepted dismissed expired failed asked replied refused'));

const upon = (/** @type {(exports: any) => void} */ f, otherwise = () => {}) => {
  surface?.then((exports) => hooks.signal.aborted || f(exports)).catch(otherwise);
};

/** Shows a postcard `Show` as soon as it can be; says so when it cannot. */
export function draw(/** @type {number} */ campaign, /** @type {Uint8Array} */ bytes) {
  const show = bytes.slice();
  upon((exports) => exports.show(show), () => react(campaign, 'failed'));
}

export function open_chat() {
  upon((exports) => exports.open_chat());
}

/** Takes away what is drawn. */
export function close() {
  upon((exports) => exports.close());
}

/** Shows what is recorded about the visitor. */
export function open_record() {
  upon((exports) => exports.open_record());
}
