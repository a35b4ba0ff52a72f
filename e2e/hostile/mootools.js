// MooTools: own functions on everything.
for (const type of [Array, String, Number, Function, Object]) { type.prototype.$family = function () { return "x"; }; type.prototype.clean = function () { return this; }; }
