// createElementNS that throws.
Document.prototype.createElementNS = () => { throw new Error("no"); };
