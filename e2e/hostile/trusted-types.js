// A default policy that changes nothing.
window.trustedTypes?.createPolicy?.("default", { createHTML: (s) => s, createScript: (s) => s, createScriptURL: (s) => s });
