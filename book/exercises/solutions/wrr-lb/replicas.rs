use std::collections::HashSet;

use wrr_lb::{ConfigError, Ring};

/// Which machines have the copies of a key.
///
/// It is Cassandra's `NetworkTopologyStrategy` within a data centre, and Dynamo's *preference list*
/// with racks. With 64 points each, the next points are often of the same machine: to take the next
/// three points instead of the next three machines is the mistake that is found out when a machine
/// burns.
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

    /// The machines for the copies of a key with this hash.
    pub fn of(&self, hash: u32, count: usize) -> Vec<usize> {
        let from = self.points.partition_point(|&(point, _)| point < hash);
        let (before, after) = self.points.split_at(from);
        let (mut met, mut racks) = (HashSet::new(), HashSet::new());
        let (mut chosen, mut passed) = (Vec::new(), Vec::new());
        for &(_, machine) in after.iter().chain(before) {
            if chosen.len() == count {
                break;
            }
            if met.insert(machine) {
                match racks.insert(self.racks[machine]) {
                    true => chosen.push(machine),
                    false => passed.push(machine),
                }
            }
        }
        chosen.extend(passed);
        chosen.truncate(count);
        chosen
    }
}
