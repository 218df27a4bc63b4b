//! Whether the curriculum is true: what it says is there, is there.
