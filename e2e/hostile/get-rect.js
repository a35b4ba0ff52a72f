// getBoundingClientRect that rounds.
const old = Element.prototype.getBoundingClientRect; Element.prototype.getBoundingClientRect = function () { const r = old.call(this); return new DOMRect(Math.round(r.x), Math.round(r.y), Math.round(r.width), Math.round(r.height)); };
