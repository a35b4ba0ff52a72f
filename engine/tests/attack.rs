//! Anything may happen, at any time: nothing panics, nothing is reported without consent, what is
//! kept is bounded, no cap is exceeded, and it is all the same to a page load and a replay.
#![expect(unsafe_code, reason = "an allocator that counts is the only way to see what is kept")]

#[allow(dead_code, unreachable_pub, missing_docs, reason = "shared with the fuzzer")]
mod wild;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use beacon::Item;
use beacon::item::{Began, Body, Consent, Fact, Reaction, Remembered, VerdictOutcome};
use beacon::limits::SNAPSHOT_BYTES_MAX;
use engine::Snapshot;
use engine::decide::Decider;
use engine::pack::Published;
use proptest::collection::vec;
use proptest::prelude::*;

use wild::dice::Dice;
use wild::{PACKS, Tab};

/// Counts the bytes each thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}

fn hold(bytes: usize, sign: isize) {
    // A thread that ends has nothing left to count.
    let _ = HELD.try_with(|held| held.set(held.get() + sign * bytes.cast_signed()));
}

fn held() -> isize {
    HELD.with(Cell::get)
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        hold(layout.size(), 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        hold(layout.size(), -1);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Each step by bytes of its own, so that a failing visit shrinks step by step.
fn steps() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(vec(any::<u8>(), 3..20), 1..160)
}

fn play(world: &[u8], steps: &[Vec<u8>]) -> Tab {
    let mut tab = Tab::new(&mut Dice(world), held);
    for step in steps {
        tab.take(&mut Dice(step));
    }
    tab
}

/// So many, or as many as `PROPTEST_CASES` asks for beyond the usual 256.
fn cases(cases: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = if usual.cases > 256 { usual.cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(cases(200))]

    /// The tab and its oracle say what else must hold at every step.
    #[test]
    fn anything_may_happen(world in vec(any::<u8>(), 0..24), steps in steps()) {
        play(&world, &steps).check_replay();
    }

    /// Damage is either noticed or does no harm.
    #[test]
    fn any_bytes_may_be_left_by_the_page_before(
        world in vec(any::<u8>(), 0..24), before in steps(), damage in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        after in steps(),
    ) {
        let mut tab = play(&world, &before);
        let mut saved = tab.snapshot().0;
        for (at, byte) in damage {
            if !saved.is_empty() {
                let at = at.index(saved.len());
                saved[at] = byte;
            }
        }
        tab.resume_damaged(&Snapshot(saved));
        for step in &after {
            tab.take(&mut Dice(step));
        }
        tab.check_replay();
    }
}

proptest! {
    #![proptest_config(cases(50))]

    /// Wherever a page may end: before a view, while nothing stands on screen.
    #[test]
    fn a_page_load_changes_no_verdict(world in vec(any::<u8>(), 0..24), steps in steps()) {
        let tab = play(&world, &steps);
        for run in tab.reported.chunk_by(|_, next| !matches!(next.body, Body::Began(_))) {
            split_everywhere(run)?;
        }
    }
}

/// Feeds a run to one decider, and from every page's end on also to another that resumes there.
fn split_everywhere(run: &[Item]) -> Result<(), TestCaseError> {
    let Some(Body::Began(began)) = run.first().map(|it| &it.body) else { return Ok(()) };
    let packs: Vec<Published> = PACKS.iter().cloned().map(Published::from).collect();
    let pack_of = |version| packs.iter().find(|it| it.version == version).expect("known");
    let mut began = began.clone();
    let (mut on_screen, mut memory, mut free) = (None, None::<Remembered>, 0);
    let mut whole = Decider::default();
    let mut resumed: Vec<Decider> = Vec::new();
    for item in run {
        // Of free agents a new page knows nothing.
        let is_page = matches!(item.body, Body::Viewed(_)) && on_screen.is_none() && free == 0;
        if is_page && began.consent == Consent::Personalise {
            began.resumed = whole.snapshot();
            prop_assert!(began.resumed.len() <= SNAPSHOT_BYTES_MAX);
            let mut next = Decider::default();
            let item = Item { at: item.at, body: Body::Began(Began { ..began.clone() }) };
            next.take(&item, pack_of(began.pack));
            // What the shell remembers it tells again.
            if let Some(memory) = memory.clone() {
                let item = Item { at: item.at, body: Body::Remembered(memory) };
                next.take(&item, pack_of(began.pack));
            }
            resumed.push(next);
        }
        match &item.body {
            Body::Consented(consent) => began.consent = *consent,
            Body::Published(version) => began.pack = *version,
            Body::Remembered(it) => memory = Some(it.clone()),
            Body::Staffed { free: now } => free = *now,
            Body::Stated(Fact::Purchased { .. }) => {
                if let Some(it) = &mut memory {
                    it.bought_days = Some(0);
                }
            }
            Body::Decided(it) if it.outcome == VerdictOutcome::Fired => {
                on_screen = Some(it.campaign);
            }
            Body::Answered(it) if it.reaction != Reaction::Shown => {
                on_screen = on_screen.filter(|&campaign| campaign != it.campaign);
            }
            _ => {}
        }
        let decisions = whole.take(item, pack_of(began.pack));
        if let Some(memory) = &mut memory {
            for it in decisions.iter().filter(|it| it.is_lasting) {
                memory.count(it.verdict.campaign);
            }
        }
        for decider in &mut resumed {
            prop_assert_eq!(&decider.take(item, pack_of(began.pack)), &decisions);
        }
    }
    Ok(())
}
