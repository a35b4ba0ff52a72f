// What the surface asks of the browser. Nothing here decides, and nothing here throws: what fails gives nothing, and is
// remembered until `is_broken` asks. What happens comes back as the module's own `step(number, value)`, through the
// loader's guard.

/** Whom to ask and tell (ARCHITECTURE.md, "The page"). @type {any} */
let options = {};
/** The module's exports. @type {any} */
let module;
/** Whether something failed since the last question. */
let isBroken = false;

export function connect(/** @type {any} */ theOptions, /** @type {any} */ theModule) {
  options = theOptions;
  module = theModule;
}

export function is_broken() {
  const wasBroken = isBroken;
  isBroken = false;
  return wasBroken;
}

const attempt = (/** @type {() => any} */ f) => {
  try {
    return f();
  } catch {
    isBroken = true;
  }
};

// Anything by its name.

/** A property; nothing where there is none to be had. */
export function get(/** @type {any} */ of, /** @type {any} */ name) {
  try {
    return of[name];
  } catch {}
}

/** Sets a property, if the page lets it. */
export function set(/** @type {any} */ of, /** @type {string} */ name, /** @type {any} */ value) {
  try {
    of[name] = value;
  } catch {}
}

export function call(/** @type {any} */ of, /** @type {string} */ name, /** @type {any[]} */ ...values) {
  return attempt(() => of[name](...values));
}

export function option(/** @type {string} */ name) {
  return get(options, name);
}

/** Of the page, as the agent says it. */
export function path() {
  return attempt(() => options.path());
}

/** The text it is; empty for nothing. */
export function text(/** @type {any} */ value) {
  return attempt(() => '' + (value ?? '')) || '';
}

/** Its bytes, if it is a `Uint8Array`; else none. */
export function bytes(/** @type {any} */ value) {
  return value instanceof Uint8Array ? value : [];
}

/** 128 random bits as 32 hexadecimal digits. */
export function random_id() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// Being called back.

const callback = (/** @type {number} */ step) =>
  options.guard((/** @type {any} */ value) => module.step(step, value));

/** In the capture phase, because a dialog's `cancel` does not bubble; until the agent is dropped. */
export function listen(/** @type {any} */ target, /** @type {string} */ name, /** @type {number} */ step) {
  attempt(() => target.addEventListener(name, callback(step), { capture: true, signal: options.signal }));
}

/** Takes a step when a promise is kept, and another when it is broken. */
export function after(
  /** @type {any} */ promise,
  /** @type {number} */ step,
  /** @type {number} */ or,
) {
  attempt(() => promise.then(callback(step), callback(or)));
}

/** Right before the next frame is painted; not while the tab is hidden. */
export function next_frame(/** @type {number} */ step) {
  attempt(() => requestAnimationFrame(callback(step)));
}

/** By their places. Ids are kept as they are: pages replace timers by ones whose ids are objects. @type {any[]} */
const timers = [];

/** Takes a step in `ms` milliseconds; an earlier wish is forgotten. */
export function wait(/** @type {number} */ place, /** @type {number} */ ms, /** @type {number} */ step) {
  forget(place);
  attempt(() => (timers[place] = setTimeout(callback(step), ms)));
}

export function forget(/** @type {number} */ place) {
  attempt(() => clearTimeout(timers[place]));
}

export function emit(/** @type {number} */ campaign, /** @type {string} */ reaction) {
  attempt(() => options.emit(campaign, reaction));
}

/** Posts JSON to the collector as `text/plain`, which needs no preflight, for the response, whatever its status. */
export function post(/** @type {string} */ path, /** @type {any} */ letter, /** @type {number} */ ms) {
  return attempt(() =>
    fetch(options.host + path, {
      method: 'POST',
      credentials: 'omit',
      signal: AbortSignal.timeout(ms),
      body: JSON.stringify(letter),
    }),
  );
}

/** What the collector says, read: to a letter that is posted, or to a question in the path alone. */
export function ask(/** @type {string} */ path, /** @type {any} */ letter, /** @type {number} */ ms) {
  return attempt(() =>
    fetch(options.host + path, {
      method: letter ? 'POST' : 'GET',
      credentials: 'omit',
      signal: AbortSignal.timeout(ms),
      body: letter && JSON.stringify(letter),
    }).then((response) => (response.ok ? response.json() : Promise.reject())),
  );
}

