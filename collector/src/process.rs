//! What this process takes of the machine, as Linux tells it under `/proc`; zeros elsewhere.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// One look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Process {
    /// Resident memory.
    pub(crate) resident_bytes: u64,
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// Files and connections.
    pub(crate) open_files: usize,
}

impl Process {
    pub(crate) fn now() -> Self {
        let read = |name| fs::read_to_string(name).unwrap_or_default();
        Self {
            resident_bytes: resident(&read("/proc/self/status")).unwrap_or_default(),
            cpu_seconds: cpu(&read("/proc/self/stat")).unwrap_or_default(),
            open_files: fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
        }
    }
}

/// Lets this process have as many files and connections as the system allows it at most: the limit
/// that it starts with is often 1,024, for the sake of programs older than `poll`. Returns how many.
pub(crate) fn raise_open_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit }.current;
    current.unwrap_or(u64::MAX)
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1_024)
}

/// Fields 14 and 15, counted behind the program's name, which may have blanks in it.
fn cpu(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

/// `USER_HZ`: 100 on every architecture that Linux has today.
const TICKS_PER_SECOND: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_tells_is_read() {
        let stat = "12 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0";
        assert_eq!(cpu(stat), Some(2.0));
        assert_eq!(resident("Name:\tx\nVmRSS:\t    1024 kB\n"), Some(1_048_576));
        assert_eq!((cpu(""), resident("")), (None, None));
    }
}
