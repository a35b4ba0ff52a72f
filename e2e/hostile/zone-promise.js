// Zone.js: its own promise takes the place of the browser's.
const Native = Promise; class ZonePromise extends Native {} window.Promise = ZonePromise;
