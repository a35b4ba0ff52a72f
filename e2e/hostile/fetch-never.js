// A queue that never lets fetch go.
window.fetch = () => new Promise(() => {});
