//! What a DID URL means (DID Resolution 1.0, 5.4).

use super::accept::MediaType;
use super::did_url::DidUrl;
use super::error::{Missing, ResolutionError};
use super::options::{Options, echo};
use super::result::{Dereferencing, Part, Resource};
use super::{Found, Resolver};
use crate::document::{Document, ServiceEntry};
use crate::record::Relationships;
use crate::store::Store;
use iri_string::types::{UriReferenceStr, UriStr};

impl<S: Store + ?Sized> Resolver<'_, S> {
    /// Dereferences a DID URL (DID Resolution 1.0, 5).
    pub fn dereference(&self, url: &str, options: &Options) -> Dereferencing {
        self.try_dereference(url, options).unwrap_or_else(|error| Dereferencing::failed(&error))
    }

    fn try_dereference(
        &self,
        url: &str,
        options: &Options,
    ) -> Result<Dereferencing, ResolutionError> {
        let url = DidUrl::parse(url)
            .map_err(|error| ResolutionError::InvalidDidUrl(error.to_string()))?;
        let content_type = options.content_type(&MediaType::OF_DEREFERENCING)?;
        let (wanted, options) = Wanted::of(&url, options)?;
        let Found { document, metadata } = self.find(&url.did, &options)?;
        let content = match document {
            None => None,
            Some(_) if !url.path.is_empty() => return Err(Missing::Path.into()),
            Some(document) => Some(wanted.take(document, content_type)?),
        };
        let dereferencing_metadata = self.process(content_type);
        Ok(Dereferencing { content, dereferencing_metadata, content_metadata: Some(metadata) })
    }
}

/// Which part of a document is wanted.
struct Wanted<'a> {
    did: &'a str,
    service: Option<&'a str>,
    service_type: Option<&'a str>,
    relative: Option<&'a str>,
    fragment: Option<&'a str>,
    raw_fragment: Option<&'a str>,
    relationship: Option<String>,
}

impl<'a> Wanted<'a> {
    /// What a URL asks for, and the options of resolution that stand in it and beside it.
    fn of(url: &'a DidUrl, options: &Options) -> Result<(Self, Options), ResolutionError> {
        let mut options = options.clone();
        let of_services = ["service", "serviceType", "relativeRef"];
        let others =
            url.parameters.iter().filter(|(name, _)| !of_services.contains(&name.as_str()));
        others.into_iter().try_for_each(|(name, value)| set(&mut options, name, value))?;
        let [service, service_type, relative] = of_services.map(|name| url.parameter(name));
        if relative.is_some() && service.is_none() && service_type.is_none() {
            let detail = "relativeRef needs a service to be relative to".to_owned();
            return Err(ResolutionError::InvalidDidUrl(detail));
        }
        let relationship = options.verification_relationship.take();
        check_relationship(relationship.as_deref())?;
        let wanted = Self {
            did: &url.did,
            service,
            service_type,
            relative,
            fragment: url.fragment.as_deref(),
            raw_fragment: url.raw_fragment.as_deref(),
            relationship,
        };
        Ok((wanted, options))
    }

    /// Takes it out of a document.
    fn take(
        &self,
        document: Document,
        content_type: MediaType,
    ) -> Result<Resource, ResolutionError> {
        let document = self.with_selected_services(document)?;
        match (self.fragment, &self.relationship) {
            (fragment, Some(name)) => listed(&document, self.did, fragment, name),
            (_, None) if content_type == MediaType::UriList => self.endpoints(&document),
            (Some(fragment), None) => part(&document, self.did, fragment)
                .ok_or_else(|| Missing::Fragment(fragment.to_owned()).into()),
            (None, None) => Ok(Resource::Document(Box::new(document))),
        }
    }

    /// The document with those services only that are wanted, if any are named.
    fn with_selected_services(&self, mut document: Document) -> Result<Document, ResolutionError> {
        if !self.selects_services() {
            return Ok(document);
        }
        document.service.retain(|service| self.selects(service));
        if document.service.is_empty() {
            return Err(Missing::Service.into());
        }
        if let Some(relative) = self.relative {
            for service in &mut document.service {
                service.service_endpoint = resolve_reference(&service.service_endpoint, relative)?;
            }
        }
        Ok(document)
    }

