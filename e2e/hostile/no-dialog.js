// A browser without dialogs.
HTMLDialogElement.prototype.showModal = undefined;
