// ShadyDOM pretends to be there.
window.ShadyDOM = { inUse: true, force: true }; window.ShadyCSS = {}; window.customElements.forcePolyfill = true;
