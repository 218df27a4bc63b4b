//! Stand-ins for the crates until they are there.
#![allow(missing_docs)]
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub struct Endpoint<T> {
    name: String,
    data: T,
}
impl<T> Endpoint<T> {
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn data(&self) -> &T {
        &self.data
    }
}
pub struct Cluster<T> {
    all: Vec<Arc<Endpoint<T>>>,
    next: AtomicUsize,
}
pub struct Lease<T>(Arc<Endpoint<T>>);
impl<T> Lease<T> {
    pub fn endpoint(&self) -> &Arc<Endpoint<T>> {
        &self.0
    }
    pub fn success(self, _: Duration) {}
    pub fn failure(self) {}
}
#[derive(Clone, Copy, Default)]
pub struct Request;
impl Request {
    pub fn hashed(_: u64) -> Self {
        Request
    }
}
impl<T> Cluster<T> {
    pub fn set(all: impl IntoIterator<Item = (String, u32, T)>) -> Self {
        Cluster {
            all: all
                .into_iter()
                .map(|(name, _, data)| Arc::new(Endpoint { name, data }))
                .collect(),
            next: AtomicUsize::new(0),
        }
    }
    pub fn pick(&self, _: Request) -> Option<Lease<T>> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        self.all.get(n % self.all.len().max(1)).cloned().map(Lease)
    }
    pub fn pick_other(&self, r: Request, not: &[&Endpoint<T>]) -> Option<Lease<T>> {
        for _ in 0..self.all.len() {
            let l = self.pick(r)?;
            if !not.iter().any(|e| std::ptr::eq(*e, &**l.endpoint())) {
                return Some(l);
            }
        }
        self.pick(r)
    }
}
