// No Navigation API.
delete window.navigation; Object.defineProperty(window, "navigation", { value: undefined });
