// A router that replaces pushState.
const old = history.pushState; history.pushState = function (...a) { old.apply(this, a); dispatchEvent(new Event("routechange")); };
