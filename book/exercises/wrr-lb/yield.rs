/// Smooth weighted round robin in which who fails gets less.
///
/// Each endpoint has, besides its weight, an *effective weight*, which begins as its weight. A pick
/// goes as nginx's: everybody earns, the richest is picked (the first of equally rich ones), and
/// pays what all have earned together in this pick. But what is earned is the effective weight, and
/// afterwards everybody whose effective weight is below his weight gets one back.
///
/// An endpoint of weight zero is never picked. One whose effective weight is zero may be, if nobody
/// is richer.
pub struct Yielding {
    weights: Vec<u32>,
    // What else must be known?
}

impl Yielding {
    /// With everybody at his weight.
    pub fn new(weights: &[u32]) -> Self {
        todo!()
    }

    /// Whose turn it is. None if all weights are zero.
    pub fn pick(&mut self) -> Option<usize> {
        todo!("what is the sum that the picked one pays?")
    }

    /// A request to this endpoint has failed: it loses a quarter of its weight, rounded up, from
    /// its effective weight, which never falls below zero.
    pub fn failed(&mut self, endpoint: usize) {
        todo!()
    }
}
