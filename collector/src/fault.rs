//! Ways to make this server break its promises, so that the checks that guard them are seen to fail.
//!
//! Compiled in only with the feature `sabotage`, which no released build has: without it [`is`] is a
//! constant `false` and nothing is read. `cargo xtask verify controls` uses it.

/// A promise to break. `NUNCHI_SABOTAGE` names it, in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// Answers 204 as soon as a beacon is queued, not when it is durable.
    AckBeforeWrite,
    /// Forgets which beacons it has.
    SkipDedup,
    /// Takes beacons from any origin.
    SkipOrigin,
    /// Commits without waiting for the disk.
    SkipFsync,
    /// Reads bodies of any length.
    SkipBodyLimit,
    /// Believes everything that is sent.
    SkipQuarantine,
}

/// Is this promise to be broken?
#[cfg(not(feature = "sabotage"))]
pub(crate) const fn is(_promise: Sabotage) -> bool {
    false
}

/// How far the clock is moved, milliseconds.
#[cfg(not(feature = "sabotage"))]
pub(crate) const fn moved_ms() -> i64 {
    0
}

/// Something that can go wrong on the disk goes wrong here, if that is asked for.
///
/// # Errors
/// The one that is asked for.
#[cfg(not(feature = "sabotage"))]
#[expect(clippy::unnecessary_wraps, reason = "the shape that it has with the feature")]
pub(crate) const fn at(_point: &'static str) -> std::io::Result<()> {
    Ok(())
}

/// So many times faster than usual history is sealed, merged and dropped.
#[cfg(not(feature = "sabotage"))]
pub(crate) const fn hurry() -> u32 {
    1
}

#[cfg(feature = "sabotage")]
pub(crate) use armed::{at, hurry, is, moved_ms};

#[cfg(feature = "sabotage")]
mod armed {
    use std::io::ErrorKind;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Sabotage;

    /// Is this promise to be broken?
    pub(crate) fn is(promise: Sabotage) -> bool {
        static ASKED: LazyLock<Option<String>> =
            LazyLock::new(|| std::env::var("NUNCHI_SABOTAGE").ok());
        ASKED.as_deref() == Some(promise.name())
    }

    /// How far the clock is moved, milliseconds: what stands in the file that `NUNCHI_CLOCK_FILE`
    /// names, read anew each time, so that a test can move it while the server runs.
    pub(crate) fn moved_ms() -> i64 {
        static FILE: LazyLock<Option<std::ffi::OsString>> =
            LazyLock::new(|| std::env::var_os("NUNCHI_CLOCK_FILE"));
        let text = FILE.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    /// As many times as `NUNCHI_HURRY` says.
    pub(crate) fn hurry() -> u32 {
        static TIMES: LazyLock<Option<u32>> =
            LazyLock::new(|| std::env::var("NUNCHI_HURRY").ok()?.parse().ok());
        TIMES.unwrap_or(1).max(1)
    }

    /// A fault at a point: `commit.end:enospc:40:5` fails there from the 40th time on, five times.
    struct Fault {
        point: String,
        error: String,
        from: u32,
        times: u32,
    }

    /// Fails, or ends the process, as `NUNCHI_FAULT` says.
    ///
    /// # Errors
    /// `eio` and `enospc`; `crash` does not return, `slow` takes a fifth of a second and is no error.
    pub(crate) fn at(point: &'static str) -> std::io::Result<()> {
        static FAULT: LazyLock<Option<Fault>> =
            LazyLock::new(|| Fault::parse(&std::env::var("NUNCHI_FAULT").ok()?));
        static PASSED: AtomicU32 = AtomicU32::new(0);
        let Some(fault) = FAULT.as_ref().filter(|fault| fault.point == point) else {
            return Ok(());
        };
        let passed = PASSED.fetch_add(1, Ordering::Relaxed) + 1;
        if !(fault.from..fault.from.saturating_add(fault.times)).contains(&passed) {
            return Ok(());
        }
        match fault.error.as_str() {
            "crash" => std::process::abort(),
            "slow" => {
                std::thread::sleep(std::time::Duration::from_millis(200));
                Ok(())
            }
            "enospc" => Err(ErrorKind::StorageFull.into()),
            _ => Err(std::io::Error::other("input or output failed")),
        }
    }

    impl Fault {
        fn parse(text: &str) -> Option<Self> {
            let mut parts = text.split(':');
            let (point, error) = (parts.next()?.into(), parts.next()?.into());
            let (from, times) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some(Self { point, error, from, times })
        }
    }

    impl Sabotage {
        fn name(self) -> &'static str {
            match self {
                Self::AckBeforeWrite => "ack_before_write",
                Self::SkipDedup => "skip_dedup",
                Self::SkipOrigin => "skip_origin",
                Self::SkipFsync => "skip_fsync",
                Self::SkipBodyLimit => "skip_body_limit",
                Self::SkipQuarantine => "skip_quarantine",
            }
        }
    }
}
