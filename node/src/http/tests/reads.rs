//! What is read, path by path.

use super::{Reply, Rig};
use axum::http::Method;
use hefu_api::{
    Block, BlockSummary, Checkpoint, DidView, Exported, HistoryEntry, KeyHolder, OrganisationView,
    Page, Status, TransactionState, TransactionStatus, TransactionSummary, Validators, Why, codes,
    paths,
};
use hefu_fixtures::{MEMBER, OTHER_MEMBER, Wallet};
use hefu_ledger::bundle::{At, Bundle, Fact, Operations, Origin, Policy, Proven, Query, verify};
use hefu_ledger::document::multikey;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::MethodKey;
use hefu_ledger::state::StateKey;
use hefu_ledger::{Transaction, TransactionId, json};
use hefu_primitives::{Ed25519, Hash, Height};

/// A rig whose chain holds a person's life, and a batch.
fn lived() -> (Rig, Wallet, Transaction) {
    let mut rig = Rig::new();
    let mut wallet = rig.person();
    let rotation = wallet.rotate(&mut rig.chain.world);
    rig.add([rotation]);
    let others = Wallet::people(&mut rig.chain.world, 3);
    let batch = rig.chain.world.batch(&others);
    rig.add([batch.clone()]);
    rig.add([]);
    (rig, wallet, batch)
}

/// What a bundle proves, if it holds.
fn prove(rig: &Rig, reply: &Reply) -> Proven {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/vnd.hefu.bundle");
    let world = &rig.chain.world;
    let bundle = Bundle::from_bytes(&reply.body).unwrap();
    verify(bundle, &Origin::from(&world.genesis), &Policy::any_age(world.now), &Ed25519).unwrap()
}

