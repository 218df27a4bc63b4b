//! What is to be simulated, and whether that can be meant.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use crate::error::{SimError, micros};
use crate::history::History;
use crate::network::{Cut, Network, Site, delay};
use crate::policy::Policy;
use crate::protocol;
use crate::random::Random;
use crate::workload::Workload;
use crate::world::World;

/// More sites than this no figure can show, and no quorum is made of.
const MOST_SITES: usize = 16;

/// Sites, links and a policy: a shop to be tried.
///
/// By default there are three sites, Dublin, Virginia and Tokyo; a message takes between 30 and 50
/// milliseconds from one to another, whichever; no link is cut; the policy is a majority quorum.
///
/// ```
/// use std::time::Duration;
/// use partition::{Policy, Simulation, Workload};
///
/// let (from, until) = (Duration::from_secs(4), Duration::from_secs(8));
/// let history = Simulation::new(7)
///     .policy(Policy::Merge)
///     .cut(from..until, &[&["Dublin"]])
///     .run(&Workload::default())?;
/// assert_eq!(history.summary().refused, 0);
/// # Ok::<(), partition::SimError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    seed: u64,
    sites: Vec<String>,
    policy: Policy,
    delay: RangeInclusive<Duration>,
    links: Vec<(String, String, RangeInclusive<Duration>)>,
    cuts: Vec<(Range<Duration>, Vec<Vec<String>>)>,
    clocks_ahead: Vec<(String, Duration)>,
    timeout: Duration,
    gossip: Duration,
}

/// More carts than this are not sent to and fro, which would take minutes.
const MOST_GOSSIP: u64 = 10_000_000;

impl Simulation {
    /// The default shop. All chance comes from the seed.
    pub fn new(seed: u64) -> Self {
        Simulation {
            seed,
            sites: ["Dublin", "Virginia", "Tokyo"].map(str::to_owned).to_vec(),
            policy: Policy::majority(3),
            delay: Duration::from_millis(30)..=Duration::from_millis(50),
            links: Vec::new(),
            cuts: Vec::new(),
            clocks_ahead: Vec::new(),
            timeout: Duration::from_secs(1),
            gossip: Duration::from_millis(500),
        }
    }

