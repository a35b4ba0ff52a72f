// showPopover that throws.
HTMLElement.prototype.showPopover = () => { throw new Error("no"); };
