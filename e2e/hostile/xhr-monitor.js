// A monitor around XMLHttpRequest.
const open = XMLHttpRequest.prototype.open; XMLHttpRequest.prototype.open = function (...a) { this.watched = true; return open.apply(this, a); };