    /// The sites, from 1 to 16, by name. The first one leads, where there is a leader.
    pub fn sites<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.sites = names.into_iter().map(str::to_owned).collect();
        self
    }

    /// How the sites keep the same carts.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// How long a message takes from any site to any other, drawn evenly from this range.
    pub fn delay(mut self, range: RangeInclusive<Duration>) -> Self {
        self.delay = range;
        self
    }

    /// How long it takes between these two, in both directions.
    pub fn link(mut self, a: &str, b: &str, range: RangeInclusive<Duration>) -> Self {
        self.links.push((a.to_owned(), b.to_owned(), range));
        self
    }

    /// Cuts all links between these groups of sites, for so long. Sites that are in no group are one
    /// more group together. Several cuts may overlap: a link works if none of them cuts it.
    pub fn cut(mut self, during: Range<Duration>, groups: &[&[&str]]) -> Self {
        let owned = |group: &&[&str]| group.iter().map(|&site| site.to_owned()).collect();
        self.cuts.push((during, groups.iter().map(owned).collect()));
        self
    }

    /// A site whose clock shows a later time than it is. Only the last writer wins by it.
    pub fn clock_ahead(mut self, site: &str, by: Duration) -> Self {
        self.clocks_ahead.push((site.to_owned(), by));
        self
    }

    /// How long a site tries before it tells the customer that it could not. A second by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often sites tell each other all they have, if the policy does. Half a second by default.
    pub fn gossip(mut self, every: Duration) -> Self {
        self.gossip = every;
        self
    }

    /// Lets it happen.
    ///
    /// The simulation goes on for some time after the last operation and the last mend, so that the
    /// sites can come to an agreement.
    ///
    /// # Errors
    ///
    /// [`SimError`] if a setting cannot be meant; nothing has been simulated then.
    pub fn run(&self, workload: &Workload) -> Result<History, SimError> {
        let network = self.network()?;
        let longest = network.longest_delay();
        self.policy.check(self.sites.len())?;
        let steps = workload.steps(self.seed, &self.sites)?;
        let timeout = micros("timeout", self.timeout)?;
        let gossip = micros("gossip", self.gossip)?;
        let mut clocks_ahead = vec![0; self.sites.len()];
        for (name, by) in &self.clocks_ahead {
            clocks_ahead[self.place("clock_ahead", name)?] = micros("clock_ahead", *by)?;
        }
        let carts = workload.cart_count();
        let count = self.sites.len();
        let cuts = self.schedule()?;
        let sites = protocol::sites(self.policy, count, carts, &clocks_ahead, self.seed);
        let mut world = World::new(network, sites);
        for step in &steps {
            world.ask(step, self.place("script", &step.site)?, timeout);
        }
        let last_end = cuts.iter().map(|cut| cut.during.end.as_micros() as u64);
        let last_step = steps.last().map_or(0, |step| step.at.as_micros() as u64);
        let quiet = last_end.max().unwrap_or(0).max(last_step + timeout);
        let end = quiet + 4 * gossip.max(longest);
        if end / gossip.max(1) * (count * count * carts) as u64 > MOST_GOSSIP || gossip == 0 {
            let problem = format!("{:?} is too short for {end} µs", self.gossip);
            let field = "gossip";
            return Err(SimError::Range { field, problem });
        }
        for site in 0..count {
            world.gossip(site, gossip, end);
        }
        world.run(&steps);
        let settled = |cart| protocol::settled(self.policy, &world.sites, cart);
        let shown = |cart| {
            let sites = world.sites.iter();
            let items = sites.map(|site| site.held(cart).cart.items());
            items.collect()
        };
        Ok(History {
            sites: self.sites.clone(),
            cuts,
            settled: (0..carts).map(settled).collect(),
            replicas: (0..carts).map(shown).collect(),
            conflicts: world.sites.iter().map(|site| site.conflicts()).sum(),
            records: world.records,
        })
    }

    fn place(&self, place: &'static str, name: &str) -> Result<Site, SimError> {
        let found = self.sites.iter().position(|site| site == name);
        found.ok_or_else(|| SimError::UnknownSite {
            place,
            site: name.to_owned(),
        })
    }

    fn network(&self) -> Result<Network, SimError> {
        let count = self.sites.len();
        if !(1..=MOST_SITES).contains(&count) {
            return Err(SimError::Sites {
                count,
                most: MOST_SITES,
            });
        }
        for (number, name) in self.sites.iter().enumerate() {
            if self.sites[..number].contains(name) {
                return Err(SimError::SameName(name.clone()));
            }
        }
        let random = Random::new(self.seed, 1);
        let all = delay("delay", &self.delay)?;
        let mut network = Network::new(count, all, self.schedule()?, random);
        for (a, b, range) in &self.links {
            let (a, b) = (self.place("link", a)?, self.place("link", b)?);
            network.set(a, b, delay("link", range)?);
        }
        Ok(network)
    }

    fn schedule(&self) -> Result<Vec<Cut>, SimError> {
        let cut = |(during, groups): &(Range<Duration>, Vec<Vec<String>>)| {
            micros("cut", during.end)?;
            if during.is_empty() {
                return Err(SimError::Range {
                    field: "cut",
                    problem: format!("{during:?} ends before it begins"),
                });
            }
            let mut group = vec![0; self.sites.len()];
            for (number, names) in groups.iter().enumerate() {
                for name in names {
                    let site = self.place("cut", name)?;
                    if group[site] != 0 {
                        return Err(SimError::InTwoGroups(name.clone()));
                    }
                    group[site] = number + 1;
                }
            }
            let during = during.clone();
            Ok(Cut { during, group })
        };
        self.cuts.iter().map(cut).collect()
    }
}
