//! `GET /1.0/identifiers/{did}`: DID resolution and dereferencing over HTTP (DID Resolution 1.0, 12).
//!
//! What is asked for is the rest of the path, in which percent-encoding is undone once: so a DID URL
//! with a query or a fragment is written with `%3F` and `%23`. The query of the request itself holds
//! options, and, for people's convenience, the parameters that choose services.

use super::answer;
use super::app::App;
use super::refused::Refused;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hefu_ledger::resolution::{
    Dereferencing, DidUrl, MediaType, Options, Resolution, ResolutionError, Resolver, Resource,
    negotiate,
};
use hefu_ledger::store::rocks::RocksStore;
use hefu_primitives::Height;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use std::sync::Arc;

/// The path before what is asked for.
const BEFORE: &str = "/1.0/identifiers/";

/// The profile under which JSON-LD stands for a whole result.
const PROFILE: &str = "https://w3id.org/did-resolution";

/// The name of a whole result in JSON-LD.
const PROFILED: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";

/// What a resolution is shown as, the preferred first. Less precise names than these are for
/// whoever asks the library: over HTTP they would leave open whether a document or a result is
/// meant.
const OF_DID: [MediaType; 4] =
    [MediaType::ResolutionResult, MediaType::Did, MediaType::DidLdJson, MediaType::DidJson];

/// What the meaning of a DID URL is shown as.
const OF_PART: [MediaType; 4] =
    [MediaType::DereferencingResult, MediaType::Did, MediaType::DidLdJson, MediaType::DidJson];

/// What a service is shown as: first of all by going there.
const OF_SERVICE: [MediaType; 5] = [
    MediaType::UriList,
    MediaType::DereferencingResult,
    MediaType::Did,
    MediaType::DidLdJson,
    MediaType::DidJson,
];

/// Resolves a DID, or dereferences a DID URL.
///
/// With `Accept: application/did` comes the bare document; without, the whole result. A DID URL that
/// selects a service leads there, with status 303.
#[utoipa::path(
    get,
    path = "/1.0/identifiers/{did}",
    tag = "resolution",
    params(
        ("did" = String, Path, description = "a DID, or a DID URL whose `?` and `#` are percent-encoded", pattern = "^did(:|%3[Aa])"),
        ("versionId" = Option<String>, Query, description = "which version of the document"),
        ("versionTime" = Option<String>, Query, description = "as of when"),
        ("verificationRelationship" = Option<String>, Query, description = "for which a key must be listed"),
        ("noCache" = Option<bool>, Query, description = "nothing is cached"),
        ("expandRelativeUrls" = Option<bool>, Query, description = "no URL is relative"),
        ("service" = Option<String>, Query, description = "the service of this name"),
        ("serviceType" = Option<String>, Query, description = "services of this type"),
        ("relativeRef" = Option<String>, Query, description = "is resolved against the service's endpoint"),
    ),
    responses(
        (status = 200, description = "the result, or the document", content(
            (serde_json::Value = "application/did-resolution"),
            (serde_json::Value = "application/did"),
            (serde_json::Value = "application/did-url-dereferencing"),
        )),
        (status = 303, description = "the service's endpoint"),
        (status = 410, description = "the DID has ended", body = serde_json::Value, content_type = "application/did-resolution"),
        (status = "default", description = "why not, as a result", body = serde_json::Value, content_type = "application/did-resolution"),
    ),
)]
pub(super) async fn identifier(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let asked = Asked::of(uri.path(), uri.query().unwrap_or_default(), &headers);
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => return whole(&app, &Resolution::failed(&error)),
    };
    let reader = Arc::clone(&app);
    let found = app.read(move |store| Ok(asked.answer(&reader, store))).await?;
    found.value.respond(found.height)
}

/// What is asked for, and how it is to be shown.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    target: String,
    what: What,
    options: Vec<(String, String)>,
    form: Option<MediaType>,
    accept: String,
    /// Whether a whole result is to be called JSON-LD.
    profiled: bool,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A DID, or a version of its document.
    Did,
    /// Something within or behind the document.
    Part,
    /// A service.
    Service,
}

