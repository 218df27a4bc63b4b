//! Balancing as a `tower` layer.
