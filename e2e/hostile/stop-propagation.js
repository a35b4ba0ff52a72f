// A page that stops all keys.
addEventListener("keydown", (e) => e.stopImmediatePropagation(), true);
