//! The arithmetic of filters.
