// A browser without popovers.
delete HTMLElement.prototype.showPopover; delete HTMLElement.prototype.popover;
