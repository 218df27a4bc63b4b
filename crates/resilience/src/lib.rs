//! Retry with a budget, timeout, bulkhead, fallback and hedging.
