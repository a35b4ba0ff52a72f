// Prototype.js: remove and select of its own on elements.
Element.prototype.select = function (s) { return this.querySelectorAll(s); }; Element.prototype.hide = function () { this.style.display = "none"; return this; };
