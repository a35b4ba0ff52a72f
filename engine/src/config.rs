//! Every threshold, with its unit and its source. Shells hold no numbers of their own.

/// How often the shell samples the pointer, milliseconds. Recorded traces of real leaves were scored
/// at 150 ms; 50 ms gives the extrapolation three times the points for a third of a move's cost.
pub const POINTER_SAMPLE_MS: u64 = 50;
