//! What only a whole network shows.

#[test]
fn smoke() {
    let from: u64 = std::env::var("FROM").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let count: u64 = std::env::var("COUNT").ok().and_then(|s| s.parse().ok()).unwrap_or(300);
    let verbose = std::env::var("V").is_ok();
    let mut kinds = std::collections::BTreeMap::new();
    for seed in from..from + count {
        let scenario = hefu_sim::plan::random(seed);
        if verbose {
            println!("{}", serde_json::to_string(&scenario).unwrap());
        }
        let start = std::time::Instant::now();
        let mut world = hefu_sim::World::new(scenario.clone()).unwrap();
        world.run();
        let took = start.elapsed();
        let s = world.summary();
        println!(
            "{seed} n={} {took:?} t={}ms {}/s blocks={} views={} rec={:?}ms/{:?} ev={} fp={}",
            scenario.validators,
            s.time_ms,
            (s.deliveries as f64 / took.as_secs_f64()) as u64,
            s.blocks,
            s.views,
            s.recovery_ms,
            s.recovery_views,
            s.evidence,
            s.footprint_max
        );
        if verbose {
            for event in world.events().iter() {
                println!("{event}");
            }
        }
        for v in world.violations().iter().take(3) {
            println!("   {seed} VIOLATION {v}");
        }
        if let Some(v) = world.violations().first() {
            kinds
                .entry((
                    v.rule,
                    v.oracle,
                    v.sentence.chars().filter(|c| !c.is_ascii_digit()).take(40).collect::<String>(),
                ))
                .or_insert(Vec::new())
                .push((seed, scenario.validators));
        }
    }
    for (k, v) in kinds {
        println!("KIND {k:?} {} {:?}", v.len(), &v[..v.len().min(8)]);
    }
}
