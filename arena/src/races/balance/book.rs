//! The book's pickers, as a configuration would name them.

use std::{marker::PhantomData, sync::Arc};

use wrr_lb::{Algorithm, Load, Member, Picker, Request};

use super::contender::{Choice, Chooser, Endpoint};
use crate::harness::Identity;

/// One of the algorithms.
pub trait Named: Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// How it goes about it.
    const CHOICE: Choice;

    /// Which one.
    fn algorithm() -> Algorithm;
}

/// The picker of an algorithm.
pub struct Book<N>(Box<dyn Picker>, PhantomData<N>);

impl<N: Named> Chooser for Book<N> {
    const WHO: Identity = N::WHO;
    const CHOICE: Choice = N::CHOICE;

    fn of(endpoints: &[Endpoint]) -> Self {
        let loads: Vec<Arc<Load>> = endpoints.iter().map(|_| Arc::default()).collect();
        let members = endpoints.iter().zip(&loads).map(|(endpoint, load)| Member {
            name: &endpoint.name,
            weight: endpoint.weight,
            load,
        });
        let members: Vec<Member<'_>> = members.collect();
        let picker = N::algorithm().build(&members, 42);
        Self(picker.expect("the settings are valid"), PhantomData)
    }

    #[inline(always)]
    fn pick(&self, key: u64) -> usize {
        let request = match N::CHOICE {
            Choice::ByKey => Request::keyed(&key),
            Choice::InTurn | Choice::AtRandom | Choice::ByLoad => Request::default(),
        };
        self.0.pick(request).expect("there are endpoints")
    }
}

const fn book(name: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package: "wrr-lb",
        what,
        ours: true,
    }
}

pub struct Smooth;

impl Named for Smooth {
    const WHO: Identity = book(
        "book::Cycle, smooth",
        "nginx's smooth weighted round robin, from a table",
    );
    const CHOICE: Choice = Choice::InTurn;

    fn algorithm() -> Algorithm {
        Algorithm::SmoothWeighted
    }
}

pub struct Edf;

impl Named for Edf {
    const WHO: Identity = book("book::Cycle, EDF", "earliest deadline first, from a table");
    const CHOICE: Choice = Choice::InTurn;

    fn algorithm() -> Algorithm {
        Algorithm::Edf
    }
}

pub struct Interleaved;

impl Named for Interleaved {
    const WHO: Identity = book(
        "book::Cycle, interleaved",
        "LVS's weighted round robin, from a table",
    );
    const CHOICE: Choice = Choice::InTurn;

    fn algorithm() -> Algorithm {
        Algorithm::Interleaved
    }
}

pub struct Random;

impl Named for Random {
    const WHO: Identity = book(
        "book::WeightedRandom",
        "at random by weight: the alias method",
    );
    const CHOICE: Choice = Choice::AtRandom;

    fn algorithm() -> Algorithm {
        Algorithm::WeightedRandom
    }
}

pub struct PowerOfTwo;

impl Named for PowerOfTwo {
    const WHO: Identity = book("book::PowerOfTwo", "the less busy of two at random");
    const CHOICE: Choice = Choice::ByLoad;

    fn algorithm() -> Algorithm {
        Algorithm::PowerOfTwo
    }
}

pub struct PeakEwma;

impl Named for PeakEwma {
    const WHO: Identity = book(
        "book::PeakEwma",
        "the sooner of two at random, by latency and requests under way",
    );
    const CHOICE: Choice = Choice::ByLoad;

    fn algorithm() -> Algorithm {
        Algorithm::peak_ewma()
    }
}

pub struct Ring;

impl Named for Ring {
    const WHO: Identity = book(
        "book::Ring",
        "a ring of rapidhash's points, with an index over it",
    );
    const CHOICE: Choice = Choice::ByKey;

    fn algorithm() -> Algorithm {
        Algorithm::ring()
    }
}

pub struct Ketama;

impl Named for Ketama {
    const WHO: Identity = book(
        "book::Ring, ketama",
        "libketama's ring of MD5 points, with an index over it",
    );
    const CHOICE: Choice = Choice::ByKey;

    fn algorithm() -> Algorithm {
        Algorithm::ketama()
    }
}

pub struct Bounded;

impl Named for Bounded {
    const WHO: Identity = book(
        "book::BoundedLoad",
        "the ring, with nobody above 1.25 times the mean load",
    );
    const CHOICE: Choice = Choice::ByKey;

    fn algorithm() -> Algorithm {
        Algorithm::bounded_load()
    }
}

pub struct Rendezvous;

impl Named for Rendezvous {
    const WHO: Identity = book("book::Rendezvous", "the highest of all scores");
    const CHOICE: Choice = Choice::ByKey;

    fn algorithm() -> Algorithm {
        Algorithm::Rendezvous
    }
}

pub struct Maglev;

impl Named for Maglev {
    const WHO: Identity = book("book::Maglev", "Maglev's table");
    const CHOICE: Choice = Choice::ByKey;

    fn algorithm() -> Algorithm {
        Algorithm::maglev()
    }
}
