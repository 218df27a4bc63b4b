//! What the customers do, and when.
//!
//! A workload is a list of operations with a time and a site each, made before the simulation
//! begins. Customers do not wait for the shop: the next one comes whether the last was served or
//! not. So every policy gets the same operations at the same times, and one that refuses cannot
//! look better because it was asked less.

use std::time::Duration;

use crate::cart::Item;
use crate::error::{SimError, micros};
use crate::random::Random;

/// What a customer asks of a cart, which is given by its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// What is in it?
    Read(usize),
    /// Put this in.
    Add(usize, Item),
    /// Take this out.
    Remove(usize, Item),
}

impl Op {
    /// The cart's number.
    pub fn cart(&self) -> usize {
        let (Op::Read(cart) | Op::Add(cart, _) | Op::Remove(cart, _)) = self;
        *cart
    }

    /// Whether it asks and changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self, Op::Read(_))
    }
}

/// An operation, when and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Since the simulation began.
    pub at: Duration,
    /// The site's name.
    pub site: String,
    /// What is asked.
    pub op: Op,
}

/// All that is asked of the simulated shop: [`Workload::default`] is drawn by the simulation's seed,
/// [`Workload::script`] is what one writes down.
///
/// ```
/// use std::time::Duration;
/// use partition::{Op, Workload};
///
/// // Twice as many operations as usual, most of them reads.
/// let busy = Workload { every: Duration::from_millis(150), reads: 80, ..Workload::default() };
/// // Just one.
/// let one = Workload::script([(Duration::from_secs(1), "Dublin", Op::Add(0, "kettle".into()))]);
/// # let _ = (busy, one);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// For how long customers come.
    pub lasts: Duration,
    /// The mean time between two operations at a site; each is between a half and one and a half
    /// times as long.
    pub every: Duration,
    /// How many carts there are; every site uses all of them.
    pub carts: usize,
    /// How many operations of a hundred are reads.
    pub reads: u32,
    /// How many operations of a hundred take something out that was put in at the same site. The
    /// others put something in.
    pub removes: u32,
    /// What is done besides.
    pub script: Vec<Step>,
}

impl Default for Workload {
    /// Twelve seconds, a fifth of a second between two operations at a site, eight carts, half of
    /// the operations reads and one in ten removes.
    fn default() -> Self {
        Workload {
            lasts: Duration::from_secs(12),
            every: Duration::from_millis(200),
            carts: 8,
            reads: 50,
            removes: 10,
            script: Vec::new(),
        }
    }
}

/// To look for stale reads takes the cube of this, at worst.
const MOST: u128 = 2_000;

const MOST_CARTS: usize = 1_000;

impl Workload {
    /// These operations and no others, at their times, each at the site of that name.
    pub fn script<'a>(steps: impl IntoIterator<Item = (Duration, &'a str, Op)>) -> Self {
        let step = |(at, site, op): (Duration, &str, Op)| Step {
            at,
            site: site.to_owned(),
            op,
        };
        Workload {
            lasts: Duration::ZERO,
            script: steps.into_iter().map(step).collect(),
            ..Workload::default()
        }
    }

    /// How many carts are used.
    pub(crate) fn cart_count(&self) -> usize {
        let scripted = self.script.iter().map(|step| step.op.cart() + 1).max();
        self.carts.max(scripted.unwrap_or(0))
    }

    /// All operations in the order of their times.
    pub(crate) fn steps(&self, seed: u64, sites: &[String]) -> Result<Vec<Step>, SimError> {
        self.check(sites.len())?;
        let mut steps = self.script.clone();
        for (number, site) in sites.iter().enumerate() {
            let mut random = Random::new(seed, 100 + number as u64);
            steps.extend(self.at_site(site, &mut random));
        }
        steps.sort_by_key(|step| step.at);
        Ok(steps)
    }

    fn at_site(&self, site: &str, random: &mut Random) -> Vec<Step> {
        let every = self.every.as_micros() as u64;
        let mut put_in: Vec<(usize, Item)> = Vec::new();
        let mut steps = Vec::new();
        let mut at = random.between(0, every);
        while at < self.lasts.as_micros() as u64 {
            let cart = random.index(self.carts);
            let kind = random.between(0, 99) as u32;
            let op = if kind < self.reads {
                Op::Read(cart)
            } else if kind < self.reads + self.removes && !put_in.is_empty() {
                let (cart, item) = put_in.swap_remove(random.index(put_in.len()));
                Op::Remove(cart, item)
            } else {
                let item: Item = format!("{site}-{}", steps.len()).into();
                put_in.push((cart, item.clone()));
                Op::Add(cart, item)
            };
            steps.push(Step {
                at: Duration::from_micros(at),
                site: site.to_owned(),
                op,
            });
            at += random.between(every / 2, every + every / 2).max(1);
        }
        steps
    }

    fn check(&self, sites: usize) -> Result<(), SimError> {
        let wrong = |field, problem: String| Err(SimError::Range { field, problem });
        micros("lasts", self.lasts)?;
        for step in &self.script {
            micros("at", step.at)?;
        }
        if micros("every", self.every)? == 0 {
            return wrong(
                "every",
                "0 s between two operations are endless operations".into(),
            );
        }
        let drawn = self.lasts.as_micros() / self.every.as_micros() * sites as u128;
        if drawn + self.script.len() as u128 > MOST {
            return wrong("every", format!("{drawn} operations are more than {MOST}"));
        }
        let carts = self.script.iter().map(|step| step.op.cart());
        let most = carts.max().unwrap_or(0).max(self.carts.saturating_sub(1));
        if self.carts == 0 || most >= MOST_CARTS {
            return wrong(
                "carts",
                format!("there must be between 1 and {MOST_CARTS} carts"),
            );
        }
        if self.reads.saturating_add(self.removes) > 100 {
            let (reads, removes) = (self.reads, self.removes);
            return wrong(
                "reads",
                format!("{reads} % reads and {removes} % removes are more than a hundred"),
            );
        }
        Ok(())
    }
}
