// textContent under watch.
const d = Object.getOwnPropertyDescriptor(Node.prototype, "textContent"); Object.defineProperty(Node.prototype, "textContent", { ...d, set(v) { d.set.call(this, v); } });
