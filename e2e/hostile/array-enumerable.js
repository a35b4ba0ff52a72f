// Enumerable helpers on arrays.
Array.prototype.last = function () { return this[this.length - 1]; }; Array.prototype.remove = function () { return this; };
