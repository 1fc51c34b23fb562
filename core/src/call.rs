//! One request of an endpoint, with its repetitions: create, fetch, delete.

use std::convert::Infallible;
use std::fmt;

use crate::client::{CallOptions, Client};
use crate::endpoints::{Endpoint, Wire};
use crate::error::InvalidArgument;
use crate::exchange::Exchange;
use crate::http::HttpResponse;
use crate::step::{AttemptId, Machine, Misuse, Step, TransportFailure};
use crate::time::Now;

/// A call of one endpoint. See [`Machine`].
pub struct Call<E: Endpoint>(Exchange<E::Output>);

#[expect(private_bounds, reason = "only this crate makes calls")]
impl<E: Wire> Call<E> {
    pub(crate) fn new(client: &Client, endpoint: &E, options: &CallOptions) -> Result<Self, InvalidArgument> {
        Exchange::new(client, endpoint, options).map(Self)
    }
}

impl<E: Wire> Machine for Call<E> {
    type Yield = Infallible;
    type Output = E::Output;

    fn step(&mut self, now: Now) -> Step<Infallible, E::Output> {
        match self.0.step(now) {
            Ok(result) => Step::Done(result),
            Err(progress) => progress.into(),
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        self.0.on_response(now, attempt, response)
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        self.0.on_failure(now, attempt, &failure)
    }
}

impl<E: Endpoint> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({} sent)", self.0.attempts())
    }
}
