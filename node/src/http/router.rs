//! Which path leads where, and what holds for all of them.

use super::app::App;
use super::metrics::Request as Counted;
use super::refused::Refused;
use super::{
    answer, blocks, bundles, dids, events, identifiers, organisations, search, status, submit,
    transactions, validators, why,
};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hefu_api::{codes, media, paths};
use std::sync::Arc;
use std::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every path with its handler and its description.
pub(super) fn described() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(submit::submit))
        .routes(routes!(transactions::status))
        .routes(routes!(bundles::transaction))
        .routes(routes!(dids::record))
        .routes(routes!(dids::history))
        .routes(routes!(bundles::did))
        .routes(routes!(dids::holder))
        .routes(routes!(bundles::key))
        .routes(routes!(organisations::list))
        .routes(routes!(organisations::one))
        .routes(routes!(bundles::organisation))
        .routes(routes!(bundles::record))
        .routes(routes!(blocks::latest))
        .routes(routes!(bundles::growth))
        .routes(routes!(blocks::at))
        .routes(routes!(blocks::list))
        .routes(routes!(blocks::one))
        .routes(routes!(validators::list))
        .routes(routes!(search::search))
        .routes(routes!(search::export))
        .routes(routes!(events::listen))
        .routes(routes!(status::status))
        .routes(routes!(why::why))
        .routes(routes!(status::genesis))
        .routes(routes!(status::openapi))
        .routes(routes!(identifiers::identifier))
}

/// The public service.
pub(super) fn public(app: Arc<App>) -> Router {
    let (router, _) = described().split_for_parts();
    // A DID URL has slashes where it has a path. OpenAPI cannot say so.
    let router = router.route("/1.0/identifiers/{did}/{*path}", get(identifiers::identifier));
    router
        .route(paths::INDEX, get(status::index))
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .layer(from_fn(answer::spare_the_known))
        .layer(from_fn(let_pages_read))
        .layer(from_fn_with_state(Arc::clone(&app), count))
        .with_state(app)
}

async fn unknown_path() -> Refused {
    let detail = "nothing is here; / and /openapi.json list what is where";
    Refused::new(StatusCode::NOT_FOUND, codes::PATH_UNKNOWN, detail)
}

async fn wrong_method(method: Method) -> Refused {
    let detail = format!("{method} means nothing here; the header Allow lists what does");
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, codes::METHOD, detail)
}

/// Headers that pages of other origins may send with a read, and those of the answer that they may
/// see.
const SENT: &str = "accept, if-none-match, last-event-id";
const SEEN: &str = "etag, link, location, retry-after, x-hefu-height, x-hefu-next";

/// Lets pages of any origin read: what is read is public. They cannot submit in a visitor's name,
/// whose address would be charged for it.
async fn let_pages_read(request: Request, next: Next) -> Response {
    if asks_leave(request.method(), request.headers()) {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        allow_origin(headers);
        put(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
        put(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
        put(headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
        return response;
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    if reads {
        allow_origin(response.headers_mut());
        put(response.headers_mut(), header::ACCESS_CONTROL_EXPOSE_HEADERS, SEEN);
    }
    // What comes from here is never a page or a script.
    put(response.headers_mut(), header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Whether a browser asks if a page may send a request.
fn asks_leave(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn allow_origin(headers: &mut HeaderMap) {
    put(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// Counts requests, by the path that they matched: never by what a client wrote, of which there is
/// no end.
async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let (route, begun) = (route.unwrap_or("none").to_owned(), Instant::now());
    let method = method_name(request.method());
    let response = next.run(request).await;
    let counted = Counted { route, method, status: response.status().as_u16() };
    app.metrics.count_request(&counted, begun.elapsed());
    response
}

/// The method, if it is a common one.
fn method_name(method: &Method) -> String {
    let common = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];
    if common.contains(method) { method.to_string() } else { "other".to_owned() }
}

/// The service for administration.
pub(super) fn administration(app: Arc<App>) -> Router {
    Router::new()
        .route(paths::METRICS, get(metrics))
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .with_state(app)
}

async fn metrics(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Refused> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let open = accept.is_some_and(|accept| accept.contains("application/openmetrics-text"));
    let text = super::metrics::show(&app, open).await?;
    let media_type = if open { media::OPEN_METRICS } else { media::METRICS };
    Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
}
