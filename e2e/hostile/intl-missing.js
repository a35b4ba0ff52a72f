// A browser without Intl.
window.Intl = undefined;
