//! What both cards need beneath them: trussed's software platform with its storage in memory, and the
//! backends whose extensions they call. A call is carried out at once, in the caller's thread, as on a
//! token; trussed's own `virt` runner would let each wait for a millisecond.

use std::cell::RefCell;
use std::rc::Rc;

use trussed::ClientImplementation;
use trussed::backend::{Backend as _, BackendId};
use trussed::pipe::{ServiceEndpoint, TrussedChannel};
use trussed::platform::{Platform, Syscall};
use trussed::serde_extensions::{ExtensionDispatch, ExtensionId, ExtensionImpl};
use trussed::service::{Service, ServiceResources};
use trussed::types::{Context, CoreContext};
use trussed::virt::{self, StoreConfig};
use trussed_auth::AuthExtension;
use trussed_auth_backend::{AuthBackend, AuthContext, FilesystemLayout};
use trussed_chunked::ChunkedExtension;
use trussed_core::Error;
use trussed_core::api::{Reply, Request, reply, request};
use trussed_core::types::{Location, PathBuf};
use trussed_hpke::HpkeExtension;
use trussed_staging::{StagingBackend, StagingContext};
use trussed_wrap_key_to_file::WrapKeyToFileExtension;

/// A client of the platform, as a card holds it.
pub(crate) type Client<'a> = ClientImplementation<'a, AtOnce<'a>, Dispatch>;

type Running<'a> = Rc<
    RefCell<(
        Service<virt::Platform<'a>, Dispatch>,
        [ServiceEndpoint<'a, Backend, Contexts>; 1],
    )>,
>;

/// Runs `with` with a client whose storage is empty.
pub(crate) fn with_client<R>(name: &str, with: impl FnOnce(Client<'_>) -> R) -> R {
    let channel = TrussedChannel::new();
    virt::with_platform(StoreConfig::ram(), |platform| {
        let (requester, responder) = channel.split().expect("a new channel");
        let context = CoreContext::new(PathBuf::try_from(name).expect("a short name"));
        let endpoint = ServiceEndpoint::new(responder, context, BACKENDS);
        let service = Service::with_dispatch(platform, Dispatch::new());
        let running = Rc::new(RefCell::new((service, [endpoint])));
        with(ClientImplementation::new(requester, AtOnce(running), None))
    })
}

/// Carries a call out before it returns.
pub(crate) struct AtOnce<'a>(Running<'a>);

impl Syscall for AtOnce<'_> {
    fn syscall(&mut self) {
        let (service, endpoints) = &mut *self.0.borrow_mut();
        service.process(endpoints);
    }
}

const BACKENDS: &[BackendId<Backend>] = &[
    BackendId::Custom(Backend::Staging),
    BackendId::Custom(Backend::Auth),
    BackendId::Core,
];

pub(crate) enum Backend {
    Staging,
    Auth,
}

#[derive(Default)]
pub(crate) struct Contexts {
    staging: StagingContext,
    auth: AuthContext,
}

pub(crate) struct Dispatch {
    staging: StagingBackend,
    auth: AuthBackend,
}

impl Dispatch {
    fn new() -> Self {
        Self {
            staging: StagingBackend::new(),
            auth: AuthBackend::new(Location::Internal, FilesystemLayout::V0),
        }
    }
}

pub(crate) enum Extension {
    Auth,
    Chunked,
    Hpke,
    WrapKeyToFile,
}

impl From<Extension> for u8 {
    fn from(extension: Extension) -> Self {
        extension as Self
    }
}

impl TryFrom<u8> for Extension {
    type Error = Error;

    fn try_from(id: u8) -> Result<Self, Error> {
        [Self::Auth, Self::Chunked, Self::Hpke, Self::WrapKeyToFile]
            .into_iter()
            .nth(id.into())
            .ok_or(Error::FunctionNotSupported)
    }
}

impl ExtensionId<AuthExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::Auth;
}

impl ExtensionId<ChunkedExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::Chunked;
}

impl ExtensionId<HpkeExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::Hpke;
}

impl ExtensionId<WrapKeyToFileExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::WrapKeyToFile;
}

impl ExtensionDispatch for Dispatch {
    type BackendId = Backend;
    type Context = Contexts;
    type ExtensionId = Extension;

    fn core_request<P: Platform>(
        &mut self,
        backend: &Backend,
        context: &mut Context<Contexts>,
        request: &Request,
        resources: &mut ServiceResources<P>,
    ) -> Result<Reply, Error> {
        let Context { core, backends, .. } = context;
        match backend {
            Backend::Staging => self
                .staging
                .request(core, &mut backends.staging, request, resources),
            Backend::Auth => self
                .auth
                .request(core, &mut backends.auth, request, resources),
        }
    }

    fn extension_request<P: Platform>(
        &mut self,
        backend: &Backend,
        extension: &Extension,
        context: &mut Context<Contexts>,
        request: &request::SerdeExtension,
        resources: &mut ServiceResources<P>,
    ) -> Result<reply::SerdeExtension, Error> {
        let Context { core, backends, .. } = context;
        let (staging, of_staging) = (&mut self.staging, &mut backends.staging);
        match (backend, extension) {
            (Backend::Auth, Extension::Auth) => {
                ExtensionImpl::<AuthExtension>::extension_request_serialized(
                    &mut self.auth,
                    core,
                    &mut backends.auth,
                    request,
                    resources,
                )
            }
            (Backend::Staging, Extension::Chunked) => {
                ExtensionImpl::<ChunkedExtension>::extension_request_serialized(
                    staging, core, of_staging, request, resources,
                )
            }
            (Backend::Staging, Extension::Hpke) => {
                ExtensionImpl::<HpkeExtension>::extension_request_serialized(
                    staging, core, of_staging, request, resources,
                )
            }
            (Backend::Staging, Extension::WrapKeyToFile) => {
                ExtensionImpl::<WrapKeyToFileExtension>::extension_request_serialized(
                    staging, core, of_staging, request, resources,
                )
            }
            _ => Err(Error::RequestNotAvailable),
        }
    }
}
