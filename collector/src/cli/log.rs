//! The log of a command: to stderr, filtered; the filter can be changed while the server runs.

use tracing_subscriber::fmt::Formatter;
use tracing_subscriber::reload::Handle;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::LOG_DEFAULT;
use crate::requests::WithRequest;

type Lines = Formatter<WithRequest, fmt::format::Format, fn() -> std::io::Stderr>;

/// The log, once it is started.
#[derive(Clone, Debug)]
pub(super) struct Log(Handle<EnvFilter, Lines>);

impl Log {
    /// Begins with what `NUNCHI_LOG` asks for, until settings are known.
    pub(super) fn start() -> Self {
        let filter =
            EnvFilter::try_from_env("NUNCHI_LOG").unwrap_or_else(|_| EnvFilter::new(LOG_DEFAULT));
        let lines = fmt()
            .with_env_filter(filter)
            .with_target(false)
            .fmt_fields(WithRequest::default())
            // A log that cannot be written, for its disk is full, must not end the thread that writes it.
            .log_internal_errors(false)
            .with_writer(std::io::stderr as fn() -> std::io::Stderr)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .with_filter_reloading();
        let handle = lines.reload_handle();
        lines.init();
        Self(handle)
    }

    /// From now on only what passes this filter is told; it was read from settings, so it is one.
    pub(super) fn filter(&self, filter: &str) {
        // Fails only when the log is gone, at the very end of the process.
        let _ = self.0.reload(EnvFilter::new(filter));
    }
}
