//! A pick and its outcome allocate nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use wrr_lb::cluster::{Cluster, ClusterConfig};
use wrr_lb::{Algorithm, Request};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, which counts the allocations of each thread.
struct Counting;

// SAFETY: every call is passed on to the system's allocator as it is; the counter is a Cell that is
// initialised at compile time and has no destructor, so to touch it does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_pick_and_its_outcome_neither_allocate_nor_free() {
    for algorithm in [
        Algorithm::SmoothWeighted,
        Algorithm::WeightedRandom,
        Algorithm::LeastConnections,
        Algorithm::PowerOfTwo,
        Algorithm::peak_ewma(),
        Algorithm::ketama(),
        Algorithm::bounded_load(),
        Algorithm::maglev(),
        Algorithm::Rendezvous,
    ] {
        let mut config = ClusterConfig {
            algorithm,
            ..ClusterConfig::default()
        };
        // An ejection is a change, and changes allocate.
        config.outlier.consecutive_failures = 0;
        let cluster = Cluster::new(config).unwrap();
        let list = (1..10).map(|weight| (format!("endpoint {weight}"), weight, ()));
        cluster.set(list).unwrap();
        // A thread's first pick registers it with arc-swap.
        drop(cluster.pick(Request::default()));

        let before = ALLOCATIONS.get();
        for key in 0..1000 {
            let request = Request::hashed(key << 32 | key);
            let lease = cluster.pick(request).unwrap();
            let other = cluster.pick_other(request, &[lease.endpoint()]).unwrap();
            other.failure();
            drop(cluster.pick(request));
            lease.success(Duration::from_millis(1));
        }
        assert_eq!(ALLOCATIONS.get(), before, "{algorithm:?}");
    }
}
