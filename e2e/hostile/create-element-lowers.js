// createElement that gives a div for what it does not know.
const old = Document.prototype.createElement; Document.prototype.createElement = function (name, o) { return old.call(this, String(name).includes("-") ? "div" : name, o); };
