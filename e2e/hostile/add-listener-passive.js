// Every listener passive.
const old = EventTarget.prototype.addEventListener; EventTarget.prototype.addEventListener = function (t, f, o) { return old.call(this, t, f, typeof o === "object" ? { ...o, passive: true } : { capture: !!o, passive: true }); };
