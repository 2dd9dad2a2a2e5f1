//! Foreign result formats into records, with a report of everything that was not clean.
