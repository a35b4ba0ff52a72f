// defineProperty that refuses what is there.
const old = Object.defineProperty; Object.defineProperty = (o, k, d) => { try { return old(o, k, d); } catch { return o; } };
