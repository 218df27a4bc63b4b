//! Why two choices are so much better than one, and what happens when what is known is old.

use std::sync::Arc;

use wrr_lb::{Algorithm, Load, Member, Picker, Request};

use super::named;
use super::sim::{Queues, Random};
use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const SERVERS: usize = 50;
/// Of what they could do.
const BUSY: f64 = 0.9;
/// Nanoseconds: what a request takes on average.
const WORK: f64 = 1e6;

/// Who is compared, and their colours.
const COMPARED: [(&str, Algorithm, usize); 3] = [
    ("at random", Algorithm::WeightedRandom, 0),
    ("the less busy of two", Algorithm::PowerOfTwo, 3),
    ("the least busy of all", Algorithm::LeastConnections, 4),
];

/// What some requests met.
struct Outcome {
    /// How many of them met so many others at their server.
    met: Vec<u32>,
    /// Their mean time, in units of the work.
    time: f64,
}

/// Sends requests; what pickers see of the loads is brought up to date every `age`, as a part of
/// the work. Zero: always.
fn run(algorithm: Algorithm, age: f64, requests: u32) -> Result<Outcome, FigureError> {
    let names: Vec<String> = (0..SERVERS).map(|number| number.to_string()).collect();
    let seen: Vec<Arc<Load>> = names.iter().map(|_| Arc::default()).collect();
    let members = names.iter().zip(&seen);
    let members: Vec<Member<'_>> = members
        .map(|(name, load)| Member {
            name,
            weight: 1,
            load,
        })
        .collect();
    let picker: Box<dyn Picker> = algorithm.build(&members, 1)?;
    let mut active = [0u32; SERVERS];
    let mut queues = Queues::new(SERVERS);
    let mut random = Random::new(3);
    let (mut now, mut looked, mut time) = (0, 0, 0.0);
    let mut met = vec![0; 1000];
    // The beginning, when all is still empty, does not count.
    let warm_up = requests / 5;
    for number in 0..requests + warm_up {
        now += random.wait(WORK / (BUSY * SERVERS as f64));
        while let Some((_, server, _)) = queues.ended(now) {
            active[server] -= 1;
        }
        if age == 0.0 || now - looked >= (age * WORK) as u64 {
            looked = now;
            active
                .iter()
                .zip(&seen)
                .for_each(|(&count, load)| bring_to(load, count));
        }
        let Some(server) = picker.pick(Request::default()) else {
            continue;
        };
        let work = random.wait(WORK);
        let (_, end) = queues.send(server, now, work);
        if number >= warm_up {
            met[active[server] as usize] += 1;
            time += (end - now) as f64 / WORK;
        }
        active[server] += 1;
    }
    Ok(Outcome {
        met,
        time: time / f64::from(requests),
    })
}

fn bring_to(load: &Load, count: u32) {
    while load.active() < count {
        load.start();
    }
    while load.active() > count {
        load.release();
    }
}

/// How many others a request meets.
pub fn tail() -> Result<Figure, FigureError> {
    const REQUESTS: u32 = 100_000;
    let line = |(name, algorithm, colour): (&str, Algorithm, usize)| {
        let met = run(algorithm, 0.0, REQUESTS)?.met;
        let at_least = |k: usize| met[k..].iter().sum::<u32>();
        let point = |k| {
            (
                k as f64,
                100.0 * f64::from(at_least(k)) / f64::from(REQUESTS),
            )
        };
        Ok(Line {
            name: name.to_owned(),
            points: (0..=24).map(point).collect(),
            colour,
        })
    };
    let lines_of: Result<Vec<Line>, FigureError> = COMPARED.into_iter().map(line).collect();
    let panel = Panel {
        caption: String::new(),
        x: "at least so many others at the server".to_owned(),
        y: "% of requests".to_owned(),
        lines: lines_of?,
    };
    let title = "Of requests to fifty servers that are busy nine tenths of the time, how many find \
                 at least so many others at theirs: a long tail at random, hardly one of two choices";
    let name = "lb-tail.svg";
    Ok(named(name, lines(name, title, &[panel], 1, 300)?))
}

/// What a request takes, by how old the loads are that the picker sees.
pub fn stale() -> Result<Figure, FigureError> {
    const AGES: [f64; 9] = [0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0];
    let line = |(name, algorithm, colour): (&str, Algorithm, usize)| {
        let point = |&age: &f64| Ok((age, run(algorithm, age, 50_000)?.time));
        let points: Result<Vec<_>, FigureError> = AGES.iter().map(point).collect();
        Ok(Line {
            name: name.to_owned(),
            points: points?,
            colour,
        })
    };
    let lines_of: Result<Vec<Line>, FigureError> = COMPARED.into_iter().map(line).collect();
    let panel = Panel {
        caption: String::new(),
        x: "time between two looks at the loads, in mean service times".to_owned(),
        y: "mean time of a request".to_owned(),
        lines: lines_of?,
    };
    let title = "The mean time of a request by how often the loads are looked at: the least busy \
                 of all is best when they are fresh, and worse than chance when they are old";
    let name = "lb-stale.svg";
    Ok(named(name, lines(name, title, &[panel], 1, 300)?))
}
