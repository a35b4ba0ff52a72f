//! What belongs to the agent and changes: lent out for one look at a time.

use alloc::boxed::Box;
use core::cell::Cell;
use core::mem::forget;

/// One value, or none, lent to one piece of code at a time. That code calls no JavaScript, so the
/// page cannot come back for it meanwhile; if it did, it would find nothing.
pub(super) struct Own<T>(Cell<Option<Box<T>>>);

impl<T> Default for Own<T> {
    fn default() -> Self {
        Self(Cell::new(None))
    }
}

impl<T> Own<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Cell::new(Some(Box::new(value))))
    }

    /// Puts this in the place of what there was.
    pub(super) fn set(&self, value: T) {
        self.0.set(Some(Box::new(value)));
    }

    /// Drops what there was.
    pub(super) fn clear(&self) {
        self.0.set(None);
    }

    /// Lends it. Where there is none, nothing is done.
    pub(super) fn with<R: Default>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let Some(mut value) = self.0.take() else { return R::default() };
        let result = f(&mut value);
        // There is none to be dropped, which the compiler cannot know.
        forget(self.0.replace(Some(value)));
        result
    }
}
