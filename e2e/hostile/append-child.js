// appendChild that refuses strangers under html.
const old = Node.prototype.appendChild; Node.prototype.appendChild = function (it) { if (this === document.documentElement) throw new Error("no strangers"); return old.call(this, it); };
