// An enumerable helper on every object.
Object.prototype.extend = function (it) { for (const key in it) this[key] = it[key]; return this; };
