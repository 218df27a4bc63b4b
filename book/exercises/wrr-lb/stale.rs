/// Chooses a server by loads that are reported now and then.
///
/// There are several such balancers, of which each gets about as many requests as the others. All of
/// them get the same reports at the same moments, in regular intervals, and in between they know
/// nothing of each other nor of how requests end. If each sends all it gets to the server that was
/// least busy in the report, that one is the busiest soon: a herd.
pub struct Informed {
    balancers: u32,
    random: u64,
    // How many requests will all balancers together send until the next report? And if they could be
    // poured out like water, how many of them would each server get, so that all stand as level as
    // can be?
}

impl Informed {
    /// One of so many balancers of so many servers, with a seed of its own.
    pub fn new(servers: usize, balancers: u32, seed: u64) -> Self {
        todo!()
    }

    /// A report: how many requests each server has.
    pub fn report(&mut self, active: &[u32]) {
        todo!()
    }

    /// Whom the next request goes to. Before the first report, anybody.
    pub fn pick(&mut self) -> usize {
        let r = self.random();
        todo!()
    }

    /// A number from 0 on, below 1.
    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}
