//! Trees that draw themselves.
