//! What only a whole network shows.

#[test]
fn smoke() {
    for n in [4, 6, 7, 31] {
        let mut scenario = hefu_sim::Scenario::calm(n, 7);
        scenario.sync_ms = 0;
        let mut world = hefu_sim::World::new(scenario).unwrap();
        let start = std::time::Instant::now();
        world.run();
        let took = start.elapsed();
        let summary = world.summary();
        println!("{n}: {took:?} {}/s {summary:#?}", summary.deliveries as f64 / took.as_secs_f64());
        for event in world.events().iter().take(60) {
            println!("{event}");
        }
        for v in world.violations() {
            println!("{v}");
        }
    }
}
