// Frozen namespaces.
Object.freeze(JSON); Object.freeze(Math); Object.freeze(Reflect); Object.freeze(Intl); Object.freeze(console);
