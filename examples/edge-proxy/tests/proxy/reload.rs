//! A configuration that changes under load, and one that is wrong.

use crate::client::get;
use crate::load::Load;
use crate::processes::{Backend, Proxy, backends, endpoints, eventually};

fn one_upstream(servers: &[Backend]) -> String {
    format!(
        "[upstreams.app]\n{}\n[[routes]]\nupstream = \"app\"\n",
        endpoints(servers)
    )
}

fn backend_of(proxy: &Proxy) -> String {
    get(proxy.address, "/")
        .unwrap()
        .header("x-backend")
        .to_owned()
}

#[test]
fn a_reload_under_load_loses_nothing() {
    let servers = backends(2);
    let proxy = Proxy::start(&one_upstream(&servers[..1]));
    let load = Load::start(proxy.address, "POST", "/", 8);
    for round in 0..6 {
        load.go_on(50);
        let (old, new) = (round % 2, (round + 1) % 2);
        proxy.write("", &one_upstream(&servers[new..=new]));
        eventually("the new server is used", || {
            (backend_of(&proxy) == servers[new].name).then_some(())
        });
        eventually("the old one is left", || {
            (servers[old].stat("active") == 0).then_some(())
        });
    }
    let report = load.stop();
    report.all_well();
    assert_eq!(report.backends.len(), 2);
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place_and_the_running_one_stays() {
    let servers = backends(2);
    let proxy = Proxy::start(&one_upstream(&servers[..1]));
    let wrong = one_upstream(&servers[1..]).replace("upstream = \"app\"", "upstream = \"appp\"");
    let load = Load::start(proxy.address, "GET", "/", 4);
    proxy.write("", &wrong);
    let place = format!(
        "{}:8:12: routes[0].upstream: there is no upstream",
        proxy.file.display()
    );
    eventually("it is refused", || {
        proxy.log().contains(&place).then_some(())
    });
    load.go_on(100);
    let report = load.stop();
    report.all_well();
    assert_eq!(report.backends.keys().collect::<Vec<_>>(), ["b1"]);
    assert!(proxy.metric("edge_config_reloads_total", "refused") >= 1.0);

    // Mended, it takes its place.
    proxy.write("", &one_upstream(&servers[1..]));
    eventually("it is applied", || {
        (backend_of(&proxy) == "b2").then_some(())
    });
    assert!(proxy.metric("edge_config_reloads_total", "applied") >= 1.0);
}

#[test]
fn sighup_reads_the_file_again() {
    let servers = backends(1);
    let proxy = Proxy::start(&one_upstream(&servers));
    proxy.hangup();
    eventually("it is read again", || {
        (proxy.metric("edge_config_reloads_total", "applied") >= 1.0).then_some(())
    });
    assert_eq!(backend_of(&proxy), "b1");
}

#[test]
fn a_server_that_stays_keeps_its_state_through_a_reload() {
    let mut servers = backends(2);
    let rest = |path: &str| {
        let check = "check = { interval = \"50ms\" }\nbalance.health.unhealthy_after = 1";
        one_upstream(&servers).replace(
            "\n[[routes]]",
            &format!("\n{check}\n[[routes]]\npath = \"{path}\""),
        )
    };
    let (all, some) = (rest("/"), rest("/a"));
    let proxy = Proxy::start(&all);
    servers[0].kill();
    let unhealthy =
        || proxy.metric("edge_endpoint_healthy", &servers[0].address.to_string()) == 0.0;
    eventually("it is found to be away", || unhealthy().then_some(()));
    proxy.write("", &some);
    eventually("the reload is done", || {
        (get(proxy.address, "/").unwrap().status == 404).then_some(())
    });
    assert!(unhealthy());
    assert_eq!(get(proxy.address, "/a").unwrap().header("x-backend"), "b2");
}
