// A blocker that lets fetch fail.
window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