/// What was found.
enum Found {
    Did(Resolution, &'static str),
    Part(Dereferencing, MediaType),
}

impl Asked {
    fn of(path: &str, query: &str, headers: &HeaderMap) -> Result<Self, ResolutionError> {
        let encoded = path.strip_prefix(BEFORE).unwrap_or_default();
        let invalid = |_| ResolutionError::InvalidDid("the path is not UTF-8".to_owned());
        let target = percent_decode_str(encoded).decode_utf8().map_err(invalid)?.into_owned();
        let (services, options) = pairs(query)?;
        let target = with_services(target, &services);
        let (accept, profiled) = accepted(headers);
        let what = What::of(&target);
        let offered: &[MediaType] = match what {
            What::Did => &OF_DID,
            What::Part => &OF_PART,
            What::Service => &OF_SERVICE,
        };
        let form = negotiate(&accept, offered);
        Ok(Self { target, what, options, form, accept, profiled })
    }

    fn answer(&self, app: &App, store: &RocksStore) -> Found {
        let resolver = Resolver::new(store, app.network(), app.now());
        match (self.what, self.form) {
            (_, None) => Found::Did(Resolution::failed(&self.not_shown()), self.result_name()),
            (What::Did, Some(form)) => {
                let name = if form == MediaType::ResolutionResult {
                    self.result_name()
                } else {
                    form.name()
                };
                Found::Did(self.resolve(&resolver), name)
            }
            (What::Part | What::Service, Some(form)) => {
                let found = match self.options(form) {
                    Ok(options) => resolver.dereference(&self.target, &options),
                    Err(error) => Dereferencing::failed(&error),
                };
                Found::Part(found, form)
            }
        }
    }

    fn resolve(&self, resolver: &Resolver<'_, RocksStore>) -> Resolution {
        let form = self.form.unwrap_or(MediaType::ResolutionResult);
        let (did, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let options = self.options(form).and_then(|mut options| {
            let (_, more) = pairs(query)?;
            let given = Options::of(None, borrowed(&more))?;
            join(&mut options.version_id, given.version_id, "versionId")?;
            join(&mut options.version_time, given.version_time, "versionTime")?;
            Ok(options)
        });
        match options {
            Ok(options) => resolver.resolve(did, &options),
            Err(error) => Resolution::failed(&error),
        }
    }

    fn options(&self, form: MediaType) -> Result<Options, ResolutionError> {
        Options::of(Some(form.name()), borrowed(&self.options))
    }

    fn result_name(&self) -> &'static str {
        if self.profiled { PROFILED } else { MediaType::ResolutionResult.name() }
    }

    fn not_shown(&self) -> ResolutionError {
        let offered = match self.what {
            What::Did => OF_DID.as_slice(),
            What::Part => &OF_PART,
            What::Service => &OF_SERVICE,
        };
        let accept = self.accept.chars().take(128).collect();
        let offered = offered.iter().map(|form| form.name()).collect();
        ResolutionError::RepresentationNotSupported { accept, offered }
    }
}

impl What {
    fn of(target: &str) -> Self {
        let Ok(url) = DidUrl::parse(target) else { return Self::Did };
        let selects = |name| url.parameter(name).is_some();
        if selects("service") || selects("serviceType") || selects("relativeRef") {
            return Self::Service;
        }
        let plain = url.path.is_empty() && url.fragment.is_none();
        let versions = |(name, _): &(String, String)| name == "versionId" || name == "versionTime";
        if plain && url.parameters.iter().all(versions) { Self::Did } else { Self::Part }
    }
}

/// Sets an option that may stand in two places, once.
fn join(
    place: &mut Option<String>,
    other: Option<String>,
    name: &str,
) -> Result<(), ResolutionError> {
    if place.is_some() && other.is_some() {
        return Err(ResolutionError::InvalidOptions(format!("{name} is given twice")));
    }
    *place = place.take().or(other);
    Ok(())
}

type Pairs = Vec<(String, String)>;

fn borrowed(pairs: &Pairs) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// What a query chooses of the services, as it stands there; and its options.
fn pairs(query: &str) -> Result<(Vec<&str>, Pairs), ResolutionError> {
    let (mut services, mut options) = (Vec::new(), Vec::new());
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        if matches!(name, "service" | "serviceType" | "relativeRef") {
            services.push(piece);
        } else {
            options.push((decoded(name)?, decoded(value)?));
        }
    }
    Ok((services, options))
}

fn decoded(text: &str) -> Result<String, ResolutionError> {
    let wrong = |_| ResolutionError::InvalidOptions("the query is not UTF-8".to_owned());
    Ok(percent_decode_str(text).decode_utf8().map_err(wrong)?.into_owned())
}