    const fn selects_services(&self) -> bool {
        self.service.is_some() || self.service_type.is_some()
    }

    fn selects(&self, service: &ServiceEntry) -> bool {
        self.service.is_none_or(|name| is_named(&service.id, self.did, name))
            && self.service_type.is_none_or(|kind| service.kind == kind)
    }

    /// The endpoints of the selected services, each with the fragment of the DID URL.
    fn endpoints(&self, document: &Document) -> Result<Resource, ResolutionError> {
        if !self.selects_services() {
            let (accept, offered) =
                (MediaType::UriList.name().to_owned(), vec![MediaType::Did.name()]);
            return Err(ResolutionError::RepresentationNotSupported { accept, offered });
        }
        let urls = document.service.iter().map(|service| self.endpoint(&service.service_endpoint));
        Ok(Resource::Endpoints(urls.collect::<Result<_, _>>()?))
    }

    fn endpoint(&self, url: &str) -> Result<String, ResolutionError> {
        match self.raw_fragment {
            None => Ok(url.to_owned()),
            Some(_) if url.contains('#') => {
                let detail = format!("{url} has a fragment already, and so has the DID URL");
                Err(ResolutionError::InvalidDidUrl(detail))
            }
            Some(fragment) => Ok(format!("{url}#{fragment}")),
        }
    }
}

/// Sets an option that stands in a DID URL as a parameter.
fn set(options: &mut Options, name: &str, value: &str) -> Result<(), ResolutionError> {
    match name {
        "versionId" | "versionTime" => options.set(name, value),
        _ => Err(ResolutionError::FeatureNotSupported(format!("the parameter {:?}", echo(name)))),
    }
}

fn check_relationship(name: Option<&str>) -> Result<(), ResolutionError> {
    let known = |name: &str| Relationships::NAMED.iter().any(|(_, known)| *known == name);
    match name {
        Some(name) if !known(name) => {
            let detail = format!("{:?} is not a verification relationship", echo(name));
            Err(ResolutionError::InvalidOptions(detail))
        }
        _ => Ok(()),
    }
}

/// Whether a part of a document goes by a name: its fragment, with or without `#`, or its URL.
fn is_named(id: &str, did: &str, name: &str) -> bool {
    let fragment = id.strip_prefix(did).and_then(|rest| rest.strip_prefix('#'));
    name == id || fragment.is_some_and(|own| own == name.strip_prefix('#').unwrap_or(name))
}

/// The key or service with a fragment.
fn part(document: &Document, did: &str, fragment: &str) -> Option<Resource> {
    let id = format!("{did}#{fragment}");
    let context = document.context.clone();
    if let Some(method) = document.verification_method.iter().find(|method| method.id == id) {
        return Some(Resource::Method(Part { context, part: method.clone() }));
    }
    let service = document.service.iter().find(|service| service.id == id)?;
    Some(Resource::Service(Part { context, part: service.clone() }))
}

/// The key with a fragment, if it is listed under a relationship.
fn listed(
    document: &Document,
    did: &str,
    fragment: Option<&str>,
    relationship: &str,
) -> Result<Resource, ResolutionError> {
    let found = fragment.and_then(|fragment| part(document, did, fragment));
    let Some(Resource::Method(method)) = found else {
        return Err(ResolutionError::InvalidVerificationMethod);
    };
    let listed = document.relationship(relationship).unwrap_or_default();
    if !listed.contains(&method.part.id) {
        return Err(ResolutionError::InvalidRelationship(relationship.to_owned()));
    }
    Ok(Resource::Method(method))
}

/// Resolves a reference against an endpoint (RFC 3986, 5).
fn resolve_reference(endpoint: &str, relative: &str) -> Result<String, ResolutionError> {
    let invalid = |what: &str| ResolutionError::InvalidDidUrl(what.to_owned());
    let base = UriStr::new(endpoint).map_err(|_| ResolutionError::from(Missing::Service))?;
    let reference =
        UriReferenceStr::new(relative).map_err(|_| invalid("relativeRef is no reference"))?;
    if reference.scheme_str().is_some() || reference.authority_str().is_some() {
        return Err(invalid("relativeRef leads away from the service's host"));
    }
    Ok(reference.resolve_against(base.to_absolute()).to_string())
}
