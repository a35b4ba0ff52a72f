// An old core-js that replaces Symbol.iterator users.
const from = Array.from; Array.from = function (it, f, t) { return from.call(this, it, f, t); }; const assign = Object.assign; Object.assign = (a, ...b) => assign(a, ...b);