/// The target with what the query chooses of the services.
fn with_services(target: String, services: &[&str]) -> String {
    if services.is_empty() {
        return target;
    }
    let (before, fragment) =
        target.split_once('#').map_or((target.as_str(), None), |(a, b)| (a, Some(b)));
    let joint = if before.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{before}{joint}{}{fragment}", services.join("&"))
}

/// What the caller accepts, where the profile of JSON-LD is written as what it means; and whether
/// it asked by the profile.
fn accepted(headers: &HeaderMap) -> (String, bool) {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let accept = values.collect::<Vec<_>>().join(",");
    if accept.trim().is_empty() {
        return ("*/*".to_owned(), false);
    }
    let profiled = accept.split(',').any(is_profiled);
    let plain = accept
        .split(',')
        .map(|range| if is_profiled(range) { unprofiled(range) } else { range.to_owned() });
    (plain.collect::<Vec<_>>().join(","), profiled)
}

fn is_profiled(range: &str) -> bool {
    let mut pieces = range.split(';').map(str::trim);
    let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case("application/ld+json"));
    named && pieces.any(|piece| profile(piece) == Some(PROFILE))
}

fn profile(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    let is_profile = name.trim().eq_ignore_ascii_case("profile");
    is_profile.then(|| value.trim().trim_matches('"'))
}

/// The range under the name of a whole result, with its weight.
fn unprofiled(range: &str) -> String {
    let others = range.split(';').skip(1).filter(|piece| profile(piece.trim()).is_none());
    let pieces = std::iter::once(MediaType::ResolutionResult.name()).chain(others);
    pieces.collect::<Vec<_>>().join(";")
}

impl Found {
    fn respond(&self, height: Height) -> Result<Response, Refused> {
        match self {
            Self::Did(result, name) => resolution(height, result, name),
            Self::Part(result, form) => dereferencing(height, result, *form),
        }
    }
}

fn whole(app: &App, result: &Resolution) -> Result<Response, Refused> {
    let height = app.live.head().borrow().height;
    resolution(height, result, MediaType::ResolutionResult.name())
}

fn resolution(
    height: Height,
    result: &Resolution,
    name: &'static str,
) -> Result<Response, Refused> {
    let status = result.http_status();
    let bare = !matches!(name, PROFILED) && name != MediaType::ResolutionResult.name();
    match &result.did_document {
        Some(document) if bare => shown(height, status, name, document),
        _ if bare => shown(height, status, MediaType::ResolutionResult.name(), result),
        _ => shown(height, status, name, result),
    }
}

/// A result under both names that drafts and readers have for what was found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Both<'a> {
    content_stream: &'a Option<Resource>,
    #[serde(flatten)]
    result: &'a Dereferencing,
}

fn dereferencing(
    height: Height,
    result: &Dereferencing,
    form: MediaType,
) -> Result<Response, Refused> {
    let status = result.http_status();
    match (&result.content, form) {
        (Some(Resource::Endpoints(endpoints)), MediaType::UriList) if status == 303 => {
            return redirection(height, endpoints);
        }
        (Some(content), form) if form != MediaType::DereferencingResult => {
            return shown(height, status, form.name(), content);
        }
        _ => {}
    }
    let both = Both { content_stream: &result.content, result };
    shown(height, status, MediaType::DereferencingResult.name(), &both)
}

fn redirection(height: Height, endpoints: &[String]) -> Result<Response, Refused> {
    let place = endpoints.first().and_then(|first| HeaderValue::from_str(first).ok());
    let missing = || Refused::internal(&"a service without an endpoint that a header can hold");
    let mut response = answer::bytes(height, MediaType::UriList.name(), Vec::new());
    response.headers_mut().insert(header::LOCATION, place.ok_or_else(missing)?);
    response.headers_mut().remove(header::CONTENT_TYPE);
    Ok((StatusCode::SEE_OTHER, response).into_response())
}

fn shown<T: Serialize>(
    height: Height,
    status: u16,
    name: &'static str,
    value: &T,
) -> Result<Response, Refused> {
    let body = serde_json::to_vec(value).map_err(|error| Refused::internal(&error))?;
    let mut response = answer::bytes(height, name, body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

#[cfg(test)]
mod tests;
