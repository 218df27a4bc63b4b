//! How response times grow with the load, by theory and by trying it out.
//!
//! `cargo run -p queueing --example knee` prints the table for 1, 2 and 8 servers; `… --example
//! knee -- 4 0.5 0.9` for four servers at 50 and 90 %.

use std::error::Error;
use std::process::ExitCode;

use queueing::sim::{Arrivals, Config, Times, simulate};
use queueing::theory::Mmc;

const LOADS: [f64; 8] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98];

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            eprintln!("usage: knee [SERVERS [UTILISATION …]]");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<String>) -> Result<(), Box<dyn Error>> {
    let servers = match arguments.first() {
        Some(servers) => vec![servers.parse()?],
        None => vec![1, 2, 8],
    };
    let mut loads = LOADS.to_vec();
    if arguments.len() > 1 {
        let given: Result<Vec<f64>, _> = arguments[1..].iter().map(|load| load.parse()).collect();
        loads = given?;
    }
    println!("Response times, in multiples of a service; Poisson arrivals, exponential services.");
    for servers in servers {
        println!();
        println!(
            "{servers} server{}       mean                        99th percentile",
            if servers == 1 { " " } else { "s" }
        );
        println!("busy %       theory      simulated        theory      simulated");
        for load in &loads {
            row(servers, *load)?;
        }
    }
    Ok(())
}

fn row(servers: u32, load: f64) -> Result<(), Box<dyn Error>> {
    let rate = load * f64::from(servers);
    let theory = Mmc::new(rate, 1.0, servers)?;
    let report = simulate(&Config {
        servers,
        ..Config::new(Arrivals::Poisson { rate }, Times::Exponential { mean: 1.0 })
    })?;
    let simulated = [report.response, report.response_quantile(0.99)?];
    let [mean, p99] = simulated.map(|estimate| format!("{estimate:.2}"));
    println!(
        "{:6.1} {:12.2} {mean:>17} {:13.2} {p99:>16}",
        100.0 * load,
        theory.response(),
        theory.response_quantile(0.99)?
    );
    Ok(())
}
