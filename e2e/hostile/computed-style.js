// getComputedStyle with a cache.
const old = getComputedStyle, kept = new WeakMap(); window.getComputedStyle = (e, p) => { if (!kept.has(e)) kept.set(e, old(e, p)); return kept.get(e); };
