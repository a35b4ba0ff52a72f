// Zone.js: timers, promises and listeners go through a zone.
const wrap = (f) => typeof f === "function" ? function (...a) { return f.apply(this, a); } : f;
for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "queueMicrotask"]) { const old = window[name]; window[name] = (f, ...a) => old.call(window, wrap(f), ...a); }
const then = Promise.prototype.then; Promise.prototype.then = function (a, b) { return then.call(this, wrap(a), wrap(b)); };
const add = EventTarget.prototype.addEventListener; EventTarget.prototype.addEventListener = function (t, f, o) { return add.call(this, t, wrap(f), o); };
