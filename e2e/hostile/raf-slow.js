// requestAnimationFrame at ten frames a second.
window.requestAnimationFrame = (f) => setTimeout(() => f(performance.now()), 100);
