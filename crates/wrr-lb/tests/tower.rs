//! Requests through tower: who gets them, and what the cluster hears of them.
#![cfg(feature = "tower")]

use std::future::{Pending, Ready, pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use clock::{Clock, ManualClock};
use tower::{Layer, Service, ServiceExt, service_fn};
use wrr_lb::cluster::{Cluster, ClusterConfig, EndpointStats};
use wrr_lb::tower::{Balance, BalanceLayer, Error, Outcome, Routed};
use wrr_lb::{Algorithm, Request};

fn config(algorithm: Algorithm) -> ClusterConfig {
    ClusterConfig {
        algorithm,
        seed: Some(1),
        ..ClusterConfig::default()
    }
}

fn stats<T: Send + Sync + 'static, C: Clock + Send + Sync + 'static>(
    cluster: &Cluster<T, C>,
    name: &str,
) -> EndpointStats {
    let endpoints = cluster.stats().endpoints;
    endpoints.into_iter().find(|e| e.name == name).unwrap()
}

/// Answers with its name, and fails when it is asked to.
#[derive(Clone)]
struct Server(&'static str);

impl Service<&'static str> for Server {
    type Response = &'static str;
    type Error = &'static str;
    type Future = Ready<Result<&'static str, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: &'static str) -> Self::Future {
        ready(match request {
            "fail" => Err("failed"),
            _ => Ok(self.0),
        })
    }
}

fn servers(algorithm: Algorithm) -> Cluster<Server> {
    let cluster = Cluster::new(config(algorithm)).unwrap();
    let list = ["a", "b", "c"].map(|name| (name, 1, Server(name)));
    cluster.set(list).unwrap();
    cluster
}

#[tokio::test]
async fn requests_go_round_and_are_counted() {
    let cluster = servers(Algorithm::RoundRobin);
    let balance = Balance::new(cluster.clone());
    let mut answers = String::new();
    for _ in 0..6 {
        answers += balance.clone().oneshot("hello").await.unwrap();
    }
    assert_eq!(answers, "abcabc");
    let a = stats(&cluster, "a");
    assert_eq!((a.picks, a.successes, a.failures, a.active), (2, 2, 0, 0));
}

#[tokio::test]
async fn errors_are_failures_and_eject() {
    let cluster = servers(Algorithm::RoundRobin);
    let balance = Balance::new(cluster.clone());
    for i in 0..15 {
        let request = if i % 3 == 0 { "fail" } else { "hello" };
        let answer = balance.clone().oneshot(request).await;
        assert_eq!(answer.is_err(), i % 3 == 0);
    }
    assert!(stats(&cluster, "a").ejected);
    assert_eq!(stats(&cluster, "a").failures, 5);
    let error = balance.oneshot("fail").await.unwrap_err();
    assert!(matches!(error, Error::Service("failed")));
}

#[tokio::test]
async fn the_classifier_says_what_an_answer_means() {
    let cluster = servers(Algorithm::RoundRobin);
    let judge = |answer: &Result<&'static str, &'static str>| match *answer {
        Ok("a") => Outcome::Failure,
        Ok(_) => Outcome::Success,
        Err(_) => Outcome::Ignore,
    };
    let balance = Balance::new(cluster.clone()).with_classifier(judge);
    for request in ["hello", "hello", "fail"] {
        let _ = balance.clone().oneshot(request).await;
    }
    let outcomes = ["a", "b", "c"].map(|name| {
        let stats = stats(&cluster, name);
        (stats.picks, stats.successes, stats.failures, stats.active)
    });
    assert_eq!(outcomes, [(1, 0, 1, 0), (1, 1, 0, 0), (1, 0, 0, 0)]);
}

#[tokio::test]
async fn equal_keys_go_to_the_same_endpoint() {
    let cluster = servers(Algorithm::Rendezvous);
    let balance = Balance::new(cluster).with_key(|request: &&str| Request::keyed(request));
    let mut seen = std::collections::HashSet::new();
    for key in ["k", "l", "m", "n", "o", "p", "q", "r"] {
        let first = balance.clone().oneshot(key).await.unwrap();
        seen.insert(first);
        for _ in 0..5 {
            assert_eq!(balance.clone().oneshot(key).await.unwrap(), first);
        }
    }
    assert!(seen.len() > 1);
}

#[tokio::test]
async fn without_endpoints_it_is_ready_and_the_call_says_why_it_failed() {
    let cluster: Cluster<Server> = Cluster::new(config(Algorithm::RoundRobin)).unwrap();
    let mut balance = Balance::new(cluster.clone());
    let error = balance
        .ready()
        .await
        .unwrap()
        .call("hello")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NoEndpoint));
    assert_eq!(cluster.stats().misses, 1);
    // It is not stuck with that.
    cluster.add("a", 1, Server("a")).unwrap();
    assert_eq!(
        balance.ready().await.unwrap().call("hello").await.unwrap(),
        "a"
    );
}