#[tokio::test]
async fn a_record_is_read_with_the_height_of_its_checkpoint() {
    let (rig, wallet, _) = lived();
    let did = rig.did(&wallet);
    let reply = rig.get(&paths::did(&did)).await;
    let view: DidView = reply.json();
    assert_eq!((view.did, view.status.as_str()), (did.to_string(), "active"));
    assert_eq!((view.class.as_str(), view.sequence, view.log.length), ("person", 1, 2));
    assert_eq!(view.keys[0].relationships, ["authentication", "capabilityInvocation"]);
    assert_eq!(reply.header("x-hefu-height"), "4");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert_eq!(reply.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_history_is_read_in_pages() {
    let (rig, wallet, _) = lived();
    let path = paths::did_history(&rig.did(&wallet));
    let page: Page<HistoryEntry> = rig.get(&format!("{path}?limit=1")).await.json();
    assert_eq!((page.items[0].number, page.items[0].kind.as_str()), (0, "did.create"));
    let next = page.next.unwrap();
    let page: Page<HistoryEntry> = rig.get(&format!("{path}?after={next}")).await.json();
    assert_eq!((page.items[0].number, page.items[0].kind.as_str()), (1, "control.rotate"));
    assert_eq!((page.items.len(), page.next), (1, None));
}

#[tokio::test]
async fn a_key_leads_to_its_holder_in_both_spellings() {
    let (rig, wallet, _) = lived();
    let key = KeyBytes::from(&wallet.login[0].public_key());
    for text in [key.to_string(), multikey(&MethodKey::Ed25519(key))] {
        let holder: KeyHolder = rig.get(&format!("/v1/keys/{text}")).await.json();
        assert_eq!((holder.did, holder.present), (rig.did(&wallet).to_string(), true));
    }
    let reply = rig.get(&paths::key(&KeyBytes::from_bytes([9; 32]))).await;
    assert_eq!(reply.problem(), (404, codes::NOT_FOUND.to_owned()));
    assert_eq!(rig.get("/v1/keys/nonsense").await.problem().1, codes::PARAMETER);
}

#[tokio::test]
async fn organisations_are_listed_and_found() {
    let rig = Rig::new();
    let page: Page<OrganisationView> = rig.get("/v1/organisations?limit=4").await.json();
    let next = page.next.unwrap();
    let rest: Page<OrganisationView> =
        rig.get(&format!("/v1/organisations?after={next}")).await.json();
    let ids: Vec<_> = page.items.iter().chain(&rest.items).map(|one| one.id).collect();
    assert_eq!((ids, rest.next), ((1..=9).collect(), None));
    let one: OrganisationView = rig.get(&paths::organisation(MEMBER)).await.json();
    assert_eq!((one.name.as_str(), one.roles), ("Member", vec!["member".to_owned()]));
    assert_eq!(rig.get("/v1/organisations/99").await.problem().0, 404);
    assert_eq!(rig.get("/v1/organisations/x").await.problem().0, 400);
}

#[tokio::test]
async fn blocks_are_listed_in_both_orders() {
    let (rig, _, _) = lived();
    let page: Page<BlockSummary> = rig.get("/v1/blocks?limit=3").await.json();
    let heights: Vec<_> = page.items.iter().map(|one| (one.height, one.transactions)).collect();
    assert_eq!(heights, [(0, 0), (1, 1), (2, 1)]);
    let next = page.next.unwrap();
    let page: Page<BlockSummary> = rig.get(&format!("/v1/blocks?after={next}")).await.json();
    assert_eq!(page.items.iter().map(|one| one.height).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(page.next, None);
    let page: Page<BlockSummary> = rig.get("/v1/blocks?order=descending&limit=2").await.json();
    assert_eq!(page.items.iter().map(|one| one.height).collect::<Vec<_>>(), [4, 3]);
    assert_eq!(rig.get("/v1/blocks?order=up").await.problem().1, codes::QUERY);
}

#[tokio::test]
async fn a_block_never_changes_and_is_sent_once() {
    let (rig, wallet, _) = lived();
    let path = paths::block(Height::new(1));
    let reply = rig.get(&path).await;
    let block: Block = reply.json();
    assert_eq!(block.transactions.len(), 1);
    assert_eq!(block.transactions[0].kind, "did.create");
    let subject = hefu_api::SubjectView::Did(rig.did(&wallet).to_string());
    assert_eq!(block.transactions[0].subject, subject);
    assert!(reply.header("cache-control").contains("immutable"));
    let tag = reply.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", block.header.digest));
    let again = rig.ask(Method::GET, &path, &[("if-none-match", &tag)], Vec::new()).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(rig.get("/v1/blocks/5").await.problem().0, 404);
}

#[tokio::test]
async fn checkpoints_carry_their_votes() {
    let (rig, _, _) = lived();
    let latest = rig.get(paths::CHECKPOINT_LATEST).await;
    let checkpoint: Checkpoint = latest.json();
    assert_eq!(checkpoint.header.height, 4);
    let votes = checkpoint.finalization.unwrap();
    assert_eq!((votes.digest, votes.signers), (checkpoint.header.digest, vec![0, 1, 2]));
    assert!(!latest.header("cache-control").contains("immutable"));
    let first: Checkpoint = rig.get(&paths::checkpoint(Height::ZERO)).await.json();
    assert_eq!(first.finalization, None);
}

#[tokio::test]
async fn validators_are_shown_with_those_that_are_reached() {
    let rig = Rig::new();
    let validators: Validators = rig.get(paths::VALIDATORS).await.json();
    let reached: Vec<_> = validators.current.iter().map(|one| one.reachable).collect();
    assert_eq!((validators.quorum, reached), (3, vec![true, true, true, false]));
    assert_eq!(validators.current[1].name.as_deref(), Some("validator-2"));
}

#[tokio::test]
async fn transactions_are_found_by_what_they_are_about() {
    let (rig, wallet, batch) = lived();
    let did = rig.did(&wallet);
    let page: Page<TransactionSummary> = rig.get(&format!("/v1/search?did={did}")).await.json();
    let kinds: Vec<_> = page.items.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["did.create", "control.rotate"]);
    let path = "/v1/search?organisation=1&limit=1";
    let page: Page<TransactionSummary> = rig.get(path).await.json();
    let path = format!("{path}&after={}", page.next.unwrap());
    let page: Page<TransactionSummary> = rig.get(&path).await.json();
    assert_eq!(page.items[0].id, batch.envelope.id().into());
    let page: Page<TransactionSummary> = rig.get("/v1/search?kind=did.create_batch").await.json();
    assert_eq!((page.items.len(), page.next), (1, None));
    for wrong in ["", "?kind=none", "?kind=did.create&organisation=1", "?organisation=x"] {
        assert_eq!(rig.get(&format!("/v1/search{wrong}")).await.problem().1, codes::QUERY);
    }
}

#[tokio::test]
async fn an_export_holds_every_transaction_whole() {
    let (mut rig, wallet, batch) = lived();
    let end = rig.chain.world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did);
    rig.add([end]);
    let (mut path, mut lines) = ("/v1/export?limit=2".to_owned(), Vec::new());
    loop {
        let reply = rig.get(&path).await;
        assert_eq!(reply.header("content-type"), "application/jsonl");
        let text = String::from_utf8(reply.body.clone()).unwrap();
        let read = text.lines().map(|line| serde_json::from_str::<Exported>(line).unwrap());
        lines.extend(read);
        path = format!("/v1/export?limit=2&after={}", reply.header("x-hefu-next"));
        if text.is_empty() {
            break;
        }
    }
    assert_eq!(lines.iter().map(|line| line.height).collect::<Vec<_>>(), [1, 2, 3, 5]);
    assert_eq!(lines[2].applied, Some(vec![true; 3]));
    rig.person();
    let later = String::from_utf8(rig.get(&path).await.body).unwrap();
    assert_eq!(later.lines().count(), 1, "whoever comes back gets what is new");
    let text = lines[2].transaction.to_string();
    assert_eq!(json::parse_transaction(&text), Ok(batch));
}

#[tokio::test]
async fn a_final_transaction_tells_where_it_stands() {
    let (rig, _, batch) = lived();
    let id = batch.envelope.id();
    let reply = rig.get(&paths::transaction(&id)).await;
    let status: TransactionStatus = reply.json();
    assert_eq!(status.status, TransactionState::Final);
    let outcome = status.outcome().unwrap();
    assert_eq!((outcome.height, outcome.place, outcome.applied), (3, 0, Some(vec![true; 3])));
    assert!(reply.header("cache-control").contains("immutable"));
    let unknown = TransactionId::new(Hash::from_bytes([1; 32]));
    assert_eq!(rig.get(&paths::transaction(&unknown)).await.problem().0, 404);
}

#[tokio::test]
async fn bundles_prove_what_was_asked() {
    let (rig, wallet, batch) = lived();
    let (did, id) = (rig.did(&wallet), batch.envelope.id());
    let key = KeyBytes::from(&wallet.login[0].public_key());
    let (bundle, record) = (paths::did_bundle(&did), StateKey::Did(wallet.did));
    let past = |at| Query::Past { did: wallet.did, at, operations: Operations::Named };
    let whole = Operations::Proved;
    for (path, query) in [
        (bundle.clone(), Query::Record(record)),
        (
            format!("{bundle}?claim=history&operations=proved"),
            Query::History { did: wallet.did, operations: whole },
        ),
        (format!("{bundle}?at_height=1"), past(At::Height(Height::new(1)))),
        (paths::key_bundle(&key), Query::KeyHolder(key)),
        (paths::transaction_bundle(&id), Query::Transaction { id, of: None }),
        (paths::organisation_bundle(MEMBER), Query::Record(StateKey::Organisation(MEMBER))),
        (paths::record_bundle(paths::Single::Rules), Query::Record(StateKey::Rules)),
        (
            "/v1/checkpoints/latest/bundle?since=1".to_owned(),
            Query::Consistency { older: Height::new(1) },
        ),
    ] {
        let proven = prove(&rig, &rig.get(&path).await);
        assert_eq!(proven.check_answer(&query), Ok(()), "{path}");
    }
}

#[tokio::test]
async fn absence_is_proved_too() {
    let mut rig = Rig::new();
    rig.add([]);
    let nobody = Wallet::person(&mut rig.chain.world);
    let proven = prove(&rig, &rig.get(&paths::did_bundle(&rig.did(&nobody))).await);
    assert!(matches!(proven.fact(), Fact::Absent { .. }));
    let path = paths::organisation_bundle(OrganisationId::new(99));
    let none = prove(&rig, &rig.get(&path).await);
    assert!(matches!(none.fact(), Fact::Absent { .. }));
}

#[tokio::test]
async fn what_cannot_be_proved_has_a_reason() {
    let mut rig = Rig::new();
    let rules = paths::record_bundle(paths::Single::Rules);
    assert_eq!(rig.get(&rules).await.problem(), (409, "build.not_final".to_owned()));
    rig.add([]);
    let id = TransactionId::new(Hash::from_bytes([1; 32]));
    for (path, status, code) in [
        (paths::transaction_bundle(&id), 404, "build.transaction_unknown"),
        (paths::key_bundle(&KeyBytes::from_bytes([1; 32])), 404, "build.key_unknown"),
        ("/v1/checkpoints/latest/bundle?since=7".to_owned(), 409, "build.future"),
        ("/v1/checkpoints/latest/bundle".to_owned(), 400, codes::QUERY),
        ("/v1/records/usage/bundle".to_owned(), 400, codes::PARAMETER),
    ] {
        assert_eq!(rig.get(&path).await.problem(), (status, code.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_node_tells_how_it_is() {
    let (rig, _, _) = lived();
    let status: Status = rig.get(paths::STATUS).await.json();
    assert_eq!((status.network.as_str(), status.height, status.view), ("fixture", 4, 9));
    assert_eq!((status.quorum, status.peers.len(), status.halted), (3, 3, None));
    let why: Why = rig.get(paths::WHY).await.json();
    assert!(!why.well, "the fixture's last block is of January: {why:?}");
    rig.live.halt(hefu_consensus::Halt::Forked { view: hefu_primitives::View::new(3) });
    let status: Status = rig.get(paths::STATUS).await.json();
    assert_eq!(status.halted.unwrap().code, "halt.forked");
    let why: Why = rig.get(paths::WHY).await.json();
    assert_eq!(why.reasons[0].code, "halt.forked");
}

#[tokio::test]
async fn the_genesis_file_is_given_to_everybody() {
    let rig = Rig::new();
    let reply = rig.get(paths::GENESIS).await;
    let text = String::from_utf8(reply.body.clone()).unwrap();
    let read = hefu_ledger::genesis::SignedGenesis::from_file(&text).unwrap();
    assert_eq!(read.genesis.hash(), rig.chain.world.hash);
    assert!(!reply.header("etag").is_empty());
    let described: serde_json::Value = rig.get(paths::OPENAPI).await.json();
    assert_eq!(described["openapi"], "3.1.0");
}

#[tokio::test]
async fn a_browser_is_told_where_to_go() {
    let rig = Rig::new();
    let reply = rig.get(paths::INDEX).await;
    let text = String::from_utf8(reply.body.clone()).unwrap();
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert!(text.starts_with("A node of the hefu network fixture."), "{text}");
    for line in ["GET  /v1/status", "POST /v1/transactions", "GET  /1.0/identifiers/{did}"] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    assert_eq!(rig.get("/?x=1").await.problem().1, codes::QUERY);
}

#[tokio::test]
async fn nothing_is_guessed() {
    let rig = Rig::new();
    let other = "did:hefu:elsewhere:kjaa24g3e7uarycdtmcbj4jkppqajfnpv6z5r2b3vjp4q2ofzlqq";
    for (path, status, code) in [
        ("/v1/nothing", 404, codes::PATH_UNKNOWN),
        ("/v1", 404, codes::PATH_UNKNOWN),
        ("/v1/dids/did:web:example.org", 400, codes::PARAMETER),
        (&format!("/v1/dids/{other}"), 404, codes::NOT_FOUND),
        ("/v1/status?verbose=1", 400, codes::QUERY),
        ("/v1/blocks/-1", 400, codes::PARAMETER),
        ("/v1/blocks?limit=0", 400, codes::QUERY),
        ("/v1/blocks?after=zzz", 400, codes::QUERY),
        ("/v1/blocks?limit=1&limit=2", 400, codes::QUERY),
        ("/v1/dids/%ff", 400, codes::PARAMETER),
    ] {
        assert_eq!(rig.get(path).await.problem(), (status, code.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn undeclared_methods_are_told_which_are_declared() {
    let rig = Rig::new();
    for (method, path, allowed) in [
        (Method::DELETE, paths::STATUS, "GET,HEAD"),
        (Method::POST, paths::BLOCKS, "GET,HEAD"),
        (Method::GET, paths::TRANSACTIONS, "POST"),
        (Method::OPTIONS, paths::STATUS, "GET,HEAD"),
    ] {
        let reply = rig.ask(method.clone(), path, &[], Vec::new()).await;
        assert_eq!(reply.problem(), (405, codes::METHOD.to_owned()), "{method} {path}");
        assert_eq!(reply.header("allow"), allowed);
    }
    let reply = rig.ask(Method::HEAD, paths::STATUS, &[], Vec::new()).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 0));
    assert_eq!(reply.header("x-hefu-height"), "0");
}

#[tokio::test]
async fn a_page_may_read_and_not_submit() {
    let rig = Rig::new();
    let asks = [("origin", "https://a.example"), ("access-control-request-method", "GET")];
    let reply = rig.ask(Method::OPTIONS, paths::STATUS, &asks, Vec::new()).await;
    assert_eq!(reply.status.as_u16(), 204);
    assert_eq!(reply.header("access-control-allow-methods"), "GET, HEAD");
    let reply = rig.post(paths::TRANSACTIONS, "application/json", b"{}".to_vec()).await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
}
