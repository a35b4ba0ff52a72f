// attachShadow that is forbidden.
Element.prototype.attachShadow = () => { throw new DOMException("no", "NotSupportedError"); };