/** A sum as people write it; nothing where the browser does not know how. */
export function money(
  /** @type {number} */ minor,
  /** @type {number} */ digits,
  /** @type {string} */ currency,
  /** @type {string} */ language,
) {
  const format = { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
  return attempt(() => new Intl.NumberFormat(language, format).format(minor / 10 ** digits)) || '';
}

// What this browser keeps. The names are the agent's.

/** Names of all that is kept, a line each. */
export function kept_keys() {
  const prefix = `nunchi.${options.site}.`;
  const keys = attempt(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]) || [];
  return keys
    .filter((/** @type {string} */ key) => key.startsWith(prefix) || key === 'nunchi-chat')
    .map((/** @type {string} */ key) => key.replace(prefix, '').replace('nunchi-', ''))
    .join('\n');
}

/** The visitor's and the session's number, 32 and 16 hexadecimal digits; else empty. */
export function own_ids() {
  const digits = (/** @type {string} */ byte) => byte.charCodeAt(0).toString(16).padStart(2, '0');
  const bytes = attempt(() => localStorage.getItem(`nunchi.${options.site}.visitor`)) || '';
  return bytes.slice(0, 24).split('').map(digits).join('');
}

/** The stream that is open. @type {any} */
let stream;

/** Hears what the collector tells at an address, event by event; takes the other step each time it breaks off. */
export function hear(/** @type {string} */ path, /** @type {number} */ step, /** @type {number} */ or) {
  hush();
  attempt(() => {
    const source = (stream = new EventSource(options.host + path));
    for (const name of ['message', 'standing', 'typing']) source.addEventListener(name, callback(step));
    source.onerror = callback(or);
    options.signal.addEventListener('abort', () => source.close());
  });
}

export function hush() {
  attempt(() => stream?.close());
  stream = undefined;
}

/** Lets the visitor keep a text as a file. The link is never on the page, whose listeners so do not hear of it. */
export function save(/** @type {string} */ name, /** @type {string} */ text) {
  attempt(() => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

/** A time since 1970 as the page's language writes it, on the visitor's clock. */
export function moment(/** @type {number} */ ms) {
  return attempt(() => new Date(ms).toLocaleString(options.language || undefined)) || '';
}

// Drawing, without markup text: a strict CSP and Trusted Types have nothing to refuse.

/** A closed shadow root with this style; nothing where the browser has no constructable style sheets. */
export function root(/** @type {any} */ host, /** @type {string} */ css) {
  return attempt(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const root = host.attachShadow({ mode: 'closed' });
    root.adoptedStyleSheets = [sheet];
    // The page's own `remove`: the stage goes with the agent even when this module trapped.
    options.signal.addEventListener('abort', () => attempt(() => host.remove()));
    return root;
  });
}

/** Texts for the next sketch. @type {string[]} */
const held = [];

export function hold(/** @type {string} */ text) {
  held.push(text);
}

/**
 * Draws a sketch (`dom.rs` says what that is) as the last thing in `parent`, all at once; gives its outermost element,
 * the last one of several.
 */
export function draw(
  /** @type {any} */ parent,
  /** @type {string} */ sketch,
  /** @type {string} */ words,
) {
  const texts = held.splice(0);
  const lines = words.split('\n');
  return attempt(() => {
    const around = [document.createDocumentFragment()];
    sketchInto(around, sketch, texts, lines);
    parent.appendChild(around[0]);
    return around[1];
  });
}

const sketchInto = (
  /** @type {any[]} */ around,
  /** @type {string} */ sketch,
  /** @type {string[]} */ texts,
  /** @type {string[]} */ lines,
) => {
  const textAt = (/** @type {string} */ slot) => texts[slot.charCodeAt(0) - 97] || '';
  let leftOut = Infinity;
  for (const indented of sketch.split('\n')) {
    let line = indented.trimStart();
    const depth = indented.length - line.length;
    if (depth > leftOut) continue;
    leftOut = Infinity;
    if (line[0] === '?') {
      if (!textAt(line[1])) {
        leftOut = depth;
        continue;
      }
      line = line.slice(2);
    }
    around.length = depth + 1;
    if (line[0] === '@') {
      sketchInto([around[depth]], ICON, [line.slice(1)], lines);
      continue;
    }
    const [tag, ...parts] = line.split('|');
    const space = tag === 'svg' || tag === 'path' ? '2000/svg' : '1999/xhtml';
    const element = document.createElementNS('http://www.w3.org/' + space, tag);
    parts.forEach((part, at) => {
      let [name, value] = at ? part.split('=') : ['class', part];
      if (value[0] === '$') value = textAt(value[1]);
      if (value[0] === '%') value = lines[value.charCodeAt(1) - 65];
      if (name) element.setAttribute(name, value);
      else element.textContent = value;
    });
    around[depth].appendChild(element);
    around.push(element);
  }
};

/** 24 by 24, in round strokes of the text's colour. */
const ICON = 'svg||viewBox=0 0 24 24|aria-hidden=true\n path||d=$a';
