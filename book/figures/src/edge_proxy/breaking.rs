//! Breaks the demo on purpose, and records what can be seen.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::demo::{Demo, START};
use super::load::{Answer, Load, Shape};
use super::record::{Breaks, Event, Lane, Scene, Session, Typed};
use crate::FigureError;

const SERVERS: [(&str, &str); 3] = [
    ("b1", "127.0.0.1:9001"),
    ("b2", "127.0.0.1:9002"),
    ("b3", "127.0.0.1:9003"),
];
const GETS: Shape = Shape {
    clients: 8,
    every: Duration::from_millis(40),
    method: "GET",
};

/// What is done for a session.
enum Does {
    /// A command that the reader types.
    Type(&'static str),
    /// A time in which nothing is typed.
    Wait(u64),
    /// What the proxy has written in its own terminal, with this in it.
    Log(&'static str),
}
use Does::{Log, Type, Wait};

const COUNT: &str = "for i in {1..200}; do curl -s http://127.0.0.1:8080/; done | sort | uniq -c";
const SESSIONS: [(&str, &[Does]); 9] = [
    (
        "walk",
        &[
            // Servers that are new get their full share after slow_start.
            Wait(12_000),
            Type("curl -i http://127.0.0.1:8080/"),
            Type(COUNT),
            Type("curl http://127.0.0.1:8080/headers -H 'Connection: x-mine' -H 'X-Mine: 1'"),
        ],
    ),
    (
        "limit",
        &[
            Type(
                "curl -s -o /dev/null -w '%{http_code} ' -H 'x-api-key: k' 'http://127.0.0.1:8080/limited?[1-15]'; echo; curl -i -H 'x-api-key: k' http://127.0.0.1:8080/limited",
            ),
            Type("curl -i -H 'x-api-key: another' http://127.0.0.1:8080/limited"),
        ],
    ),
    (
        "metrics",
        &[
            Type(COUNT),
            Type(
                "curl -s http://127.0.0.1:9090/metrics | grep -E '^edge_(requests_total|upstream_conn|endpoint_picks).*(2xx|app\"}|900)'",
            ),
        ],
    ),
    (
        "killed",
        &[Type("kill -9 PID-OF-b1"), Type(COUNT), Type(RETRIES)],
    ),
    (
        "slow",
        &[
            Type("curl 'http://127.0.0.1:9003/_fault?mode=slow:500&hidden'"),
            Type(TIMES),
            Type("sed -i 's/smooth_weighted/peak_ewma/' /tmp/edge-proxy-demo/edge.toml"),
            Wait(1500),
            Log("configuration applied"),
            Type(TIMES),
        ],
    ),
    (
        "wrong",
        &[
            Type("curl 'http://127.0.0.1:9001/_fault?mode=status:500&hidden'"),
            Type("curl -s http://127.0.0.1:9001/healthz"),
            Type(CODES),
            Type(
                "curl -s http://127.0.0.1:9090/metrics | grep -E '^edge_endpoint_(healthy|ejections_total)'",
            ),
        ],
    ),
    (
        "breaker",
        &[
            Type(
                "for port in 9001 9002 9003; do curl -s \"http://127.0.0.1:$port/_fault?mode=status:500&hidden\"; done",
            ),
            Type(CODES),
            Type("curl -i http://127.0.0.1:8080/"),
            Type(
                "for port in 9001 9002 9003; do curl -s \"http://127.0.0.1:$port/_fault?mode=ok\"; done; sleep 6",
            ),
            Type(CODES),
        ],
    ),
    (
        "post",
        &[
            Type("curl 'http://127.0.0.1:9001/_fault?mode=close&hidden'"),
            Type(
                "for i in {1..8}; do curl -s -d 'a kettle' -o /dev/null -w '%{http_code} ' http://127.0.0.1:8080/; done",
            ),
            Type(
                "for i in {1..8}; do curl -s -o /dev/null -w '%{http_code} ' http://127.0.0.1:8080/; done",
            ),
            Type(RETRIES),
        ],
    ),
    (
        "config",
        &[
            Type(
                "sed -i 's/upstream = \"app\"/upstream = \"ap\"/; s/attempts = 3/attempts = 0/' /tmp/edge-proxy-demo/edge.toml",
            ),
            Wait(1500),
            Log("attempts"),
            Type("cargo run -q -p edge-proxy -- check /tmp/edge-proxy-demo/edge.toml"),
            Type("sed -i 's/attempts = 0/attempts = 3/' /tmp/edge-proxy-demo/edge.toml"),
            Wait(1500),
            Type("cargo run -q -p edge-proxy -- check /tmp/edge-proxy-demo/edge.toml"),
            Type("curl http://127.0.0.1:8080/"),
            Type("curl -s http://127.0.0.1:9090/metrics | grep ^edge_config"),
        ],
    ),
];
const CODES: &str = "for i in {1..200}; do curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:8080/; done | sort | uniq -c";
const TIMES: &str = "for i in {1..20}; do curl -s -o /dev/null -w '%{time_total}\\n' http://127.0.0.1:8080/; done | cut -c 1-3 | sort | uniq -c";
const RETRIES: &str = "curl -s http://127.0.0.1:9090/metrics | grep ^edge_retries_total";

/// What is done to the demo under load, and when, in milliseconds.
struct Plan {
    name: &'static str,
    shape: Shape,
    length: u64,
    steps: &'static [(u64, &'static str, &'static str)],
}

const fn plan(
    name: &'static str,
    length: u64,
    steps: &'static [(u64, &'static str, &'static str)],
) -> Plan {
    Plan {
        name,
        shape: GETS,
        length,
        steps,
    }
}

/// In place of a command: the first server is started again.
const BACK: &str = "";

const PLANS: [Plan; 5] = [
    plan(
        "killed",
        50_000,
        &[
            (3000, "kill -9 b1", "kill -9 PID-OF-b1"),
            (11_000, "b1 is back", BACK),
        ],
    ),
    plan(
        "hung",
        24_000,
        &[
            (
                3000,
                "b3 hangs",
                "curl 'http://127.0.0.1:9003/_fault?mode=hang'",
            ),
            (
                13_000,
                "b3 is well",
                "curl 'http://127.0.0.1:9003/_fault?mode=ok'",
            ),
        ],
    ),
    plan(
        "slow",
        18_000,
        &[
            (
                3000,
                "b3 takes half a second",
                "curl 'http://127.0.0.1:9003/_fault?mode=slow:500&hidden'",
            ),
            (
                10_000,
                "peak_ewma",
                "sed -i 's/smooth_weighted/peak_ewma/' /tmp/edge-proxy-demo/edge.toml",
            ),
        ],
    ),
    plan(
        "wrong",
        30_000,
        &[
            (
                3000,
                "b1 says 500",
                "curl 'http://127.0.0.1:9001/_fault?mode=status:500&hidden'",
            ),
            (
                9000,
                "b2 and b3, too",
                "for port in 9002 9003; do curl -s \"http://127.0.0.1:$port/_fault?mode=status:500&hidden\"; done",
            ),
            (
                17_000,
                "all are well",
                "for port in 9001 9002 9003; do curl -s \"http://127.0.0.1:$port/_fault?mode=ok\"; done",
            ),
        ],
    ),
    plan(
        "flapping",
        75_000,
        &[(
            3000,
            "b1 flaps",
            "curl 'http://127.0.0.1:9001/_fault?mode=flap:20&hidden'",
        )],
    ),
];

impl Breaks {
    /// Starts the demo again and again, and breaks it: some minutes, with its ports free.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`].
    pub fn measure(root: &Path) -> Result<Self, FigureError> {
        measure(root).map_err(|source| FigureError::Io {
            path: "examples/edge-proxy".into(),
            source,
        })
    }
}

fn measure(root: &Path) -> io::Result<Breaks> {
    let mut sessions = Vec::new();
    for (name, does) in &SESSIONS {
        eprintln!("session {name}");
        let demo = Demo::start(root)?;
        if sessions.is_empty() {
            let lines = vec![typed(Some(START), demo.said())];
            sessions.push(Session {
                name: "start".to_owned(),
                lines,
            });
        }
        let lines = does.iter().map(|does| act(&demo, does));
        let lines: io::Result<Vec<_>> = lines.filter_map(Result::transpose).collect();
        sessions.push(Session {
            name: (*name).to_owned(),
            lines: lines?,
        });
    }
    let mut scenes = Vec::new();
    for plan in &PLANS {
        eprintln!("scene {}", plan.name);
        scenes.push(scene(&mut Demo::start(root)?, plan)?);
    }
    eprintln!("scene drain");
    scenes.push(drain(Demo::start(root)?)?);
    let today = std::process::Command::new("date").arg("+%F").output()?;
    let date = String::from_utf8_lossy(&today.stdout).trim().to_owned();
    Ok(Breaks {
        date,
        sessions,
        scenes,
    })
}

fn typed(command: Option<&str>, output: String) -> Typed {
    Typed {
        command: command.map(str::to_owned),
        output: output.trim_end().to_owned(),
    }
}

fn act(demo: &Demo, does: &Does) -> io::Result<Option<Typed>> {
    Ok(match does {
        Type(command) => {
            let command = demo.fill_in(command);
            let output = demo.run(
                &command
                    .replace("curl -i", "curl -si")
                    .replace("curl '", "curl -s '")
                    .replace("curl http", "curl -s http"),
            )?;
            Some(typed(Some(&command), output))
        }
        Wait(millis) => {
            thread::sleep(Duration::from_millis(*millis));
            None
        }
        Log(what) => demo.logged(what).map(|line| typed(None, line)),
    })
}

fn scene(demo: &mut Demo, plan: &Plan) -> io::Result<Scene> {
    let millis = if plan.length > 30_000 { 500 } else { 250 };
    let step = Duration::from_millis(millis);
    let load = Load::start(plan.shape);
    let mut samples = Vec::new();
    let mut steps = plan.steps.iter().peekable();
    let mut events = Vec::new();
    let count = plan.length / millis;
    for number in 0..=count {
        let at = load.begun + step * number as u32;
        thread::sleep(at.saturating_duration_since(Instant::now()));
        samples.push(demo.metrics()?);
        if let Some((at, what, command)) = steps.next_if(|step| number * millis >= step.0) {
            match *command {
                BACK => demo.revive()?,
                command => drop(demo.run(&demo.fill_in(command))?),
            }
            events.push(Event {
                at: *at,
                what: (*what).to_owned(),
            });
        }
    }
    let answers = load.stop();
    let mut scene = of_answers(plan.name, step, count as usize, &answers);
    scene.events = events;
    scene.servers = SERVERS
        .map(|(name, address)| lane(name, address, &samples))
        .into();
    scene.breaker = samples[1..]
        .iter()
        .map(|sample| value(sample, "edge_breaker_state", "closed") == 0.0)
        .collect();
    scene.retries = samples
        .last()
        .map_or(0, |last| value(last, "edge_retries_total", "") as u64);
    Ok(scene)
}

/// Ctrl-C under load, with servers that take a moment.
fn drain(mut demo: Demo) -> io::Result<Scene> {
    for (_, address) in SERVERS {
        demo.run(&format!(
            "curl -s 'http://{address}/_fault?mode=slow:100&hidden'"
        ))?;
    }
    let step = Duration::from_millis(25);
    let load = Load::start(Shape {
        clients: 24,
        every: Duration::from_millis(150),
        ..GETS
    });
    thread::sleep(Duration::from_millis(800));
    demo.interrupt()?;
    let at = load.begun.elapsed().as_millis() as u64;
    let answers = load.finish();
    let end = demo.ended()?;
    let last = answers
        .iter()
        .map(|answer| answer.at)
        .max()
        .unwrap_or_default();
    let count = (last.as_millis() / step.as_millis()) as usize + 4;
    let mut scene = of_answers("drain", step, count, &answers);
    scene.events = vec![Event {
        at,
        what: "Ctrl-C".to_owned(),
    }];
    scene.clients.name = end;
    Ok(scene)
}

/// What the clients saw.
fn of_answers(name: &str, step: Duration, count: usize, answers: &[Answer]) -> Scene {
    let mut scene = Scene {
        name: name.to_owned(),
        step: step.as_millis() as u64,
        slowest: vec![0; count],
        ..Scene::default()
    };
    let lane = &mut scene.clients;
    (lane.good, lane.bad) = (vec![0; count], vec![0; count]);
    for answer in answers {
        let at = ((answer.at.as_millis() / step.as_millis()) as usize).min(count - 1);
        let well = answer.status == Some(200);
        let kind = if well { &mut lane.good } else { &mut lane.bad };
        kind[at] += 1;
        scene.slowest[at] = scene.slowest[at].max(answer.took.as_millis() as u64);
        let outcome = answer
            .status
            .map_or("none".to_owned(), |status| status.to_string());
        *scene.outcomes.entry(outcome).or_default() += 1;
    }
    scene
}

type Sample = BTreeMap<String, f64>;

/// What a server was asked between one sample and the next.
fn lane(name: &str, address: &str, samples: &[Sample]) -> Lane {
    let mut lane = Lane {
        name: name.to_owned(),
        ..Lane::default()
    };
    for pair in samples.windows(2) {
        let grown = |metric| {
            (value(&pair[1], metric, address) - value(&pair[0], metric, address)).max(0.0) as u64
        };
        let (picks, bad) = (
            grown("edge_endpoint_picks_total"),
            grown("edge_endpoint_failures_total"),
        );
        lane.bad.push(bad);
        lane.good.push(picks.saturating_sub(bad));
        lane.out
            .push(value(&pair[1], "edge_endpoint_healthy", address) == 0.0);
    }
    lane
}

/// The sum of a metric's samples whose labels have this in them.
fn value(sample: &Sample, metric: &str, label: &str) -> f64 {
    let is_it = |name: &str| name.split('{').next() == Some(metric) && name.contains(label);
    sample
        .iter()
        .filter(|(name, _)| is_it(name))
        .map(|(_, value)| value)
        .sum()
}
