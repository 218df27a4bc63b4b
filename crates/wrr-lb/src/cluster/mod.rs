//! Endpoints and who of them is well.
