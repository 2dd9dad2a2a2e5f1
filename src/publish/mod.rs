//! Writes everything atomically.
