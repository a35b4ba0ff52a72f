// setAttribute under watch.
const old = Element.prototype.setAttribute; Element.prototype.setAttribute = function (n, v) { return old.call(this, n, v); };
