use wrr_lb::{ConfigError, Ring};

/// Which machines have the copies of a key.
///
/// The first copy is where the ring says. The others are on the machines that one meets from there
/// on, clockwise, with two rules: no machine twice, and no second copy in a rack as long as there is
/// a rack without one. When every rack has one, those that were passed by get the rest, in the order
/// in which they were met.
pub struct Replicas {
    /// Points in order, each with its machine.
    points: Vec<(u32, usize)>,
    /// The rack of each machine.
    racks: Vec<u32>,
}

impl Replicas {
    /// Machines: name and rack, all of the same weight, with 64 points each.
    ///
    /// # Errors
    ///
    /// As [`Ring::new`].
    pub fn new(machines: &[(&str, u32)]) -> Result<Self, ConfigError> {
        let endpoints: Vec<(&str, u32)> = machines.iter().map(|&(name, _)| (name, 1)).collect();
        let ring = Ring::new(&endpoints, 64)?;
        Ok(Replicas {
            points: ring.points().collect(),
            racks: machines.iter().map(|&(_, rack)| rack).collect(),
        })
    }

    /// The machines for the copies of a key with this hash: `count` of them, or all if there are
    /// fewer. The first is the owner on the ring; then those in racks of their own, as they are met;
    /// then those that were passed by.
    pub fn of(&self, hash: u32, count: usize) -> Vec<usize> {
        todo!("where does the walk begin, and how does one know that a machine was met before?")
    }
}
