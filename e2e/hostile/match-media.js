// matchMedia of an old shim.
window.matchMedia = (q) => ({ matches: false, media: q, addListener() {}, removeListener() {} });
