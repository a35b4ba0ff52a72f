// querySelector of a framework that finds nothing in shadow roots.
const old = Element.prototype.querySelector; Element.prototype.querySelector = function (s) { return old.call(this, s); };
