// A browser without constructable sheets.
window.CSSStyleSheet = function () { throw new TypeError("Illegal constructor"); };
