//! Streams of events: from now on, from where one was, and until the server stops.

use super::Rig;
use axum::body::Body;
use hefu_api::paths;
use http_body_util::BodyExt;

/// The next event of a stream, without the signs of life between them.
async fn next(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

/// The height that stands as the identifier of an event.
fn height(event: &str) -> u64 {
    let id = event.lines().find_map(|line| line.strip_prefix("id:"));
    id.unwrap().trim().parse().unwrap()
}

#[tokio::test]
async fn who_listens_hears_of_every_block() {
    let mut rig = Rig::new();
    rig.add([]);
    let mut body = rig.open(paths::EVENTS, &[]).await;
    for expected in 2..5 {
        rig.add([]);
        let event = next(&mut body).await.unwrap();
        assert_eq!(height(&event), expected);
        assert!(event.contains("event: block") && event.contains("\"transactions\":0"), "{event}");
    }
}

#[tokio::test]
async fn who_comes_back_misses_nothing() {
    let mut rig = Rig::new();
    for _ in 0..200 {
        rig.add([]);
    }
    let mut body = rig.open(paths::EVENTS, &[("last-event-id", "3")]).await;
    for expected in 4..=200 {
        assert_eq!(height(&next(&mut body).await.unwrap()), expected);
    }
    rig.add([]);
    assert_eq!(height(&next(&mut body).await.unwrap()), 201);
    let wrong = [("last-event-id", "x")];
    let reply = rig.ask(axum::http::Method::GET, paths::EVENTS, &wrong, Vec::new()).await;
    assert_eq!(reply.problem().0, 400);
}

#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let rig = Rig::new();
    let mut body = rig.open(paths::EVENTS, &[]).await;
    rig.closing.send_replace(true);
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test]
async fn listeners_are_bounded() {
    let rig = Rig::new();
    let mut open = Vec::new();
    for _ in 0..crate::http::limits::SUBSCRIBERS_MAX {
        open.push(rig.open(paths::EVENTS, &[]).await);
    }
    let reply = rig.get(paths::EVENTS).await;
    assert_eq!(reply.problem(), (503, hefu_api::codes::BUSY.to_owned()));
    open.pop();
    open.push(rig.open(paths::EVENTS, &[]).await);
}
