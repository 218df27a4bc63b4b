//! An answer that is there, or one that the service is working on.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// The future of a limited service: that of the service inside, or an answer made without it.
    #[derive(Debug)]
    pub struct EitherFuture<F, O> {
        #[pin]
        state: State<F, O>,
    }
}

pin_project! {
    #[project = Projected]
    #[derive(Debug)]
    enum State<F, O> {
        Asked { #[pin] future: F },
        Answered { answer: Option<O> },
    }
}

impl<F, O> EitherFuture<F, O> {
    pub(super) fn asked(future: F) -> Self {
        let state = State::Asked { future };
        EitherFuture { state }
    }

    pub(super) fn answered(answer: O) -> Self {
        let answer = Some(answer);
        let state = State::Answered { answer };
        EitherFuture { state }
    }
}

impl<F: Future> Future for EitherFuture<F, F::Output> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().state.project() {
            Projected::Asked { future } => future.poll(context),
            // Like any future, it is not to be polled after it was ready.
            Projected::Answered { answer } => answer.take().map_or(Poll::Pending, Poll::Ready),
        }
    }
}
