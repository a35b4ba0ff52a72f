// addEventListener that knows no signal.
const old = EventTarget.prototype.addEventListener; EventTarget.prototype.addEventListener = function (t, f, o) { return old.call(this, t, f, !!(o && o.capture)); };
