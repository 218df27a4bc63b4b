//! The layer: on top of a client that can talk to any endpoint.

use clock::SystemClock;
use tower_layer::Layer;

use super::classify::ErrorsFail;
use super::service::{Balance, NoKey};
use crate::cluster::Cluster;

/// Puts [`Balance`] on top of a service of [`Routed`](super::Routed) requests, such as a client
/// that connects to the address that is the endpoint's data.
///
/// ```
/// use std::net::SocketAddr;
/// use tower::{Layer, service_fn};
/// use wrr_lb::cluster::{Cluster, ClusterConfig};
/// use wrr_lb::tower::{BalanceLayer, Routed};
///
/// let cluster: Cluster<SocketAddr> = Cluster::new(ClusterConfig::default())?;
/// cluster.add("a", 1, ([127, 0, 0, 1], 8080).into())?;
///
/// let client = service_fn(|routed: Routed<&'static str, SocketAddr>| async move {
///     let address = routed.endpoint.data();
///     Ok::<_, std::io::Error>(format!("{} to {address}", routed.request))
/// });
/// let balanced = BalanceLayer::new(cluster).layer(client);
/// # Ok::<(), wrr_lb::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct BalanceLayer<T, K = NoKey, L = ErrorsFail, C = SystemClock> {
    cluster: Cluster<T, C>,
    key: K,
    classify: L,
}

impl<T, C> BalanceLayer<T, NoKey, ErrorsFail, C> {
    /// Balances over this cluster.
    pub fn new(cluster: Cluster<T, C>) -> Self {
        BalanceLayer {
            cluster,
            key: NoKey,
            classify: ErrorsFail,
        }
    }
}

impl<T, K, L, C> BalanceLayer<T, K, L, C> {
    /// As [`Balance::with_key`].
    pub fn with_key<K2>(self, key: K2) -> BalanceLayer<T, K2, L, C> {
        BalanceLayer {
            key,
            cluster: self.cluster,
            classify: self.classify,
        }
    }

    /// As [`Balance::with_classifier`].
    pub fn with_classifier<L2>(self, classify: L2) -> BalanceLayer<T, K, L2, C> {
        BalanceLayer {
            classify,
            cluster: self.cluster,
            key: self.key,
        }
    }
}

impl<I, T, K: Clone, L: Clone, C> Layer<I> for BalanceLayer<T, K, L, C> {
    type Service = Balance<T, I, K, L, C>;

    fn layer(&self, inner: I) -> Self::Service {
        Balance {
            cluster: self.cluster.clone(),
            inner,
            key: self.key.clone(),
            classify: self.classify.clone(),
        }
    }
}
