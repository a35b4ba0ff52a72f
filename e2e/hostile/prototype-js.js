// Prototype.js 1.6: toJSON on arrays and strings, from and each of its own.
Array.prototype.toJSON = function () { return "[" + this.join(", ") + "]"; }; String.prototype.toJSON = function () { return '"' + this + '"'; }; Array.from = (it) => { const list = []; for (let i = 0; it && i < it.length; i++) list.push(it[i]); return list; }; Array.prototype.each = Array.prototype.forEach;
