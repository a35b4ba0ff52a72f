// requestAnimationFrame that calls at once.
window.requestAnimationFrame = (f) => { Promise.resolve().then(() => f(performance.now())); return 1; };
