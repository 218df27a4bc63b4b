//! Response times.
#[derive(Clone, Debug)]
pub(crate) struct Responses {
    tick: f64,
    all: Vec<f64>,
}

impl Responses {
    pub(crate) fn new(tick: f64) -> Self {
        Responses {
            tick,
            all: Vec::new(),
        }
    }

    pub(crate) fn record(&mut self, time: f64) {
        self.all.push(time / self.tick);
    }

    pub(crate) fn quantile(&self, q: f64) -> Option<f64> {
        let mut all = self.all.clone();
        all.sort_by(f64::total_cmp);
        let at = (q * all.len() as f64).ceil().max(1.0) as usize - 1;
        all.get(at).map(|x| x * self.tick)
    }
}
