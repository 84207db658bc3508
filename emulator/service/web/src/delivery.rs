//! The body of an answer on its way: whole, trickling, or cut off.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use madoguchi_terms::Timer;
use tokio::sync::oneshot;

/// The connection is to be cut without (the rest of) an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}

impl From<Infallible> for Cut {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A body that is announced whole and then delivered as its plan says.
pub(crate) struct Delivery {
    rest: Bytes,
    plan: Plan,
}

enum Plan {
    Whole,
    /// After the bytes that are left, this many more were announced and never come.
    Cut {
        missing: u64,
        /// The bytes have been handed over; the library is given a turn to send them.
        sent: bool,
    },
    /// The same, and the connection stays open.
    Stall {
        missing: u64,
    },
    Trickle {
        timer: Arc<dyn Timer>,
        bytes_per_second: u32,
        pause: Option<Pause>,
    },
}

type Pause = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// A trickle has this many parts per second.
const PARTS: u32 = 10;

impl Delivery {
    pub(crate) const fn whole(body: Bytes) -> Self {
        Self {
            rest: body,
            plan: Plan::Whole,
        }
    }

    /// So much per cent of the body, then the end of the connection.
    pub(crate) fn cut(body: &Bytes, percent: u8) -> Self {
        let part = part(body, percent);
        Self {
            plan: Plan::Cut {
                missing: (body.len() - part.len()) as u64,
                sent: false,
            },
            rest: part,
        }
    }

    /// So much per cent of the body, then nothing.
    pub(crate) fn stall(body: &Bytes, percent: u8) -> Self {
        let part = part(body, percent);
        Self {
            plan: Plan::Stall {
                missing: (body.len() - part.len()) as u64,
            },
            rest: part,
        }
    }

    /// So many bytes per second, in ten parts a second.
    pub(crate) fn trickle(body: Bytes, timer: &Arc<dyn Timer>, bytes_per_second: u32) -> Self {
        Self {
            rest: body,
            plan: Plan::Trickle {
                timer: Arc::clone(timer),
                bytes_per_second,
                pause: None,
            },
        }
    }
}

/// The first so much per cent of a body, never all of it.
pub(crate) fn part(body: &Bytes, percent: u8) -> Bytes {
    let most = body.len().saturating_sub(1);
    body.slice(..(body.len() * usize::from(percent) / 100).min(most))
}

impl Body for Delivery {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let Self { rest, plan } = &mut *self;
        let next = match plan {
            Plan::Cut { .. } | Plan::Stall { .. } if !rest.is_empty() => std::mem::take(rest),
            Plan::Cut { sent, .. } if !*sent => {
                *sent = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Plan::Cut { .. } => return Poll::Ready(Some(Err(Cut))),
            // Until the client, or the connection's time, has had enough.
            Plan::Stall { .. } => return Poll::Pending,
            _ if rest.is_empty() => return Poll::Ready(None),
            Plan::Whole => std::mem::take(rest),
            Plan::Trickle {
                timer,
                bytes_per_second,
                pause,
            } => {
                let size = bytes_per_second.div_ceil(PARTS).max(1);
                let due = pause.get_or_insert_with(|| {
                    let seconds = f64::from(size) / f64::from((*bytes_per_second).max(1));
                    Box::pin(pass(timer, Duration::from_secs_f64(seconds)))
                });
                ready!(due.as_mut().poll(context));
                *pause = None;
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                rest.split_to(size.min(rest.len()))
            }
        };
        Poll::Ready(Some(Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && !matches!(self.plan, Plan::Cut { .. } | Plan::Stall { .. })
    }

    fn size_hint(&self) -> SizeHint {
        let missing = match self.plan {
            Plan::Cut { missing, .. } | Plan::Stall { missing } => missing,
            _ => 0,
        };
        SizeHint::with_exact(self.rest.len() as u64 + missing)
    }
}

/// Lets `duration` pass on the timer, on a thread of its own: a pause that no client waits for any
/// more keeps nothing but that thread.
pub(crate) fn pass(
    timer: &Arc<dyn Timer>,
    duration: Duration,
) -> impl Future<Output = ()> + Send + Sync + use<> {
    let (over, passed) = oneshot::channel();
    let timer = Arc::clone(timer);
    // Where there is no room for a thread, the pause is short.
    let _ = thread::Builder::new().name("pause".into()).spawn(move || {
        timer.pause(duration);
        let _ = over.send(());
    });
    async move {
        let _ = passed.await;
    }
}
