// createElement that counts.
const old = Document.prototype.createElement; let made = 0; Document.prototype.createElement = function (...a) { made++; return old.apply(this, a); };