#[tokio::test]
async fn a_dropped_future_frees_its_endpoint_and_says_nothing() {
    let hangs = service_fn(|_: ()| -> Pending<Result<(), ()>> { pending() });
    let cluster = Cluster::new(config(Algorithm::RoundRobin)).unwrap();
    cluster.add("a", 1, hangs).unwrap();
    let mut call = Box::pin(Balance::new(cluster.clone()).oneshot(()));
    assert!(futures_poll_once(&mut call).is_pending());
    assert_eq!(stats(&cluster, "a").active, 1);
    drop(call);
    let a = stats(&cluster, "a");
    assert_eq!((a.active, a.picks, a.successes, a.failures), (0, 1, 0, 0));
}

fn futures_poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(std::task::Waker::noop()))
}

/// Is ready when it is polled the third time, and panics if it is called before: the contract of
/// `Service`.
struct SlowToBeReady {
    polls: u32,
    calls: Arc<AtomicU32>,
}

impl Clone for SlowToBeReady {
    fn clone(&self) -> Self {
        SlowToBeReady {
            polls: 0, // a clone is not ready, even if the original is
            calls: self.calls.clone(),
        }
    }
}

impl Service<()> for SlowToBeReady {
    type Response = ();
    type Error = ();
    type Future = Ready<Result<(), ()>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
        self.polls += 1;
        if self.polls < 3 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        assert!(self.polls >= 3, "called before it was ready");
        self.polls = 0;
        self.calls.fetch_add(1, Relaxed);
        ready(Ok(()))
    }
}

#[tokio::test]
async fn a_service_is_called_when_it_is_ready_and_not_before() {
    let calls = Arc::new(AtomicU32::new(0));
    let service = SlowToBeReady {
        polls: 0,
        calls: calls.clone(),
    };
    let cluster = Cluster::new(config(Algorithm::RoundRobin)).unwrap();
    cluster.add("a", 1, service).unwrap();
    let mut balance = Balance::new(cluster);
    for _ in 0..3 {
        balance.ready().await.unwrap().call(()).await.unwrap();
    }
    assert_eq!(calls.load(Relaxed), 3);
}

#[tokio::test]
async fn latency_is_measured_from_call_to_answer() {
    let clock = ManualClock::new();
    let cluster = Cluster::with_clock(config(Algorithm::peak_ewma()), clock.clone()).unwrap();
    let server = clock.clone();
    let slow = service_fn(move |millis: u64| {
        let server = server.clone();
        async move {
            server.advance(Duration::from_millis(millis));
            Ok::<_, ()>(())
        }
    });
    cluster.add("a", 1, slow).unwrap();
    Balance::new(cluster.clone()).oneshot(250).await.unwrap();
    let latency = cluster.endpoints()[0].load().latency_ewma(clock.now());
    assert_eq!(latency, Duration::from_millis(250));
}

#[tokio::test]
async fn the_layer_tells_a_client_whom_to_talk_to() {
    let cluster: Cluster<u16> = Cluster::new(config(Algorithm::RoundRobin)).unwrap();
    cluster.set([("a", 1, 8080), ("b", 1, 8081)]).unwrap();
    let client = service_fn(|routed: Routed<&'static str, u16>| async move {
        match routed.endpoint.data() {
            8080 => Ok(format!("{} to {}", routed.request, routed.endpoint.name())),
            _ => Err("refused"),
        }
    });
    let mut client = BalanceLayer::new(cluster.clone()).layer(client);
    let answer = client.ready().await.unwrap().call("hello").await;
    assert_eq!(answer.unwrap(), "hello to a");
    assert!(client.ready().await.unwrap().call("hello").await.is_err());
    assert_eq!(stats(&cluster, "a").successes, 1);
    assert_eq!(stats(&cluster, "b").failures, 1);
}

#[tokio::test]
async fn the_layer_is_ready_when_its_client_is() {
    let cluster: Cluster<u16> = Cluster::new(config(Algorithm::RoundRobin)).unwrap();
    cluster.add("a", 1, 8080).unwrap();

    #[derive(Clone)]
    struct Full;
    impl Service<Routed<(), u16>> for Full {
        type Response = ();
        type Error = ();
        type Future = Ready<Result<(), ()>>;
        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }
        fn call(&mut self, _: Routed<(), u16>) -> Self::Future {
            ready(Ok(()))
        }
    }
    let mut client = BalanceLayer::new(cluster).layer(Full);
    let mut cx = Context::from_waker(std::task::Waker::noop());
    assert!(client.poll_ready(&mut cx).is_pending());
}
