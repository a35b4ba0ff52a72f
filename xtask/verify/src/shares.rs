//! Work that is done by as many threads as there are cores.

use std::num::NonZero;
use std::thread::{available_parallelism, scope};

pub(crate) fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Cuts `all` into one share a core and gives what each came to.
pub(crate) fn in_shares<T: Sync, R: Send>(all: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let work = &work;
    scope(|scope| {
        let shares = all.chunks(all.len().div_ceil(cores()).max(1));
        let threads: Vec<_> = shares.map(|share| scope.spawn(move || work(share))).collect();
        threads.into_iter().map(|thread| thread.join().expect("work does not panic")).collect()
    })
}
