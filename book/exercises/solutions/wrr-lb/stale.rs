/// Chooses a server by loads that are reported now and then.
///
/// It is *interpreting stale load information* (Dahlin, 1999). A report is not the present: until the
/// next one, all balancers together send about as many requests as in the interval before. Pour those
/// over the reported loads like water: the lowest fill up first, and all that are under water are
/// level in the end. What a server would get so is its share, and each balancer draws by the shares.
/// Fresh reports leave hardly any water, and the least busy gets it; old ones leave so much that
/// nearly all are drowned, and it is about random, with what the report says evened out.
pub struct Informed {
    balancers: u32,
    random: u64,
    /// The parts of the water up to and with each server, of which the last is all of it.
    filled: Vec<f64>,
    /// Own requests since the report, and in an interval on average.
    sent: u32,
    usual: f64,
    has_report: bool,
}

impl Informed {
    /// One of so many balancers of so many servers, with a seed of its own.
    pub fn new(servers: usize, balancers: u32, seed: u64) -> Self {
        Informed {
            balancers,
            random: seed,
            filled: (1..=servers).map(|server| server as f64).collect(),
            sent: 0,
            usual: 0.0,
            has_report: false,
        }
    }

    /// A report: how many requests each server has.
    pub fn report(&mut self, active: &[u32]) {
        // An interval may be too short for a request of each balancer: so an average over some.
        match self.has_report {
            true => self.usual += (f64::from(self.sent) - self.usual) / 10.0,
            false => self.usual = f64::from(self.sent),
        }
        self.has_report = true;
        self.sent = 0;
        let water = (self.usual * f64::from(self.balancers)).max(1.0);
        let level = level(active, water);
        let mut sum = 0.0;
        for (filled, &active) in self.filled.iter_mut().zip(active) {
            sum += (level - f64::from(active)).max(0.0);
            *filled = sum;
        }
    }

    /// Whom the next request goes to.
    pub fn pick(&mut self) -> usize {
        self.sent += 1;
        let all = self.filled.last().copied().unwrap_or_default();
        let at = self.random() * all;
        let server = self.filled.partition_point(|&filled| filled <= at);
        server.min(self.filled.len() - 1)
    }

    /// A number from 0 on, below 1.
    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// How high so much water stands over these.
fn level(active: &[u32], water: f64) -> f64 {
    let mut sorted = active.to_vec();
    sorted.sort_unstable();
    let mut below = 0.0;
    for (count, &next) in (0..).zip(&sorted) {
        // The water that it takes to reach the next one.
        if f64::from(next) * f64::from(count) - below >= water {
            return (below + water) / f64::from(count);
        }
        below += f64::from(next);
    }
    (below + water) / sorted.len() as f64
}
