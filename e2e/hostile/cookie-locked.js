// Cookies locked.
Object.defineProperty(document, "cookie", { get: () => "", set() {} });
